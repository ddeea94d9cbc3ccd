#include "libcore/flow/plan/scan_files.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/flow/plan/found_file.h"
#include "libcore/os/byte_source.h"
#include "libcore/os/chunks/division.h"
#include "libcore/os/process.h"
#include "libcore/table/log.h"
#include "libcore/table/scan.h"

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

void add(ScanFiles& files, PlannedFile file, FileKind kind) {
  files.sizes.push_back(file.size);
  files.bytes += file.size;
  files.is_text = files.is_text || is_text(kind);
  files.files.push_back(std::move(file));
}

// Why a file of this host cannot be read in parts; adds to `files` what is known of it.
std::string look_here(const std::string& operand, const ScanOptions& options, ScanFiles& files) {
  struct stat status {};
  if (stat(operand.c_str(), &status) != 0) return operand + " cannot be looked at";
  if (!S_ISREG(status.st_mode)) return operand + " is not a file";
  try {
    PlannedFile file = look_at_file(operand);
    const FileKind kind = look_at_kind(operand, open_source(operand), options);
    add(files, std::move(file), kind);
    return obstacle_of(kind, operand);
  } catch (const Error&) {
    return operand + " cannot be opened";
  }
}

// The same of a table. A fault of the table is left to the scan to report.
std::string look_at_table(const Stage& scan, ScanFiles& files) {
  const std::string& folder = scan.inputs()[0].file;
  if (scan.inputs().size() > 1) return folder + " is a table, and not the only input";
  try {
    const TableFiles table = look_at_table(folder, scan.reading().scan);
    if (table.sizes.empty()) return folder + " has no rows";
    files.files.push_back(look_at_file(table.version_file));
    files.sizes = table.sizes;
    files.bytes = std::accumulate(files.sizes.begin(), files.sizes.end(), int64_t{0});
    files.table_version = table.version;
    files.table_keys = table.keys;
    files.table_partitions = table.partitions;
    files.is_by_hash = table.is_by_hash;
    return {};
  } catch (const Error&) {
    return folder + " cannot be read";
  }
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

ScanFiles look_at_files(const Stage& scan, HostFiles* host_files) {
  std::vector<FoundFile> there;
  if (has_host_files(scan)) there = host_files->survey(scan);
  auto next_there = there.begin();
  ScanFiles files;
  for (const StageInput& input : scan.inputs()) {
    std::string obstacle;
    if (input.host) {
      FoundFile& found = *next_there++;
      obstacle = obstacle_of(found.kind, input.file);
      add(files, std::move(found.file), found.kind);
    } else if (there.empty() && TableLog::is_table(input.file)) {
      obstacle = look_at_table(scan, files);
    } else {
      const size_t known = files.files.size();
      obstacle = look_here(input.file, scan.reading().scan, files);
      if (!there.empty() && files.files.size() == known) {
        throw Error(obstacle + ", so it cannot be read together with files of other hosts");
      }
    }
    if (files.obstacle.empty()) files.obstacle = std::move(obstacle);
    if (there.empty() && !files.obstacle.empty()) return files;
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

int64_t shareable_bytes(const Stage& scan, HostFiles* host_files) {
  const StageInput& input = scan.inputs()[0];
  if (input.host) {
    const FoundFile found = host_files->survey(scan)[0];
    return found.file.size * (is_compressed(found.kind) ? kExpansion : 1);
  }
  if (TableLog::is_table(input.file)) {
    ScanFiles files;
    return look_at_table(scan, files).empty() ? files.bytes * kExpansion : -1;
  }
  struct stat status {};
  if (is_descriptor(input.file)) return -1;
  if (stat(input.file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return -1;
  try {
    bool plain = open_unwrapped(open_source(input.file))->size().has_value();
    return status.st_size * (plain ? 1 : kExpansion);
  } catch (const Error&) {
    return -1;
  }
}

}  // namespace penstock
