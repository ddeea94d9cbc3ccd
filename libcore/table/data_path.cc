#include "libcore/table/data_path.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

constexpr std::string_view kPlainBytes = "/-_.~=+,:@";

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

[[noreturn]] void refuse(std::string_view text, const char* why) {
  throw Error("the path '" + printable(text.substr(0, 200)) + "' " + why);
}

// Whether it begins with the name of a scheme, as "s3:" and "file:" do.
bool has_scheme(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == text.npos || colon == 0) return false;
  for (char c : text.substr(0, colon)) {
    if (!is_name_byte(c) && c != '+' && c != '-' && c != '.') return false;
  }
  return text.substr(colon + 1).starts_with("/");
}

void require_inside(std::string_view text, std::string_view path) {
  if (path.empty()) refuse(text, "is empty");
  if (path.find('\0') != path.npos) refuse(text, "has a byte 0");
  size_t begin = 0;
  while (begin <= path.size()) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") {
      refuse(text, "does not name a file in the table's directory");
    }
    begin = end + 1;
  }
}

}  // namespace

std::string encode_data_path(std::string_view path) {
  std::string text;
  for (char c : path) {
    if ((is_name_byte(c) && c != '_') || kPlainBytes.find(c) != kPlainBytes.npos) {
      text += c;
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

std::string decode_data_path(std::string_view text) {
  if (text.size() > kMaxDataPathBytes) refuse(text, "is too long");
  if (text.starts_with('/') || has_scheme(text)) {
    refuse(text, "lies outside of the table's directory, where Penstock reads nothing");
  }
  std::string path;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      path += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) refuse(text, "has a '%' without two hexadecimal digits");
    path += static_cast<char>(high * 16 + low);
    i += 2;
  }
  require_inside(text, path);
  return path;
}

std::string unique_name() {
  std::array<uint64_t, 2> bits{};
  if (getrandom(bits.data(), sizeof bits, 0) != sizeof bits) {
    throw Error::system("the system's random source", "read", errno);
  }
  return fmt::format("{:016x}{:016x}", bits[0], bits[1]);
}

std::string new_table_id() {
  std::string id = unique_name();
  // The digits of the version and of the variant (RFC 4122, section 4.4).
  id[12] = '4';
  id[16] = '8';
  for (const size_t at : {size_t{20}, size_t{16}, size_t{12}, size_t{8}})
    id.insert(at, 1, '-');
  return id;
}

}  // namespace penstock
