#include "libcore/flow/plan/scan_files.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "libcore/arrow/ipc_file.h"
#include "libcore/arrow/ipc_reader.h"
#include "libcore/base/error.h"
#include "libcore/os/byte_source.h"
#include "libcore/os/chunks/division.h"
#include "libcore/os/process.h"
#include "libcore/text/format_guess.h"
#include "libcore/text/json/sample.h"
#include "libcore/text/text_format.h"

namespace penstock {
namespace {

// Bytes of a chunk of Arrow files where there is enough to read: for each, a file is opened. The
// last chunks leave workers idle for as long as one takes.
constexpr int64_t kArrowChunkBytes = int64_t{16} << 20;
constexpr int64_t kChunksEach = 8;  // of a worker, at least
constexpr int64_t kMostArrowChunks = 16384;

// Links from one to the next that a name may go through, as the kernel follows them.
constexpr int kMostLinks = 40;

// What a compressed file grows to, at a guess on the safe side.
constexpr int64_t kExpansion = 8;

// Why one operand cannot be read in parts; adds to `files` what is known of it.
std::string obstacle_of(const StageInput& input, const std::optional<Format>& format,
                        HostFiles* host_files, ScanFiles& files) {
  const std::string& operand = input.file;
  PlannedFile file;
  if (input.host) {
    file = host_files->look(*input.host, input.path_there);
  } else {
    struct stat status {};
    if (stat(operand.c_str(), &status) != 0) return operand + " cannot be looked at";
    if (!S_ISREG(status.st_mode)) return operand + " is not a file";
    file = look_at_file(operand);
  }
  ByteSourcePtr source = open_input(input, host_files);
  files.sizes.push_back(file.size);
  files.bytes += file.size;
  files.files.push_back(std::move(file));
  std::unique_ptr<PeekableSource> unwrapped = open_unwrapped(std::move(source));
  if (!unwrapped->size()) {
    if (!looks_like_ipc(unwrapped->peek(8))) files.is_text = true;
    return operand + " is compressed";
  }
  if (!looks_like_ipc(unwrapped->peek(8))) {
    files.is_text = true;
    Format text = format ? *format : guess_text_format(operand, *unwrapped);
    if (text == Format::kNdjson &&
        look_at_json(*unwrapped, kGuessPatience).layout != JsonLayout::kLines) {
      return operand + " is JSON without a record a line";
    }
    return {};
  }
  bool is_file = unwrapped->peek(1)[0] == static_cast<uint8_t>(kFileMagic[0]);
  if (!is_file) return operand + " is an Arrow stream, which has no table of its batches";
  return {};
}

}  // namespace

bool is_descriptor(const std::string& operand) {
  std::filesystem::path path = operand;
  std::error_code error;
  for (int links = 0; links < kMostLinks; ++links) {
    std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    path = std::filesystem::canonical(folder, error) / path.filename();
    if (error) return false;
    if (path.native().starts_with("/proc/")) return true;
    std::filesystem::path target = std::filesystem::read_symlink(path, error);
    if (error) return false;
    path = path.parent_path() / target;
  }
  return false;
}

ScanFiles look_at_files(const std::vector<StageInput>& inputs, const std::optional<Format>& format,
                        HostFiles* host_files) {
  bool any_there = std::any_of(inputs.begin(), inputs.end(),
                               [](const StageInput& input) { return input.host.has_value(); });
  ScanFiles files;
  for (const StageInput& input : inputs) {
    std::string obstacle;
    try {
      obstacle = obstacle_of(input, format, host_files, files);
    } catch (const Error&) {
      if (any_there) throw;
      obstacle = input.file + " cannot be opened";
    }
    if (any_there && files.files.size() <= static_cast<size_t>(&input - inputs.data())) {
      throw Error(obstacle + ", so it cannot be read together with files of other hosts");
    }
    if (files.obstacle.empty()) files.obstacle = std::move(obstacle);
    if (!any_there && !files.obstacle.empty()) return files;
  }
  return files;
}

int64_t chunk_count(const ScanFiles& files, int64_t workers) {
  int64_t least = std::max(workers * kChunksEach, std::ssize(files.sizes));
  if (files.is_text) return std::max(least, least_chunks(files.sizes));
  return std::clamp(files.bytes / kArrowChunkBytes, least, std::max(least, kMostArrowChunks));
}

std::string chunks_reason(int64_t chunks) {
  return fmt::format("{} chunks of the input are taken as workers become free", chunks);
}

int64_t shareable_bytes(const StageInput& input, HostFiles* host_files) {
  const std::string& operand = input.file;
  if (input.host) {
    ByteSourcePtr source = open_input(input, host_files);
    const int64_t size = source->size().value_or(0);
    bool plain = size == 0 || open_unwrapped(std::move(source))->size().has_value();
    return size * (plain ? 1 : kExpansion);
  }
  struct stat status {};
  if (is_descriptor(operand)) return -1;
  if (stat(operand.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return -1;
  try {
    bool plain = open_unwrapped(open_source(operand))->size().has_value();
    return status.st_size * (plain ? 1 : kExpansion);
  } catch (const Error&) {
    return -1;
  }
}

}  // namespace penstock
