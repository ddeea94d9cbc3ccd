#include "libcore/flow/sent_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/flow/launch/sent_names.h"
#include "libcore/os/descriptor.h"

namespace penstock {
namespace {

// What a host may have yet to take before the next piece is read: enough for a fast connection, and
// little memory with 256 hosts.
constexpr size_t kMostUnsent = size_t{2} << 20;

// Reads a piece that must be there.
std::string read_piece(int fd, const PlannedFile& file, int64_t offset) {
  std::string bytes(static_cast<size_t>(std::min(kMaxFilePieceBytes, file.size - offset)), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    ssize_t got =
        pread(fd, bytes.data() + done, bytes.size() - done, offset + static_cast<int64_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error::system(file.path, "read", errno);
    if (got == 0) throw Error(file.path + ": the file became shorter while it was sent");
    done += static_cast<size_t>(got);
  }
  return bytes;
}

}  // namespace

void add_sent_file(std::vector<std::string>& files, const std::string& path) {
  if (path.empty()) throw Error::usage("the name of a file is missing");
  if (std::ssize(files) == kMaxSentFiles) {
    throw Error::usage(
        fmt::format("{} is one file too many; the limit is {}", path, kMaxSentFiles));
  }
  files.push_back(path);
}

PlannedFile look_at_sendable(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) throw Error::system(path, "", errno);
  if (S_ISDIR(status.st_mode)) {
    throw Error(path + ": is a directory; --send copies files, and may be given several times");
  }
  if (!S_ISREG(status.st_mode)) throw Error(path + ": is not a regular file, which --send copies");
  return look_at_file(path);
}

bool SentFiles::send(const PlannedFile& file, const std::vector<size_t>& hosts) {
  const std::string key = sent_key(file.path);
  std::vector<size_t> lacking;
  for (size_t host : hosts) {
    auto has = sent_[host].files.find(key);
    bool is_same = has != sent_[host].files.end() && change_between(has->second, file).empty();
    if (!is_same) lacking.push_back(host);
  }
  if (lacking.empty()) return true;
  if (!send_bytes(file, key, lacking)) return false;
  if (std::string change = change_of(file); !change.empty()) {
    throw Error(fmt::format("{}: the file {} while it was sent", file.path, change));
  }
  for (size_t host : lacking) {
    if (!check(file, key, host)) return false;
    sent_[host].paths[key] = sent_path(hosts_.folder(host), key);
    sent_[host].files[key] = file;
  }
  return true;
}

bool SentFiles::send_to_those_left(const PlannedFile& file, std::vector<size_t> hosts) {
  auto is_lost = [this](size_t host) { return hosts_.is_lost(host); };
  for (;;) {
    std::erase_if(hosts, is_lost);
    try {
      return send(file, hosts);
    } catch (const Error&) {
      if (std::none_of(hosts.begin(), hosts.end(), is_lost)) throw;
    }
  }
}

bool SentFiles::send_bytes(const PlannedFile& file, const std::string& key,
                           const std::vector<size_t>& hosts) {
  struct stat status {};
  Descriptor from(open(file.path.c_str(), O_RDONLY | O_CLOEXEC));  // NOLINT: open() is variadic
  if (from.get() < 0 || fstat(from.get(), &status) != 0) {
    throw Error::system(file.path, "", errno);
  }
  PutPiece piece{key, 0, "", (status.st_mode & S_IXUSR) != 0};
  do {
    piece.bytes = read_piece(from.get(), file, piece.offset);
    for (size_t host : hosts)
      hosts_.send(host, piece);
    if (!hosts_.drain(kMostUnsent)) return false;
    piece.offset += std::ssize(piece.bytes);
  } while (piece.offset < file.size);
  return true;
}

// Whether the host has it all: the answer comes when it has written the last piece.
bool SentFiles::check(const PlannedFile& file, const std::string& key, size_t host) {
  std::vector<SeenFile> seen;
  if (!hosts_.look_at_files(host, {sent_path(hosts_.folder(host), key)}, seen)) return false;
  const PlannedFile& there = seen[0].file;
  bool is_same = seen[0].refusal.empty() && there.size == file.size && there.head == file.head &&
                 there.tail == file.tail;
  if (!is_same) {
    throw Error(fmt::format("{}: the copy of {} is not what was sent{}{}", hosts_.name(host),
                            file.path, seen[0].refusal.empty() ? "" : ": ", seen[0].refusal));
  }
  return true;
}

}  // namespace penstock
