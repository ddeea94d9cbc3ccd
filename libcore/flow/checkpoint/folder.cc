#include "libcore/flow/checkpoint/folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/number.h"
#include "libcore/exchange_files/checksum.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRecordName = "flow.json";
constexpr const char* kCommitsName = "commits";
constexpr const char* kLockName = "lock";
constexpr std::string_view kFragmentPrefix = "fragment-";
constexpr std::string_view kAttemptPrefix = ".task-";

// A child of a pflow that was killed, which has not come to run its program yet, has the lock until
// it ends.
constexpr std::chrono::milliseconds kLockPatience{1000};
constexpr std::chrono::milliseconds kLockPause{20};

constexpr std::string_view kTaskWord = "task";
constexpr std::string_view kStatementWord = "statement";
constexpr std::string_view kDivisionWord = "division";

void make_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) {
    throw Error::system(path, "create", errno);
  }
}

// What cannot be removed now takes space, and harms nothing.
void remove_all(const std::string& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

// `given`: its name for people.
Descriptor lock_directory(const std::string& given, const std::string& path) {
  const std::string name = path + "/" + kLockName;
  Descriptor file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));  // NOLINT
  if (file.get() < 0) throw Error::system(name, "create", errno);
  const auto until = std::chrono::steady_clock::now() + kLockPatience;
  while (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) throw Error::system(name, "lock", errno);
    if (std::chrono::steady_clock::now() > until) {
      throw Error(given + ": another pflow is running with this directory");
    }
    std::this_thread::sleep_for(kLockPause);
  }
  return file;
}

bool exists(const std::string& path) {
  struct stat about {};
  return stat(path.c_str(), &about) == 0;
}

// Throws when there is anything but our lock.
void require_empty(const std::string& given, const std::string& path) {
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename() == kLockName) continue;
    throw Error(given + ": is not empty; a run with checkpoints needs a directory of its own");
  }
  if (error) throw Error::system(path, "", error.value());
}

// What was being written when a run was killed.
void remove_attempts(const std::string& path) {
  std::error_code error;
  for (fs::directory_iterator fragment(path, error), end; !error && fragment != end;
       fragment.increment(error)) {
    if (!fragment->path().filename().string().starts_with(kFragmentPrefix)) continue;
    std::error_code ignored;
    for (fs::directory_iterator task(fragment->path(), ignored), last; !ignored && task != last;
         task.increment(ignored)) {
      const std::string name = task->path().filename().string();
      if (name.starts_with(kAttemptPrefix)) remove_all(task->path().string());
    }
  }
}

std::string checked(std::string_view what) {
  Checksum sum;
  sum.add(what.data(), std::ssize(what));
  return fmt::format("{:016x} {}\n", sum.value(), what);
}

// The words behind the checksum of a line; empty when it does not belong to them, as that of a line
// that was not written whole.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  const size_t space = line.find(' ');
  if (space == line.npos) return {};
  std::string_view what = line.substr(space + 1);
  if (checked(what) != std::string(line) + "\n") return {};
  for (size_t at = 0; at <= what.size();) {
    const size_t end = std::min(what.find(' ', at), what.size());
    words.push_back(what.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

}  // namespace

CheckpointRecord read_checkpoint_record(const std::string& path) {
  const std::string name = path + "/" + kRecordName;
  if (!exists(name)) throw Error(path + ": holds no run with checkpoints");
  try {
    CheckpointRecord record = decode_checkpoint_record(read_beginning(name, kMaxCheckpointBytes));
    if (record.workers < 1 || record.workers > kMaxWorkers) {
      throw Error(fmt::format("'workers' is not 1 to {}", kMaxWorkers));
    }
    return record;
  } catch (const Error& error) {
    throw error.names_input() ? error : error.in_input(name);
  }
}

CheckpointFolder::CheckpointFolder(const std::string& given, std::string path, Descriptor lock)
    : given_path_(given), path_(std::move(path)), lock_(std::move(lock)) {
  const std::string name = path_ + "/" + kCommitsName;
  commits_ =
      Descriptor(::open(name.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666));  // NOLINT
  if (commits_.get() < 0) throw Error::system(name, "create", errno);
}

CheckpointFolder CheckpointFolder::create(const std::string& path, CheckpointRecord record) {
  const std::string whole = fs::absolute(path).lexically_normal().string();
  if (exists(whole + "/" + kRecordName)) {
    throw Error(fmt::format(
        "{}: holds a run already; go on with it by --resume={}, or name another directory", path,
        path));
  }
  make_folder(whole);
  Descriptor lock = lock_directory(path, whole);
  require_empty(path, whole);
  CheckpointFolder folder(path, whole, std::move(lock));
  folder.record_ = std::move(record);
  folder.write_record();
  return folder;
}

CheckpointFolder CheckpointFolder::open(const std::string& path) {
  const std::string whole = fs::absolute(path).lexically_normal().string();
  CheckpointRecord record = read_checkpoint_record(path);
  CheckpointFolder folder(path, whole, lock_directory(path, whole));
  folder.record_ = std::move(record);
  folder.read_commits();
  remove_attempts(whole);
  return folder;
}

void CheckpointFolder::write_record() const {
  ByteSinkPtr sink = open_sink(path_ + "/" + kRecordName, Sync::kYes);
  sink->write(encode(record_));
  sink->finish();
}

// A commit that is damaged is passed over: its task is run again.
void CheckpointFolder::read_commits() {
  const std::string text = read_beginning(path_ + "/" + kCommitsName, kMaxCommitsBytes);
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::vector<std::string_view> words =
        words_of(std::string_view(text).substr(at, end - at));
    at = end + 1;
    std::vector<int64_t> numbers;
    for (size_t i = 1; i < words.size(); ++i)
      numbers.push_back(parse_int64(words[i]).value_or(-1));
    if (words.size() == 2 && words[0] == kStatementWord && numbers[0] >= 0) {
      ended_.insert(static_cast<size_t>(numbers[0]));
    }
    if (words.size() == 8 && words[0] == kTaskWord) {
      made_[{numbers[0], numbers[1]}] = {{numbers[0], numbers[1], numbers[2]},
                                         {numbers[3], numbers[4], numbers[5], numbers[6]}};
    }
    if (words.size() > 2 && words[0] == kDivisionWord) {
      divisions_[numbers[0]] = {numbers.begin() + 1, numbers.end()};
    }
  }
  // A line that was cut off must not take in the next one.
  if (!text.empty() && text.back() != '\n') append("");
}

