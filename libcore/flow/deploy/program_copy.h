// The program that runs, with its libraries, as bytes for other hosts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcore/os/descriptor.h"

namespace penstock {

// The checksum that cksum(1) prints, of bytes that come one piece after the other.
class PosixChecksum {
 public:
  void add(std::string_view bytes);
  // Of all bytes so far.
  uint32_t value() const;

 private:
  uint32_t crc_ = 0;
  uint64_t count_ = 0;
};

struct ProgramCopy {
  Descriptor file;  // at its beginning
  int64_t bytes = 0;
  uint32_t checksum = 0;  // of cksum(1)
};

// An archive (tar.h) of program_files(), in memory: some 17 MB. Equal programs with equal libraries
// give equal archives. Throws Error when a file cannot be read.
ProgramCopy own_program();

}  // namespace penstock
