#include "libcore/text/csv/partition.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "libcore/text/byte_scan.h"

namespace penstock {
namespace {

// The bytes that are searched at a time: usually the first ones are enough.
constexpr int64_t kFirstReadBytes = int64_t{4} << 10;
constexpr int64_t kReadBytes = int64_t{256} << 10;
// How far the two readings are followed.
constexpr int64_t kFirstWindow = int64_t{16} << 10;
constexpr int64_t kLastWindow = int64_t{256} << 10;
constexpr int64_t kWindowsInRange = 256;

// Calls `look(data, size)` with pieces of [begin, end) until it returns true.
template <typename Look>
bool scan(const ByteSource& source, int64_t begin, int64_t end, const Look& look) {
  std::vector<uint8_t> piece;
  for (int64_t size = kFirstReadBytes; begin < end; size = std::min(2 * size, kReadBytes)) {
    piece.resize(static_cast<size_t>(std::min(size, end - begin)));
    int64_t got = source.read_at(begin, piece.data(), static_cast<int64_t>(piece.size()));
    if (got == 0) return false;
    if (look(piece.data(), got)) return true;
    begin += got;
  }
  return false;
}

const uint8_t* find(const uint8_t* data, int64_t size, int byte) {
  return static_cast<const uint8_t*>(std::memchr(data, byte, static_cast<size_t>(size)));
}

// The end of a quoted field whose content `text` begins with, past its closing quote; npos when it
// is not in text.
size_t closing_quote(std::string_view text, char mark) {
  size_t quote = text.find(mark);
  while (quote != text.npos && quote + 1 < text.size() && text[quote + 1] == mark) {
    quote = text.find(mark, quote + 2);
  }
  return quote == text.npos ? text.npos : quote + 1;
}

// The rest of a record after a quoted field of it, given up to its newline.
bool can_follow_quoted(std::string_view rest, int64_t width, const CsvDialect& dialect) {
  rest = without_return(rest);
  if (rest.empty()) return !dialect.trailing_delimiter;
  if (!rest.starts_with(dialect.delimiter)) return false;
  // A stand-in for the quoted field keeps the rules for the fields after it in one place.
  std::vector<int64_t> ends;
  std::string record = "x";
  record += rest;
  split_record(record, dialect, ends);
  auto fields = static_cast<int64_t>(ends.size()) - (dialect.trailing_delimiter ? 1 : 0);
  return fields >= 1 && fields <= width && !judge_record(record, ends, fields, dialect);
}

}  // namespace

bool can_follow_newline(std::string_view text, bool inside, bool at_end, int64_t width,
                        const CsvDialect& dialect) {
  if (inside) {
    size_t after = closing_quote(text, dialect.quote);
    if (after == text.npos) return !at_end;
    text.remove_prefix(after);
    size_t size = record_size(text, dialect);
    if (size == text.npos) {
      if (!at_end)
        return text.empty() || text[0] == dialect.delimiter[0] || text[0] == '\r' ||
               text[0] == dialect.quote;
      return can_follow_quoted(text, width, dialect);
    }
    if (!can_follow_quoted(text.substr(0, size), width, dialect)) return false;
    text.remove_prefix(size + 1);
  }
  std::vector<int64_t> ends;
  while (!text.empty()) {
    size_t size = record_size(text, dialect);
    if (size == text.npos) {
      if (!at_end) return true;
      if (std::count(text.begin(), text.end(), dialect.quote) % 2 != 0) return false;
      size = text.size();
    }
    std::string_view record = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (without_return(record).empty() || dialect.is_comment(record)) continue;
    if (judge_record(record, ends, width, dialect)) return false;
  }
  return true;
}

CsvCutter::CsvCutter(const ByteSource& source, CsvDialect dialect, int64_t width,
                     int64_t data_begin, bool count)
    : source_(source),
      dialect_(std::move(dialect)),
      width_(width),
      data_begin_(data_begin),
      size_(source.size().value()),
      count_(count) {}

int64_t CsvCutter::next_newline(int64_t offset) const {
  int64_t at = offset;
  scan(source_, offset, size_, [&at](const uint8_t* data, int64_t size) {
    const uint8_t* newline = find(data, size, '\n');
    at += newline != nullptr ? newline - data : size;
    return newline != nullptr;
  });
  return at;
}

bool CsvCutter::odd_quotes_before(int64_t offset) const {
  int64_t quotes = 0;
  scan(source_, data_begin_, offset, [this, &quotes](const uint8_t* data, int64_t size) {
    quotes += count_byte(data, size, static_cast<uint8_t>(dialect_.quote));
    return false;
  });
  return quotes % 2 != 0;
}

int64_t CsvCutter::skip_to_record(int64_t offset, bool inside) const {
  int64_t at = offset;
  scan(source_, offset, size_, [this, &at, &inside](const uint8_t* data, int64_t size) {
    for (int64_t i = 0; i < size; ++i) {
      if (data[i] == static_cast<uint8_t>(dialect_.quote)) inside = !inside;
      if (data[i] == '\n' && !inside) {
        at += i + 1;
        return true;
      }
    }
    at += size;
    return false;
  });
  return at;
}

bool CsvCutter::inside_at(int64_t newline, int64_t last_window) const {
  if (count_) return odd_quotes_before(newline);
  const int64_t begin = newline + 1;
  std::string window;
  for (int64_t wanted = kFirstWindow;; wanted = last_window) {
    auto had = static_cast<int64_t>(window.size());
    window.resize(static_cast<size_t>(std::min(wanted, size_ - begin)));
    auto* tail = reinterpret_cast<uint8_t*>(window.data()) + had;
    int64_t missing = static_cast<int64_t>(window.size()) - had;
    if (source_.read_at(begin + had, tail, missing) < missing) return odd_quotes_before(newline);
    bool at_end = begin + static_cast<int64_t>(window.size()) == size_;
    bool inside = can_follow_newline(window, true, at_end, width_, dialect_);
    bool outside = can_follow_newline(window, false, at_end, width_, dialect_);
    if (inside != outside) return inside;
    if (at_end || !outside || wanted == last_window) break;
  }
  bool are_records = width_ > 1 && window.find(dialect_.quote) == window.npos &&
                     window.find('\n') != window.npos &&
                     can_follow_newline(window, false, false, width_, dialect_);
  return !are_records && odd_quotes_before(newline);
}

int64_t CsvCutter::record_start(int64_t offset) const {
  return record_start(offset, kLastWindow);
}

int64_t CsvCutter::record_start(int64_t offset, int64_t last_window) const {
  if (offset <= data_begin_) return std::min(data_begin_, size_);
  if (offset >= size_) return size_;
  // A record starts at `offset` when the byte before it is the newline that ends another.
  int64_t newline = next_newline(offset - 1);
  if (newline >= size_) return size_;
  if (!dialect_.quotes || !inside_at(newline, last_window)) return newline + 1;
  return skip_to_record(newline + 1, true);
}

CsvCutter::Range CsvCutter::range(int64_t part, int64_t parts) const {
  auto cut = [this, parts](int64_t i) {
    __extension__ using Wide = __int128;
    return data_begin_ + static_cast<int64_t>(static_cast<Wide>(size_ - data_begin_) * i / parts);
  };
  int64_t window =
      std::clamp((size_ - data_begin_) / parts / kWindowsInRange, kFirstWindow, kLastWindow);
  int64_t begin = part == 1 ? data_begin_ : record_start(cut(part - 1), window);
  int64_t end = part == parts ? size_ : record_start(cut(part), window);
  return {begin, std::max(begin, end)};
}

}  // namespace penstock
