#include "libcore/flow/agent/taken_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "libcore/base/error.h"
#include "libcore/exchange_files/output_file.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

std::string lock_of(const std::string& path) {
  return path + "/lock";
}

// Held by one run at a time, which keeps away those of other managers.
Descriptor lock_directory(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw Error::system(path, "create", error.value());
  const std::string name = lock_of(path);
  Descriptor file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));  // NOLINT
  if (file.get() < 0) throw Error::system(name, "create", errno);
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) throw Error::system(name, "lock", errno);
    throw Error(path + ": another run uses this directory");
  }
  return file;
}

}  // namespace

TakenFolder::TakenFolder(Processes& processes, const TakeFolder& asked,
                         const ProgramRunner& run_tool)
    : outputs_(asked.path) {
  std::error_code ignored;
  if (fs::exists(asked.path + "/" + asked.sign, ignored)) return;
  lock_ = lock_directory(asked.path);
  served_.emplace(processes, asked.path, asked.address, asked.keys, run_tool, [] {
    throw Error(
        "the process that serves the outputs of tasks to other hosts does not run any more");
  });
}

OutputFinished finish_output(const TaskFolders& folders, const FinishOutput& asked,
                             const OnPiece& on_piece) {
  OutputFinished finished{asked.output, "", ""};
  try {
    if (asked.is_bytes) list_output(folders.unfinished(asked.output), on_piece);
    folders.finish(asked.output);
    finished.list = encode_partition_files(folders.files_of(asked.output));
  } catch (const Error& error) {
    finished.refusal = error.message();
  }
  return finished;
}

OutputChecked check_output(const TaskFolders& folders, const CheckOutput& asked,
                           const OnPiece& on_piece) {
  return {asked.output, folders.is_whole(asked.output, on_piece)};
}

OutputsFound find_outputs(const TaskFolders& folders, const FindOutputs& asked) {
  OutputsFound found;
  for (const TaskAttempt& output : asked.outputs) {
    std::string& list = found.lists.emplace_back();
    try {
      list = encode_partition_files(folders.files_of(output));
    } catch (const Error&) {
      // It is made again.
    }
  }
  return found;
}

void TakenFolder::keep(const KeepOutputs& kept) {
  outputs_.keep_only(kept.outputs);
  if (!kept.outputs.empty() || is_shared()) return;
  outputs_.remove_all();
  unlink(lock_of(outputs_.path()).c_str());
  rmdir(outputs_.path().c_str());  // if nothing else is in it
}

}  // namespace penstock
