// A file that a server gives, as a source of bytes.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "libcore/exchange_files/file_client.h"
#include "libcore/exchange_files/input_files.h"
#include "libcore/os/byte_source.h"

namespace penstock {

// The pieces of a file that are asked for before they are read.
struct ReadAhead {
  int64_t piece_bytes;
  size_t pieces;
};
// Of a file that is read alone: 2 MiB hide a delay of 2 ms at 1 GB/s.
inline constexpr ReadAhead kAloneAhead{int64_t{256} << 10, 8};
// Of files that are merged.
inline constexpr ReadAhead kMergedAhead{int64_t{64} << 10, 2};

// The servers of the files that a process reads, with one connection each. Not thread-safe.
class FileServers {
 public:
  explicit FileServers(FetchOptions options) : options_(std::move(options)) {}

  // Returns the client of a server, valid as long as this. Throws as FileClient().
  FileClient& at(const std::string& endpoint);

 private:
  FetchOptions options_;
  std::unique_ptr<ZmqContext> context_;  // made with the first client, because it has threads
  std::map<std::string, std::unique_ptr<FileClient>> clients_;
};

// Reads as ByteSource says. A file that is gone, or has not the bytes that its list states, is an
// Error of the machine; so is a file that cannot be read there, or a server that does not answer,
// and both are Errors of a peer besides. Not thread-safe.
class RemoteFile : public ByteSource {
 public:
  // Asks for the first piece, of at most kMergedAhead.piece_bytes, without waiting. `client` must
  // outlive this.
  RemoteFile(FileClient& client, const InputFile& file, ReadAhead ahead);
  ~RemoteFile() override;
  RemoteFile(const RemoteFile&) = delete;
  RemoteFile& operator=(const RemoteFile&) = delete;

  // Waits for the first piece, which the next read() begins with. Throws Error as read(). REQUIRES
  // that nothing was read.
  void await_first() { take_piece(); }
  // From now on asks for as much as may be asked for ahead; so does the first read() of more than
  // the first piece.
  void read_ahead();

  int64_t read(void* out, int64_t size) override;
  const std::string& name() const override { return name_; }

 private:
  struct Piece {
    uint64_t number;
    int64_t size;
  };

  void ask(int64_t size);
  void take_piece();

  FileClient& client_;
  InputFile file_;
  std::string name_;
  ReadAhead ahead_;
  std::deque<Piece> pieces_;  // under way, in their order
  int64_t asked_ = 0;         // bytes
  bool is_reading_ahead_ = false;
  Buffer piece_;
  int64_t used_ = 0;  // bytes of piece_
};

}  // namespace penstock
