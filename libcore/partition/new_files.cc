#include "libcore/partition/new_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <utility>

#include "libcore/base/digits.h"
#include "libcore/base/error.h"
#include "libcore/os/ending_signals.h"
#include "libcore/os/open_files.h"

namespace penstock {
namespace {

// For the handler of a signal, which may call little. Files are named by their numbers.
std::atomic<int> waiting_folder{-1};
std::atomic<int64_t> waiting_files{0};
char waiting_path[4096];

// Of the folder, where others of its name were left.
constexpr int64_t kMostLeftFolders = 1000;
constexpr size_t kMostSuffixBytes = 5;

// Writes the number, which is not negative, and a zero behind it.
void write_name(int64_t number, char* name) {
  char digits[20];
  int count = 0;
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number > 0);
  while (count > 0)
    *name++ = digits[--count];
  *name = '\0';
}

void remove_waiting() {
  const int folder = waiting_folder.exchange(-1);
  if (folder < 0) return;
  char name[24];
  for (int64_t i = 0; i < waiting_files; ++i) {
    write_name(i, name);
    unlinkat(folder, name, 0);
  }
  rmdir(waiting_path);
  close(folder);
}

// The signal was blocked by its own handler: with its usual effect it ends the process after this.
void end_by(int signal) {
  remove_waiting();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

// Makes the folder and those that it is in. Returns whether it did not exist.
bool make_folders(const std::string& folder) {
  if (mkdir(folder.c_str(), 0777) == 0) return true;
  if (errno == EEXIST) return false;
  const size_t slash = folder.rfind('/');
  if (errno != ENOENT || slash == std::string::npos || slash == 0)
    throw Error::system(folder, "create", errno);
  make_folders(folder.substr(0, slash));
  if (mkdir(folder.c_str(), 0777) == 0) return true;
  if (errno != EEXIST) throw Error::system(folder, "create", errno);
  return false;
}

}  // namespace

NewFiles::NewFiles(const std::string& folder, Sync sync, int64_t most_open)
    : folder_(folder),
      made_folder_(make_folders(folder)),
      waiting_(folder + "/.penstock-" + std::to_string(getpid())),
      sync_(sync),
      most_open_(prefer_open_files(most_open)) {
  if (waiting_.size() + kMostSuffixBytes >= sizeof(waiting_path)) {
    throw Error::system(folder, "create", ENAMETOOLONG);
  }
  make_waiting_folder();
  waiting_.copy(waiting_path, waiting_.size());
  waiting_path[waiting_.size()] = '\0';
  waiting_files = 0;
  waiting_folder = open(waiting_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);  // NOLINT
  for (int signal : ending_signals())
    std::signal(signal, end_by);
}

// A process that was killed may have left the folder of its number, and so may one of another host.
void NewFiles::make_waiting_folder() {
  const std::string base = waiting_;
  for (int64_t i = 1; mkdir(waiting_.c_str(), 0777) != 0; ++i) {
    if (errno != EEXIST || i == kMostLeftFolders) throw Error::system(waiting_, "create", errno);
    waiting_ = base + "-" + std::to_string(i);
  }
}

NewFiles::~NewFiles() {
  for (int signal : ending_signals())
    std::signal(signal, SIG_DFL);
  remove_waiting();
  if (made_folder_) rmdir(folder_.c_str());
}

void NewFiles::add() {
  const int64_t file = std::ssize(files_);
  files_.emplace_back();
  waiting_files = file + 1;
  open_file(file, O_CREAT | O_EXCL);
}

void NewFiles::close_file(int64_t file) {
  File& closed = files_[static_cast<size_t>(file)];
  uses_.erase(closed.use);
  closed.descriptor = Descriptor();
}

int NewFiles::open_file(int64_t file, int flags) {
  if (std::ssize(uses_) >= most_open_) close_file(uses_.back());
  char name[24];
  write_name(file, name);
  const int opened =
      openat(waiting_folder, name, O_WRONLY | O_APPEND | O_CLOEXEC | flags,  // NOLINT
             0666);
  if (opened < 0) throw Error::system(waiting_ + "/" + name, "create", errno);
  ++openings_;
  uses_.push_front(file);
  files_[static_cast<size_t>(file)] = {Descriptor(opened), uses_.begin()};
  return opened;
}

void NewFiles::append(int64_t file, std::string_view bytes) {
  File& to = files_[static_cast<size_t>(file)];
  int descriptor = to.descriptor.get();
  if (descriptor < 0) {
    descriptor = open_file(file, 0);
  } else {
    uses_.splice(uses_.begin(), uses_, to.use);
  }
  while (!bytes.empty()) {
    const ssize_t count = write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) throw Error::system(folder_, "write", errno);
    if (count > 0) bytes.remove_prefix(static_cast<size_t>(count));
  }
}

void NewFiles::give_names(const std::vector<std::string>& names) {
  while (!uses_.empty())
    close_file(uses_.back());
  // One call for all files: each by itself would wait for the disk.
  if (sync_ == Sync::kYes && syncfs(waiting_folder) != 0)
    throw Error::system(folder_, "sync", errno);
  char name[24];
  std::string last_folder;
  for (int64_t i = 0; i < std::ssize(files_); ++i) {
    const std::string& wanted = names[static_cast<size_t>(i)];
    const size_t slash = wanted.rfind('/');
    std::string folder = slash == std::string::npos ? "" : wanted.substr(0, slash);
    if (!folder.empty() && folder != last_folder) make_folders(folder);
    last_folder = std::move(folder);
    write_name(i, name);
    if (renameat(waiting_folder, name, AT_FDCWD, wanted.c_str()) != 0)
      throw Error::system(wanted, "rename", errno);
    made_folder_ = false;
  }
  if (sync_ == Sync::kYes && syncfs(waiting_folder) != 0)
    throw Error::system(folder_, "sync", errno);
}

}  // namespace penstock
