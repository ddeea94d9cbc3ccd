#include "libcore/expr/functions/json_tree.h"

#include <algorithm>
#include <cstring>

#include "libcore/base/ascii.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

constexpr std::string_view kNotJson = "is not valid JSON";

// From here on keys are sorted, not compared each with each.
constexpr size_t kMostCompared = 16;

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Returns the four hexadecimal digits at `at`; -1 when they are not digits. A quote ends every
// string, so this never reads past the end.
int32_t hex4(const char* at) {
  int32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    int digit = hex_digit(at[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

bool is_high_surrogate(int32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low_surrogate(int32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

// The first byte from `at` on that is a quote, a backslash or below a space, or one at `end` or
// past it where there is none. Up to 7 bytes past `end` are read.
const char* skip_plain(const char* at, const char* end) {
  constexpr uint64_t kOnes = 0x0101010101010101U;
  constexpr uint64_t kHighs = 0x8080808080808080U;
  for (; at < end; at += 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    uint64_t quote = word ^ (kOnes * '"');
    uint64_t slash = word ^ (kOnes * '\\');
    // A high bit where a byte is zero; below the first such byte there is none by mistake.
    uint64_t found =
        ((quote - kOnes) & ~quote) | ((slash - kOnes) & ~slash) | ((word - kOnes * 0x20) & ~word);
    found &= kHighs;
    if (found != 0) return at + (__builtin_ctzll(found) >> 3);
  }
  return end;
}

char simple_escape(char c) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kBytes = "\"\\/\b\f\n\r\t";
  size_t at = kLetters.find(c);
  return at == std::string_view::npos ? '\0' : kBytes[at];
}

// Contents that were read.
void append_unescaped(std::string& out, std::string_view contents) {
  for (size_t at = 0; at < contents.size();) {
    size_t slash = std::min(contents.find('\\', at), contents.size());
    out += contents.substr(at, slash - at);
    if (slash == contents.size()) return;
    at = slash + 2;
    if (contents[slash + 1] != 'u') {
      out += simple_escape(contents[slash + 1]);
      continue;
    }
    int32_t unit = hex4(contents.data() + at);
    at += 4;
    if (is_high_surrogate(unit)) {
      int32_t low = hex4(contents.data() + at + 2);
      at += 6;
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(out, static_cast<uint32_t>(unit));
  }
}

}  // namespace

bool JsonTree::fail(std::string_view why) {
  problem_ = why;
  return false;
}

bool JsonTree::read(std::string_view text) {
  text_ = text;
  at_ = text.data();
  end_ = at_ + text.size();
  nodes_.clear();
  if (!value(0)) return false;
  skip_blanks();
  return at_ == end_ || fail(kNotJson);
}

std::string_view JsonTree::bytes(uint32_t index) const {
  const JsonNode& node = nodes_[index];
  return text_.substr(node.begin, node.end - node.begin);
}

std::string_view JsonTree::contents(uint32_t index, std::string& scratch) const {
  std::string_view inside = bytes(index);
  inside = inside.substr(1, inside.size() - 2);
  if (!nodes_[index].escaped) return inside;
  scratch.clear();
  append_unescaped(scratch, inside);
  return scratch;
}

void JsonTree::skip_blanks() {
  while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t'))
    ++at_;
}

uint32_t JsonTree::open() {
  nodes_.push_back({static_cast<uint32_t>(at_ - text_.data()), 0, 0, false});
  return static_cast<uint32_t>(nodes_.size() - 1);
}

bool JsonTree::close(uint32_t index) {
  nodes_[index].end = static_cast<uint32_t>(at_ - text_.data());
  nodes_[index].next = static_cast<uint32_t>(nodes_.size());
  return true;
}

// Reads the blanks before a value, but not those after it.
bool JsonTree::value(int depth) {
  skip_blanks();
  if (at_ == end_) return fail(kNotJson);
  if (depth == kMaxJsonTextNesting && (*at_ == '{' || *at_ == '[')) {
    return fail("is JSON nested deeper than " + std::to_string(kMaxJsonTextNesting) + " levels");
  }
  switch (*at_) {
    case '{':
      return object(depth + 1);
    case '[':
      return array(depth + 1);
    case '"':
      return string();
    case 't':
      return word("true");
    case 'f':
      return word("false");
    case 'n':
      return word("null");
    default:
      return number();
  }
}

bool JsonTree::array(int depth) {
  uint32_t index = open();
  ++at_;
  skip_blanks();
  if (at_ != end_ && *at_ == ']') {
    ++at_;
    return close(index);
  }
  for (;;) {
    if (!value(depth)) return false;
    skip_blanks();
    if (at_ == end_ || (*at_ != ',' && *at_ != ']')) return fail(kNotJson);
    if (*at_++ == ']') return close(index);
  }
}

bool JsonTree::object(int depth) {
  uint32_t index = open();
  ++at_;
  skip_blanks();
  if (at_ != end_ && *at_ == '}') {
    ++at_;
    return close(index);
  }
  for (;;) {
    skip_blanks();
    if (at_ == end_ || *at_ != '"') return fail(kNotJson);
    if (!string()) return false;
    skip_blanks();
    if (at_ == end_ || *at_ != ':') return fail(kNotJson);
    ++at_;
    if (!value(depth)) return false;
    skip_blanks();
    if (at_ == end_ || (*at_ != ',' && *at_ != '}')) return fail(kNotJson);
    if (*at_++ == '}') break;
  }
  close(index);
  return differ(index);
}

bool JsonTree::string() {
  uint32_t index = open();
  ++at_;
  for (;;) {
    at_ = skip_plain(at_, end_);
    if (at_ >= end_ || static_cast<uint8_t>(*at_) < 0x20) return fail(kNotJson);
    if (*at_ == '"') break;
    nodes_[index].escaped = true;
    if (!escape()) return false;
  }
  ++at_;
  return close(index);
}

// Reads an escape, at a backslash. Bytes past the end are padding, and refused as the string is.
bool JsonTree::escape() {
  ++at_;
  if (at_ >= end_) return fail(kNotJson);
  if (*at_ != 'u') return simple_escape(*at_++) != '\0' || fail(kNotJson);
  int32_t unit = hex4(++at_);
  if (unit < 0) return fail(kNotJson);
  if (unit == 0) return fail("is JSON that holds a NUL character");
  at_ += 4;
  if (is_low_surrogate(unit)) return fail("is JSON that holds half a surrogate pair");
  if (!is_high_surrogate(unit)) return true;
  if (at_[0] != '\\' || at_[1] != 'u' || !is_low_surrogate(hex4(at_ + 2))) {
    return fail("is JSON that holds half a surrogate pair");
  }
  at_ += 6;
  return true;
}

bool JsonTree::word(std::string_view word) {
  uint32_t index = open();
  if (static_cast<size_t>(end_ - at_) < word.size() ||
      std::memcmp(at_, word.data(), word.size()) != 0) {
    return fail(kNotJson);
  }
  at_ += word.size();
  return close(index);
}

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
bool JsonTree::number() {
  uint32_t index = open();
  auto digits = [&] {
    const char* begin = at_;
    while (at_ != end_ && is_digit(*at_))
      ++at_;
    return at_ - begin;
  };
  auto accept = [&](char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  };
  accept('-');
  const char* first = at_;
  int64_t whole = digits();
  if (whole == 0 || (whole > 1 && *first == '0')) return fail(kNotJson);
  if (accept('.') && digits() == 0) return fail(kNotJson);
  if (accept('e') || accept('E')) {
    if (!accept('+')) accept('-');
    if (digits() == 0) return fail(kNotJson);
  }
  return close(index);
}

// Whether no two keys of the object are equal.
bool JsonTree::differ(uint32_t object) {
  keys_.clear();
  for (uint32_t i = object + 1; i < nodes_[object].next; i = nodes_[i + 1].next)
    keys_.push_back(i);
  bool escaped =
      std::any_of(keys_.begin(), keys_.end(), [&](uint32_t key) { return nodes_[key].escaped; });
  if (escaped || keys_.size() > kMostCompared) return differ_by_sorting();
  for (size_t a = 1; a < keys_.size(); ++a) {
    std::string_view name = bytes(keys_[a]);
    for (size_t b = 0; b < a; ++b) {
      if (bytes(keys_[b]) == name)
        return fail("is JSON that has the key " + printable(name) + " twice");
    }
  }
  return true;
}

bool JsonTree::differ_by_sorting() {
  names_.clear();
  unescaped_.resize(std::max(unescaped_.size(), keys_.size()));
  for (size_t i = 0; i < keys_.size(); ++i)
    names_.push_back(contents(keys_[i], unescaped_[i]));
  std::sort(names_.begin(), names_.end());
  auto twice = std::adjacent_find(names_.begin(), names_.end());
  if (twice == names_.end()) return true;
  return fail("is JSON that has the key \"" + printable(*twice) + "\" twice");
}

}  // namespace penstock