void CheckpointFolder::append(std::string_view what) {
  const std::string line = what.empty() ? "\n" : checked(what);
  sink_to_descriptor(commits_.get(), path_ + "/" + kCommitsName)->write(line);
}

void CheckpointFolder::begin_statement(StatementRecord statement) {
  record_.statements.push_back(std::move(statement));
  write_record();
}

void CheckpointFolder::end_statement(size_t statement) {
  append(fmt::format("{} {}", kStatementWord, statement));
  ended_.insert(statement);
}

std::string CheckpointFolder::fragment_folder(int64_t fragment) const {
  return fmt::format("{}/{}{}", path_, kFragmentPrefix, fragment);
}

std::string CheckpointFolder::path_of(const TaskAttempt& attempt) const {
  return fmt::format("{}/{}{}-{}", fragment_folder(attempt.fragment), kAttemptPrefix, attempt.task,
                     attempt.attempt);
}

std::string CheckpointFolder::output_of(int64_t fragment, int64_t task) const {
  return fmt::format("{}/task-{}", fragment_folder(fragment), task);
}

std::string CheckpointFolder::begin_attempt(const TaskAttempt& attempt) const {
  make_folder(fragment_folder(attempt.fragment));
  std::string folder = path_of(attempt);
  make_folder(folder);
  return folder;
}

void CheckpointFolder::commit(const TaskAttempt& attempt, const RefusedCounts& refused) {
  const std::string from = path_of(attempt);
  const std::string to = output_of(attempt.fragment, attempt.task);
  remove_all(to);
  if (rename(from.c_str(), to.c_str()) != 0) throw Error::system(to, "rename", errno);
  append(fmt::format("{} {} {} {} {} {} {} {}", kTaskWord, attempt.fragment, attempt.task,
                     attempt.attempt, refused.values, refused.lines, refused.records,
                     refused.headers));
  made_[{attempt.fragment, attempt.task}] = {attempt, refused};
}

void CheckpointFolder::remove_attempt(const TaskAttempt& attempt) const {
  remove_all(path_of(attempt));
}

void CheckpointFolder::remove_output(int64_t fragment, int64_t task) {
  remove_all(output_of(fragment, task));
  made_.erase({fragment, task});
}

std::vector<CommittedTask> CheckpointFolder::committed() const {
  std::vector<CommittedTask> all;
  for (const auto& [task, made] : made_)
    all.push_back(made);
  return all;
}

std::vector<int64_t> CheckpointFolder::division_of(int64_t fragment) const {
  auto found = divisions_.find(fragment);
  return found == divisions_.end() ? std::vector<int64_t>() : found->second;
}

void CheckpointFolder::keep_division(int64_t fragment, const std::vector<int64_t>& division) {
  append(fmt::format("{} {} {}", kDivisionWord, fragment, fmt::join(division, " ")));
  divisions_[fragment] = division;
}

void CheckpointFolder::remove_outputs() const {
  std::error_code error;
  for (fs::directory_iterator entry(path_, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(kFragmentPrefix)) remove_all(entry->path().string());
  }
}

}  // namespace penstock
