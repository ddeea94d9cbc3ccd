#include "libcore/flow/agent/program_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "libcore/base/error.h"

namespace penstock {
namespace {

constexpr uint32_t kPolynomial = 0x04C11DB7;
constexpr size_t kPieceBytes = 1 << 20;
constexpr const char* kOwnFile = "/proc/self/exe";

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
  ProgramCopy copy;
  copy.file = Descriptor(open(kOwnFile, O_RDONLY | O_CLOEXEC));  // NOLINT
  if (copy.file.get() < 0) throw Error::system("this program", "open", errno);
  PosixChecksum checksum;
  std::vector<char> piece(kPieceBytes);
  for (;;) {
    ssize_t count = read(copy.file.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error::system("this program", "read", errno);
    if (count == 0) break;
    checksum.add({piece.data(), static_cast<size_t>(count)});
    copy.bytes += count;
  }
  lseek(copy.file.get(), 0, SEEK_SET);
  copy.checksum = checksum.value();
  return copy;
}

}  // namespace penstock
