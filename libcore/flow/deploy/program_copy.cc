#include "libcore/flow/deploy/program_copy.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/flow/deploy/program_files.h"
#include "libcore/flow/deploy/tar.h"

namespace penstock {
namespace {

constexpr uint32_t kPolynomial = 0x04C11DB7;
constexpr size_t kPieceBytes = 1 << 20;

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
    if (file_.get() < 0) throw Error::system("this program's copy", "create", errno);
  }

  void add(const ProgramFile& from) {
    Descriptor file(open(from.path.c_str(), O_RDONLY | O_CLOEXEC));  // NOLINT
    if (file.get() < 0) throw Error::system(from.path, "open", errno);
    struct stat about {};
    if (fstat(file.get(), &about) != 0) throw Error::system(from.path, "look at", errno);
    write(tar_header(from.name, about.st_size));
    std::string piece(kPieceBytes, '\0');
    int64_t left = about.st_size;
    while (left > 0) {
      const auto most = static_cast<size_t>(std::min<int64_t>(left, kPieceBytes));
      const ssize_t count = ::read(file.get(), piece.data(), most);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw Error::system(from.path, "read", errno);
      if (count == 0) throw Error(from.path + ": became shorter while it was read");
      write({piece.data(), static_cast<size_t>(count)});
      left -= count;
    }
    write(tar_padding(about.st_size));
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
    while (!bytes.empty()) {
      const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw Error::system("this program's copy", "write", errno);
      bytes.remove_prefix(static_cast<size_t>(count));
    }
  }

  Descriptor file_;
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
