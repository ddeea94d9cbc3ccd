#include "libcore/exchange_files/remote_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/os/open_files.h"

namespace penstock {
namespace {

// A connection needs a socket, a descriptor for its events, and those by which ZeroMQ wakes
// threads.
constexpr int64_t kFilesAServer = 6;

}  // namespace

FileClient& FileServers::at(const std::string& endpoint) {
  std::unique_ptr<FileClient>& client = clients_[endpoint];
  if (client) return *client;
  if (std::ssize(clients_) > kMaxPeers) {
    throw Error(fmt::format("files of more than {} servers cannot be read", kMaxPeers));
  }
  allow_open_files(kFilesAServer * std::ssize(clients_), "connections", "use fewer servers");
  if (!context_) context_ = std::make_unique<ZmqContext>();
  client = std::make_unique<FileClient>(*context_, endpoint, options_);
  return *client;
}

RemoteFile::RemoteFile(FileClient& client, const InputFile& file, ReadAhead ahead)
    : client_(client),
      file_(file),
      name_(fmt::format("{}: {}", file.endpoint, file.path)),
      ahead_(ahead) {
  // Of an empty file, too, the server must say whether it is there, and how many bytes it has.
  ask(std::clamp<int64_t>(file.facts.bytes, 1, kMergedAhead.piece_bytes));
}

RemoteFile::~RemoteFile() {
  for (const Piece& piece : pieces_)
    client_.forget(piece.number);
}

void RemoteFile::ask(int64_t size) {
  pieces_.push_back({client_.ask(file_.path, asked_, size), size});
  asked_ += size;
}

void RemoteFile::read_ahead() {
  is_reading_ahead_ = true;
  while (pieces_.size() < ahead_.pieces && asked_ < file_.facts.bytes)
    ask(std::min(file_.facts.bytes - asked_, ahead_.piece_bytes));
}

int64_t RemoteFile::read(void* out, int64_t size) {
  if (used_ == piece_.size()) {
    if (pieces_.empty() && asked_ < file_.facts.bytes) read_ahead();
    if (pieces_.empty()) return 0;
    take_piece();
  }
  const int64_t count = std::min(size, piece_.size() - used_);
  std::memcpy(out, piece_.data() + used_, static_cast<size_t>(count));
  used_ += count;
  return count;
}

void RemoteFile::take_piece() {
  const Piece piece = pieces_.front();
  pieces_.pop_front();
  FileClient::Reply reply = client_.take(piece.number);
  if (reply.status == FileStatus::kGone) throw Error::of_machine("is gone").in_input(name_);
  if (reply.status == FileStatus::kUnreadable) {
    throw Error::of_machine("cannot be read: " + reply.text).as_of_peer().in_input(name_);
  }
  if (reply.file_bytes != file_.facts.bytes) {
    throw Error::of_machine(
        fmt::format("is damaged: has {} bytes, not {}", reply.file_bytes, file_.facts.bytes))
        .in_input(name_);
  }
  if (reply.content.size() != std::min(piece.size, file_.facts.bytes)) {
    throw Error::of_machine("is damaged: became shorter while it was read").in_input(name_);
  }
  piece_ = std::move(reply.content);
  used_ = 0;
  if (is_reading_ahead_) read_ahead();
}

}  // namespace penstock
