// The bytes of an input file, of this host or another, compared with what its writer stated.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "libcore/base/checksum.h"
#include "libcore/exchange_files/input_files.h"
#include "libcore/exchange_files/remote_file.h"
#include "libcore/os/byte_source.h"

namespace penstock {

// Adds up the bytes that are read; it cannot be sought, so that all are. What goes wrong is an
// Error of the machine, "NAME: is gone" or "NAME: is damaged: …", and of a peer besides where a
// server is the cause (remote_file.h).
class InputBytes : public ByteSource {
 public:
  // Begins to fetch a remote file, without waiting. Opens a local one, and compares its size.
  // `servers` must outlive this.
  InputBytes(const InputFile& file, FileServers& servers, ReadAhead ahead);

  // Waits for the first bytes of a remote file. Throws what its server may throw, Error for other
  // keys among it. REQUIRES that nothing was read.
  void await_first();
  // Asks for what comes next of a remote file.
  void read_ahead();

  int64_t read(void* out, int64_t size) override;
  // Returns what a message about the bytes begins with: "NAME: is damaged".
  const std::string& name() const override { return complaint_; }

  // Throws Error unless all bytes were read, and they are those of the writer.
  void compare() const;
  [[noreturn]] void refuse(const std::string& what) const;

 private:
  void open_local();

  InputFile file_;
  std::string complaint_;
  ByteSourcePtr below_;
  RemoteFile* remote_ = nullptr;  // below_, if it is one
  Checksum checksum_;
  int64_t bytes_ = 0;
};

// Returns the name of the file in messages: its path, behind its endpoint if it has one.
std::string name_of(const InputFile& file);

}  // namespace penstock
