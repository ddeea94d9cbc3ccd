#include "libcore/flow/agent/taken_folder.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "libcore/base/error.h"
#include "libcore/exchange_files/directory_lock.h"
#include "libcore/exchange_files/output_file.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

Descriptor make_and_lock(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw Error::system(path, "create", error.value());
  return lock_directory(path, path);
}

}  // namespace

TakenFolder::TakenFolder(Processes& processes, const TakeFolder& asked,
                         const ProgramRunner& run_tool)
    : outputs_(asked.path) {
  std::error_code ignored;
  if (fs::exists(asked.path + "/" + asked.sign, ignored)) return;
  lock_ = make_and_lock(asked.path);
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
  unlink((outputs_.path() + "/" + kDirectoryLock).c_str());
  rmdir(outputs_.path().c_str());  // if nothing else is in it
}

}  // namespace penstock
