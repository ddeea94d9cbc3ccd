#include "libcore/flow/checkpoint/folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "libcore/base/checksum.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/number.h"
#include "libcore/exchange_files/directory_lock.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRecordName = "flow.json";
constexpr const char* kCommitsName = "commits";

constexpr std::string_view kTaskWord = "task";
constexpr size_t kTaskNumbers = 7;  // behind the word; the host may follow
constexpr std::string_view kStatementWord = "statement";
constexpr std::string_view kDivisionWord = "division";

void make_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) {
    throw Error::system(path, "create", errno);
  }
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
    if (entry->path().filename() == kDirectoryLock) continue;
    throw Error(given + ": is not empty; a run with checkpoints needs a directory of its own");
  }
  if (error) throw Error::system(path, "", error.value());
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
    if (record.piped_workers > kMaxWorkers) {
      throw Error(fmt::format("'piped_workers' is more than {}", kMaxWorkers));
    }
    return record;
  } catch (const Error& error) {
    throw error.names_input() ? error : error.in_input(name);
  }
}

CheckpointFolder::CheckpointFolder(const std::string& given, std::string path, Descriptor lock)
    : given_path_(given), path_(std::move(path)), outputs_(path_), lock_(std::move(lock)) {
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
  Descriptor lock = lock_directory(whole, path);
  require_empty(path, whole);
  CheckpointFolder folder(path, whole, std::move(lock));
  folder.record_ = std::move(record);
  folder.write_record();
  return folder;
}

CheckpointFolder CheckpointFolder::open(const std::string& path) {
  const std::string whole = fs::absolute(path).lexically_normal().string();
  // Before the lock, which would be made in a directory of anything else.
  read_checkpoint_record(path);
  CheckpointFolder folder(path, whole, lock_directory(whole, path));
  folder.record_ = read_checkpoint_record(path);
  folder.read_commits();
  // What was being written when the run was killed.
  std::vector<TaskAttempt> kept;
  for (const auto& [task, made] : folder.made_)
    kept.push_back(made.attempt);
  folder.outputs_.keep_only(kept);
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
    for (size_t i = 1; i < words.size() && i <= kTaskNumbers; ++i)
      numbers.push_back(parse_int64(words[i]).value_or(-1));
    if (words.size() == 2 && words[0] == kStatementWord && numbers[0] >= 0) {
      ended_.insert(static_cast<size_t>(numbers[0]));
    }
    if (words.size() > kTaskNumbers && words[0] == kTaskWord) {
      CommittedTask& made = made_[{numbers[0], numbers[1]}];
      made = {{numbers[0], numbers[1], numbers[2]},
              {numbers[3], numbers[4], numbers[5], numbers[6]}};
      if (words.size() > kTaskNumbers + 1) made.host = words[kTaskNumbers + 1];
    }
    if (words.size() > 2 && words[0] == kDivisionWord) {
      std::vector<int64_t>& division = divisions_[numbers[0]];
      division.clear();
      for (size_t i = 2; i < words.size(); ++i)
        division.push_back(parse_int64(words[i]).value_or(-1));
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

void CheckpointFolder::commit(const CommittedTask& made) {
  const TaskAttempt& attempt = made.attempt;
  const RefusedCounts& refused = made.refused;
  append(fmt::format("{} {} {} {} {} {} {} {}{}{}", kTaskWord, attempt.fragment, attempt.task,
                     attempt.attempt, refused.values, refused.lines, refused.records,
                     refused.headers, made.host.empty() ? "" : " ", made.host));
  made_[{attempt.fragment, attempt.task}] = made;
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

}  // namespace penstock
