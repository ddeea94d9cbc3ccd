#include "libcore/flow/deploy/program_copy.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/flow/deploy/program_files.h"
#include "libcore/flow/deploy/tar.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

constexpr uint32_t kPolynomial = 0x04C11DB7;
constexpr int64_t kPieceBytes = 1 << 20;
constexpr const char* kCopyName = "this program's copy";

constexpr std::array<uint32_t, 256> make_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte << 24;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc << 1) ^ ((crc >> 31) != 0 ? kPolynomial : 0);
    table[byte] = crc;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kTable = make_table();

uint32_t with_byte(uint32_t crc, uint8_t byte) {
  return (crc << 8) ^ kTable[(crc >> 24) ^ byte];
}

// Writes an archive, and counts what it writes.
class ArchiveWriter {
 public:
  ArchiveWriter() : file_(memfd_create("penstock", MFD_CLOEXEC)) {
    if (file_.get() < 0) throw Error::system(kCopyName, "create", errno);
    sink_ = sink_to_descriptor(file_.get(), kCopyName);
  }

  void add(const ProgramFile& from) {
    ByteSourcePtr source = open_source(from.path);
    const std::optional<int64_t> size = source->size();
    if (!size) throw Error(from.path + ": is not a regular file");
    write(tar_header(from.name, *size));
    std::string piece(size_t{kPieceBytes}, '\0');
    while (int64_t count = source->read(piece.data(), kPieceBytes))
      write({piece.data(), static_cast<size_t>(count)});
    write(tar_padding(*size));
  }

  ProgramCopy finish() {
    write(tar_end());
    lseek(file_.get(), 0, SEEK_SET);
    return {std::move(file_), bytes_, checksum_.value()};
  }

 private:
  void write(std::string_view bytes) {
    checksum_.add(bytes);
    bytes_ += std::ssize(bytes);
    sink_->write(bytes);
  }

  Descriptor file_;
  ByteSinkPtr sink_;
  PosixChecksum checksum_;
  int64_t bytes_ = 0;
};

}  // namespace

void PosixChecksum::add(std::string_view bytes) {
  for (char byte : bytes)
    crc_ = with_byte(crc_, static_cast<uint8_t>(byte));
  count_ += bytes.size();
}

// The number of bytes counts as well, without leading zeros, its lowest byte first.
uint32_t PosixChecksum::value() const {
  uint32_t crc = crc_;
  for (uint64_t left = count_; left != 0; left >>= 8)
    crc = with_byte(crc, static_cast<uint8_t>(left & 0xFF));
  return ~crc;
}

ProgramCopy own_program() {
  ArchiveWriter archive;
  for (const ProgramFile& file : program_files())
    archive.add(file);
  return archive.finish();
}

}  // namespace penstock
