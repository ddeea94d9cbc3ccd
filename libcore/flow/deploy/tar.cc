#include "libcore/flow/deploy/tar.h"

#include <fmt/format.h>

#include "libcore/base/check.h"

namespace penstock {
namespace {

// The places of a header's fields. Numbers are octal digits.
struct HeaderField {
  size_t at;
  size_t size;
};
constexpr HeaderField kName{0, 100};
constexpr HeaderField kMode{100, 8};
constexpr HeaderField kUser{108, 8};
constexpr HeaderField kGroup{116, 8};
constexpr HeaderField kSize{124, 12};
constexpr HeaderField kTime{136, 12};
constexpr HeaderField kChecksum{148, 8};
constexpr HeaderField kType{156, 1};
constexpr HeaderField kMagic{257, 8};

void put(std::string& header, HeaderField field, std::string_view value) {
  PENSTOCK_CHECK(value.size() <= field.size);
  header.replace(field.at, value.size(), value);
}

}  // namespace

std::string tar_header(std::string_view name, int64_t bytes) {
  PENSTOCK_CHECK(name.size() <= kMostTarName && bytes >= 0 && bytes <= kMostTarBytes);
  std::string header(kTarBlock, '\0');
  put(header, kName, name);
  put(header, kMode, "0000700");
  put(header, kUser, "0000000");
  put(header, kGroup, "0000000");
  put(header, kSize, fmt::format("{:011o}", bytes));
  put(header, kTime, "00000000000");
  put(header, kChecksum, "        ");  // counts as blanks
  put(header, kType, "0");
  put(header, kMagic, std::string_view("ustar\00000", 8));
  uint32_t sum = 0;
  for (char byte : header)
    sum += static_cast<uint8_t>(byte);
  put(header, kChecksum, fmt::format("{:06o}", sum) + '\0');
  return header;
}

std::string tar_padding(int64_t bytes) {
  const auto past = static_cast<size_t>(bytes) % kTarBlock;
  return std::string(past == 0 ? 0 : kTarBlock - past, '\0');
}

std::string tar_end() {
  return std::string(2 * kTarBlock, '\0');
}

}  // namespace penstock
