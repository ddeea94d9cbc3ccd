#include "libcore/flow/agent/files_on_hosts.h"

#include <algorithm>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// Bytes of a file's beginning: what a sample takes of it.
constexpr int64_t kMostKept = 5 * kMaxFilePieceBytes / 4;

void require_answer(bool is_answered) {
  if (!is_answered) throw Error("stopped by a signal");
}

}  // namespace

void FilesOnHosts::refuse(size_t host, const std::string& why) const {
  throw Error(hosts_.name(host) + ": " + why);
}

std::optional<HostPath> FilesOnHosts::split(std::string_view operand) const {
  std::optional<HostPath> there = split_host_path(operand, others_);
  if (there) ++there->host;
  return there;
}

std::vector<std::string> FilesOnHosts::find(size_t host, const std::string& path) {
  FilesFound found;
  require_answer(hosts_.find_files(host, path, found));
  if (!found.refusal.empty() || found.paths.empty()) refuse(host, found.refusal);
  return std::move(found.paths);
}

PlannedFile FilesOnHosts::look(size_t host, const std::string& path) {
  std::vector<SeenFile> seen;
  require_answer(hosts_.look_at_files(host, {path}, seen));
  if (!seen[0].refusal.empty()) refuse(host, seen[0].refusal);
  Beginning& known = beginnings_[{host, path}];
  if (!change_between(known.file, seen[0].file).empty()) known = {seen[0].file, ""};
  return std::move(seen[0].file);
}

// Planning opens a file more than once, and begins at its beginning each time.
std::string FilesOnHosts::read(size_t host, const std::string& path, int64_t offset, int64_t size) {
  std::string& kept = beginnings_[{host, path}].bytes;
  if (offset + size <= std::ssize(kept)) {
    return kept.substr(static_cast<size_t>(offset), static_cast<size_t>(size));
  }
  std::string bytes = ask(host, path, offset, size);
  if (offset == std::ssize(kept) && offset + size <= kMostKept) kept += bytes;
  return bytes;
}

std::string FilesOnHosts::ask(size_t host, const std::string& path, int64_t offset, int64_t size) {
  std::string bytes;
  while (std::ssize(bytes) < size) {
    const int64_t done = std::ssize(bytes);
    const int64_t asked = std::min(size - done, kMaxFilePieceBytes);
    PieceRead piece;
    require_answer(hosts_.read_piece(host, {path, offset + done, asked}, piece));
    if (!piece.refusal.empty()) refuse(host, piece.refusal);
    if (std::ssize(piece.bytes) > asked) refuse(host, "the agent reads more than it was asked to");
    if (piece.bytes.empty()) break;
    bytes += piece.bytes;
  }
  return bytes;
}

void FilesOnHosts::forget() {
  beginnings_.clear();
}

}  // namespace penstock
