#include "libcore/flow/launch/start_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Paths as the standard library has them: Boost's own would be a library to link. Of what the
// headers of Boost.Process need, Boost's paths bring in these four.
// clang-format off
#define BOOST_PROCESS_USE_STD_FS
#include <boost/optional.hpp>
#include <boost/type_traits/decay.hpp>
#include <boost/type_traits/is_constructible.hpp>
#include <boost/type_traits/is_convertible.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>
// clang-format on

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/os/process_title.h"

namespace penstock {
namespace {

namespace asio = boost::asio;
namespace process = boost::process::v2;
using boost::system::error_code;

std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  for (const std::string& text : texts)
    pointers.push_back(text.c_str());
  return pointers;
}

// What makes a child one of a flow. The library calls it by these names.
class FlowChild {
 public:
  explicit FlowChild(const ProcessSpec& spec)
      : spec_(spec),
        parent_(getpid()),
        words_(pointers_to(spec.words)),
        environment_(pointers_to(spec.environment)),
        moves_(spec.inherited) {
    moves_.insert(moves_.end(), {{spec.in, 0}, {spec.out, 1}, {spec.err, 2}});
    for (const InheritedDescriptor& move : moves_)
      first_free_ = std::max(first_free_, move.as + 1);
    words_.push_back(nullptr);
    for (char** inherited = environ; *inherited != nullptr; ++inherited) {
      const std::string_view variable(*inherited);
      const std::string_view name = variable.substr(0, variable.find('='));
      const bool is_left_out =
          std::find(spec.without.begin(), spec.without.end(), name) != spec.without.end();
      if (!is_left_out) environment_.push_back(*inherited);
    }
    environment_.push_back(nullptr);
  }

  // In the child between fork and exec: no memory may be taken here, for another thread of ours may
  // have held the allocator's lock. Runs the program itself, which is looked for as execvp() does,
  // shell scripts without a first line included; the library would run what it is given as a path
  // only, after closing descriptors.
  template <typename Launcher>
  error_code on_exec_setup(Launcher&, const std::filesystem::path&, const char* const*&) {
    become();
    return {errno, boost::system::system_category()};
  }

  // The child has said why it cannot run the program. It must not run our destructors, nor write
  // what we have buffered, as the library's exit() would. Of any arguments, for the library looks
  // for other ones than it gives.
  template <typename... Args>
  void on_exec_error(Args&&...) {
    _exit(127);
  }

 private:
  // Returns when something is refused; errno says what.
  void become() {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, spec_.death_signal);
    if (spec_.death_signal != 0 && getppid() != parent_) _exit(127);
    take_usual_signals();
    if (!take_descriptors()) return;
    if (spec_.run_here) run_here();
    const char* program = spec_.program.empty() ? words_[0] : spec_.program.c_str();
    execvpe(program, const_cast<char* const*>(words_.data()),
            const_cast<char* const*>(environment_.data()));
  }

  // Becomes what exec would have made of us: without the descriptors that are closed by it, with
  // the words and the environment of the program. We have one thread, so memory may be taken.
  [[noreturn]] void run_here() {
    close_descriptors_of_exec();
    std::vector<std::string> variables(environment_.begin(), environment_.end() - 1);
    std::vector<std::string> words = spec_.words;
    std::vector<char*> pointers = null_ended(variables);
    environ = pointers.data();
    std::vector<char*> argv = null_ended(words);
    show_process_words(words);
    const std::filesystem::path file(spec_.program.empty() ? words[0] : spec_.program);
    prctl(PR_SET_NAME, file.filename().c_str());
    program_invocation_name = program_invocation_short_name = argv[0];
    _exit(spec_.run_here(std::span(argv).first(words.size())));
  }

  // The library's pipe among them: our caller learns by its end that the program runs.
  static void close_descriptors_of_exec() {
    std::vector<int> closed;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      const int number = std::atoi(entry.path().filename().c_str());
      const int flags = fcntl(number, F_GETFD);
      if (flags >= 0 && (flags & FD_CLOEXEC) != 0) closed.push_back(number);
    }
    for (int number : closed)
      close(number);
  }

  bool take_descriptors() {
    // First out of the way, so that none is written over before it has been copied.
    for (InheritedDescriptor& move : moves_) {
      move.from = fcntl(move.from, F_DUPFD_CLOEXEC, first_free_);
      if (move.from < 0) return false;
    }
    for (const InheritedDescriptor& move : moves_) {
      if (dup2(move.from, move.as) < 0) return false;
    }
    return true;
  }

  const ProcessSpec& spec_;
  pid_t parent_;
  std::vector<const char*> words_;
  std::vector<const char*> environment_;
  std::vector<InheritedDescriptor> moves_;  // all that it is given, its standard streams included
  int first_free_ = 0;                      // a number above all that these become
};

// Kills a child that does not come to run its program: one that is stopped between fork and exec
// would have its launcher, and with it the flow, wait for ever. Its death is then seen as any
// other. Counts the seconds in which we run ourselves: when a host stops as a whole, its child has
// no fault. However long that takes, it is one signal, for the timer sends no second one before the
// first has been taken.
class StartLimit {
 public:
  // `child` outlives this, and is set when there is a child.
  explicit StartLimit(const pid_t& child) {
    starting = &child;
    seconds = 0;
    struct sigaction count {};
    count.sa_handler = [](int) {  // NOLINT
      seconds = seconds + 1;
      if (seconds >= kMostStartSeconds && *starting > 0) ::kill(*starting, SIGKILL);
    };
    count.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &count, &before_);
    set_timer(1);
  }
  ~StartLimit() {
    set_timer(0);
    sigaction(SIGALRM, &before_, nullptr);
  }
  StartLimit(const StartLimit&) = delete;
  StartLimit& operator=(const StartLimit&) = delete;

 private:
  static void set_timer(time_t interval) {
    itimerval timer{};
    timer.it_value.tv_sec = timer.it_interval.tv_sec = interval;
    setitimer(ITIMER_REAL, &timer, nullptr);
  }

  static const pid_t* volatile starting;
  static volatile sig_atomic_t seconds;
  struct sigaction before_ {};
};

const pid_t* volatile StartLimit::starting = nullptr;
volatile sig_atomic_t StartLimit::seconds = 0;

}  // namespace

StartedProcess start_process(const ProcessSpec& spec) {
  PENSTOCK_CHECK(!spec.words.empty());
  // Of its own: a context's descriptors would all be registered again in each child.
  asio::io_context context(1);
  process::posix::default_launcher launcher;
  error_code error;
  const StartLimit limit(launcher.pid);
  try {
    launcher(context.get_executor(), error, spec.words[0], std::vector<std::string>(),
             FlowChild(spec))
        .detach();
  } catch (const boost::system::system_error& failed) {
    // The child runs, but the kernel gives no descriptor of it; we need none.
    if (launcher.pid < 0) error = failed.code();
  }
  if (launcher.pid < 0) throw Error::system(spec.words[0], "start a process", error.value());
  if (!error) return {launcher.pid, 0};
  wait_for_end(launcher.pid);
  return {-1, error.value()};
}

}  // namespace penstock
