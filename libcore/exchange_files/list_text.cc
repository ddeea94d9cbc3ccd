#include "libcore/exchange_files/list_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

constexpr std::string_view kEnd = "end ";
constexpr size_t kChecksumDigits = 16;

int64_t parse_amount(std::string_view text, std::string_view what) {
  const bool is_digit = !text.empty() && text[0] >= '0' && text[0] <= '9';
  const auto amount = parse_int64(text);
  if (!is_digit || !amount) throw Error(fmt::format("'{}' is not a number of {}", text, what));
  return *amount;
}

uint64_t parse_checksum(std::string_view text) {
  uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.begin(), text.end(), value, 16);
  if (text.size() != kChecksumDigits || problem != std::errc{} || end != text.end()) {
    throw Error(
        fmt::format("'{}' is not a checksum of {} hexadecimal digits", text, kChecksumDigits));
  }
  return value;
}

// Takes the next line away from `text`.
std::string_view next_line(std::string_view& text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) throw Error("the list is cut: its last line does not end");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string_view ListLine::field(std::string_view what) {
  const size_t end = std::min(rest_.find(' '), rest_.size());
  const std::string_view field = rest_.substr(0, end);
  if (field.empty()) throw Error(fmt::format("{} is missing", what));
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return field;
}

std::string_view ListLine::rest(std::string_view what) {
  if (rest_.empty()) throw Error(fmt::format("{} is missing", what));
  return rest_;
}

FileFacts ListLine::facts() {
  FileFacts facts;
  facts.rows = parse_amount(field("the number of rows"), "rows");
  facts.bytes = parse_amount(field("the number of bytes"), "bytes");
  facts.checksum = parse_checksum(field("the checksum"));
  return facts;
}

std::string facts_text(const FileFacts& facts) {
  return fmt::format("{} {} {:0{}x} ", facts.rows, facts.bytes, facts.checksum, kChecksumDigits);
}

void require_list_name(std::string_view name, size_t most) {
  if (name.empty() || name.size() > most) {
    throw Error(fmt::format("a name has {} bytes, not 1 to {}", name.size(), most));
  }
  const bool is_printed = std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7F';
  });
  if (!is_printed) throw Error(fmt::format("the name '{}' has a control character", name));
}

std::string list_text(std::string_view heading, const std::vector<std::string>& lines) {
  std::string text(heading);
  text += '\n';
  for (const std::string& line : lines) {
    text += line;
    text += '\n';
  }
  return text + fmt::format("{}{}\n", kEnd, lines.size());
}

void read_list(std::string_view text, std::string_view heading, int64_t most,
               const std::function<void(ListLine)>& take) {
  if (std::string_view first = next_line(text); first != heading) {
    throw Error(
        fmt::format("line 1: '{}' is not '{}'", first.substr(0, 2 * heading.size()), heading));
  }
  for (int64_t count = 0;; ++count) {
    if (text.empty()) throw Error("the list is cut: the line of its end is missing");
    const std::string_view line = next_line(text);
    if (line.starts_with(kEnd)) {
      if (line.substr(kEnd.size()) != std::to_string(count)) {
        throw Error(fmt::format("'{}' ends a list of {} files", line, count));
      }
      break;
    }
    if (count == most) throw Error(fmt::format("the list has more than {} files", most));
    try {
      take(ListLine(line));
    } catch (const Error& error) {
      throw error.prefixed(fmt::format("line {}: ", count + 2));
    }
  }
  if (!text.empty()) throw Error("bytes follow the end of the list");
}

std::string read_list_file(const std::string& path) {
  std::string text = read_beginning(path, kMaxListBytes + 1);
  if (std::ssize(text) > kMaxListBytes) {
    throw Error(fmt::format("{}: a list of more than {} bytes", path, kMaxListBytes));
  }
  return text;
}

}  // namespace penstock
