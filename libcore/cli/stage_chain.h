// Stages of a pipeline that run in one process: the rows of each are the input of the next, handed
// on instead of written to a pipe and read again. For all else they are what they would be as
// processes: each parses its own words, says what is wrong under its own name, and learns that
// nobody wants its rows any more as OutputClosed.
//
// The next stage runs inside Tool::write() of the one before it, so a stage's main is the same
// alone and in a chain. It takes its caller's thread; that is why a flow does so only where there
// are as many workers as cores.
#pragma once

#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/os/run_counts.h"

namespace penstock {

class StageChain;

// How a tool is called: by a shell, or as a stage of a chain.
struct Invocation {
  int argc;
  const char* const* argv;
  StageChain* chain = nullptr;
};

struct StageProgram {
  const char* name;
  std::function<int(const Invocation&)> run;  // the exit status
};

// Not thread-safe, but that rows may be pulled in other threads, also after the stage that began
// them has ended: they get OutputClosed then. Lives until the process ends, and so does all that a
// stage's operators use.
class StageChain {
 public:
  // At least one stage; `programs` has one of each stage's name. Both are kept.
  StageChain(std::vector<std::span<char*>> stages, std::span<const StageProgram> programs);

  // Runs all stages, reports what failed as run_program() does, and ends the process.
  [[noreturn]] void run();

  // Of the stage that runs:
  bool is_first() const { return at_ == 0; }
  bool is_last() const { return at_ + 1 == stages_.size(); }
  // The rows of the stage before; once.
  OperatorPtr take_input();
  // Runs the stages behind it over its rows. Throws OutputClosed when these did not pull them to
  // their end, or failed, which has been reported then; and what `rows` threw.
  void hand_on(OperatorPtr rows);

  // Where a flow counts the process's rows: of the first stage those that come in, of the last
  // those that go out. Null when nobody watches.
  RunCounts* counts() { return counts_ ? &*counts_ : nullptr; }

 private:
  class Handed;
  class Closing;

  // Between a stage and the next one, which may pull in threads that outlive it.
  struct Link {
    std::mutex mutex;
    OperatorPtr rows;
    bool has_ended = false;  // they have been pulled to their end
    bool is_closed = false;
  };

  // A stage's rows could not be had.
  struct Failure {
    size_t stage;
    std::exception_ptr problem;
  };

  std::optional<Batch> next_of(size_t stage);
  int run_stage();
  void run_next();

  std::vector<std::span<char*>> stages_;
  std::span<const StageProgram> programs_;
  size_t at_ = 0;
  OperatorPtr input_;
  std::deque<Link> links_;
  std::optional<Failure> failure_;
  std::optional<int> status_;  // of the process, once a stage has ended that another one feeds
  std::optional<RunCounts> counts_;
};

}  // namespace penstock
