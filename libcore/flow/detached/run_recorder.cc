#include "libcore/flow/detached/run_recorder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <utility>
#include <variant>

#include "libcore/base/error.h"
#include "libcore/flow/detached/kept_run.h"
#include "libcore/flow/detached/limits.h"

namespace penstock {
namespace {

constexpr std::chrono::seconds kProgressPause{1};
// More than end.json ever has.
constexpr off_t kReserveBytes = 8 * kMaxRunFailureBytes;

Descriptor make_file(int folder, const std::string& path, const char* name) {
  Descriptor file(openat(folder, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));  // NOLINT
  if (file.get() < 0) throw Error::system(path + "/" + name, "create", errno);
  return file;
}

void sync_descriptor(int fd, const std::string& name) {
  // Some file systems do not support it.
  if (fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS) return;
  throw Error::system(name, "sync", errno);
}

// Under another name first: a file is whole, or not there.
void write_file(const Descriptor& folder, const std::string& path, const char* name,
                std::string_view bytes, Sync sync) {
  const std::string temporary = std::string(".") + name;
  {
    Descriptor file = make_file(folder.get(), path, temporary.c_str());
    ByteSinkPtr sink = sink_to_descriptor(file.get(), path + "/" + name);
    sink->write(bytes);
    if (sync == Sync::kYes) sync_descriptor(file.get(), sink->name());
    sink->finish();
  }
  if (renameat(folder.get(), temporary.c_str(), folder.get(), name) != 0) {
    throw Error::system(path + "/" + name, "rename", errno);
  }
  if (sync == Sync::kYes) sync_descriptor(folder.get(), path);
}

// Throws Error.
Descriptor open_folder(const std::string& path) {
  Descriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));  // NOLINT
  if (folder.get() < 0) throw Error::system(path, "", errno);
  return folder;
}

}  // namespace

void write_run_record(const std::string& folder, const RunRecord& record, Sync sync) {
  write_file(open_folder(folder), folder, run_file::kRecord, encode(record), sync);
}

void write_run_end(const std::string& folder, const RunEnd& end) {
  write_file(open_folder(folder), folder, run_file::kEnd, encode(end), Sync::kYes);
}

RunRecorder::RunRecorder(const std::string& folder, RunRecord record, Sync sync)
    : folder_(open_folder(folder)), path_(folder), record_(std::move(record)), sync_(sync) {
  output_ = make_file(folder_.get(), path_, run_file::kPartialOutput);
  messages_ = make_file(folder_.get(), path_, run_file::kMessages);
  fcntl(messages_.get(), F_SETFL, O_APPEND);
  Descriptor reserve = make_file(folder_.get(), path_, run_file::kReserve);
  int error = posix_fallocate(reserve.get(), 0, kReserveBytes);
  if (error != 0 && error != EOPNOTSUPP && error != EINVAL) {
    throw Error::system(path_ + "/" + run_file::kReserve, "write", error);
  }
}

bool RunRecorder::keeps_message(size_t bytes) {
  if (says_more_) return false;
  message_bytes_ += static_cast<int64_t>(bytes);
  if (message_bytes_ <= kMaxRunMessageBytes) return true;
  says_more_ = true;
  try {
    ByteSinkPtr sink = sink_to_descriptor(messages_.get(), path_ + "/" + run_file::kMessages);
    sink->write("pflow: more was said, but only the first 4 MiB of messages are kept\n");
  } catch (const Error&) {
    // A full disk: messages are lost without a word, as on a standard error that is full.
  }
  return false;
}

void RunRecorder::see(const FlowEvent& event) {
  if (const auto* began = std::get_if<FlowBegan>(&event.what)) {
    record_.workers = began->workers;
  } else if (std::holds_alternative<StepBegan>(event.what)) {
    step_began_ = event.at;
    if (!std::exchange(has_started_, true)) start();
  } else if (const auto* moved = std::get_if<StepMoved>(&event.what)) {
    note(*moved, event.at);
  } else if (const auto* ended = std::get_if<StepEnded>(&event.what)) {
    note({ended->fragments, ended->output_began}, event.at);
  }
}

void RunRecorder::start() {
  record_.began = std::time(nullptr);
  write_file(folder_, path_, run_file::kRecord, encode(record_), sync_);
  if (on_start_) on_start_();
}

void RunRecorder::note(const StepMoved& moved, FlowTime at) {
  progress_.fragments = moved.fragments;
  progress_.elapsed = std::chrono::duration<double>(at - step_began_).count();
  if (written_ && at - *written_ < kProgressPause) return;
  written_ = at;
  write_progress();
}

void RunRecorder::write_progress() {
  try {
    write_file(folder_, path_, run_file::kProgress, encode(progress_), Sync::kNo);
  } catch (const Error&) {
    // The flow goes on without being watched.
  }
}

// Returns its size.
int64_t RunRecorder::keep_output() {
  const std::string name = path_ + "/" + run_file::kOutput;
  struct stat about {};
  if (fstat(output_.get(), &about) != 0) throw Error::system(name, "", errno);
  if (sync_ == Sync::kYes) sync_descriptor(output_.get(), name);
  if (renameat(folder_.get(), run_file::kPartialOutput, folder_.get(), run_file::kOutput) != 0) {
    throw Error::system(name, "rename", errno);
  }
  return about.st_size;
}

void RunRecorder::end(FlowOutcome outcome) {
  RunEnd end;
  unlinkat(folder_.get(), run_file::kReserve, 0);
  if (outcome.status == 0) {
    try {
      end.output_bytes = keep_output();
    } catch (const Error& error) {
      outcome = {kOwnFailure, error.message(), false, false};
    }
  }
  end.state = outcome.is_stopped    ? RunState::kCancelled
              : outcome.status == 0 ? RunState::kDone
                                    : RunState::kFailed;
  if (end.state != RunState::kDone) {
    unlinkat(folder_.get(), run_file::kPartialOutput, 0);
    // Its space is free when the end is known: the file is open in us until we have ended.
    (void)!ftruncate(output_.get(), 0);
  }
  end.status = outcome.status;
  end.message = outcome.message.substr(0, static_cast<size_t>(kMaxRunFailureBytes));
  end.ended = std::time(nullptr);
  end.rows_in = progress_.rows_in();
  end.rows_out = progress_.rows_out();
  write_progress();
  write_file(folder_, path_, run_file::kEnd, encode(end), sync_);
}

}  // namespace penstock
