#include "libcore/base/utf8.h"

#include <simdjson.h>

namespace penstock {
namespace {

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  return simdjson::validate_utf8(bytes);
}

size_t utf8_length(std::string_view text) {
  size_t count = 0;
  for (char c : text)
    count += begins_character(c) ? 1U : 0U;
  return count;
}

size_t utf8_offset(std::string_view text, size_t n) {
  size_t offset = 0;
  while (offset < text.size() && n > 0) {
    offset += sequence_length(static_cast<unsigned char>(text[offset]));
    --n;
  }
  return offset < text.size() ? offset : text.size();
}

void append_utf8(std::string& out, uint32_t code_point) {
  auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3F));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

uint32_t next_code_point(std::string_view text, size_t& offset) {
  auto lead = static_cast<unsigned char>(text[offset]);
  size_t length = sequence_length(lead);
  uint32_t value = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length && offset + i < text.size(); ++i) {
    value = (value << 6) | (static_cast<unsigned char>(text[offset + i]) & 0x3F);
  }
  offset += length;
  return value;
}

std::string printable(std::string_view bytes) {
  constexpr size_t kLongest = 64;
  static const char* const kHex = "0123456789abcdef";
  std::string out;
  size_t i = 0;
  while (i < bytes.size()) {
    if (out.size() >= kLongest) return out + "…";
    auto c = static_cast<unsigned char>(bytes[i]);
    size_t length = c < 0xC2 ? 1 : sequence_length(c);
    bool whole = i + length <= bytes.size() && is_utf8(bytes.substr(i, length));
    if (whole && c >= 0x20 && c != 0x7F) {
      out += bytes.substr(i, length);
      i += length;
      continue;
    }
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else {
      out += "\\x";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
    ++i;
  }
  return out;
}

}  // namespace penstock
