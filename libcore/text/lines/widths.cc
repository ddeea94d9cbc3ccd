#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"
#include "libcore/text/lines/formats.h"

namespace penstock {
namespace {

std::vector<LineSplitter::Column> columns_of(size_t count, std::vector<std::string> names) {
  std::vector<LineSplitter::Column> columns;
  for (size_t i = 0; i < count; ++i) {
    columns.push_back(
        {i < names.size() ? std::move(names[i]) : "c" + std::to_string(i + 1), nullptr});
  }
  return columns;
}

bool is_ascii_text(const char* data, int64_t size) {
  uint64_t any = 0;
  int64_t i = 0;
  for (; i + 8 <= size; i += 8) {
    uint64_t word;
    std::memcpy(&word, data + i, 8);
    any |= word;
  }
  for (; i < size; ++i)
    any |= static_cast<unsigned char>(data[i]);
  return (any & 0x8080808080808080) == 0;
}

class WidthSplitter : public LineSplitter {
 public:
  WidthSplitter(const std::vector<int64_t>& widths, std::vector<std::string> names)
      : LineSplitter(columns_of(widths.size(), std::move(names))), widths_(widths) {}

  bool split(LineText& text, int32_t begin, int32_t end, LineField* fields,
             LineFault& fault) const override {
    const char* data = text.data();
    const bool is_ascii = is_ascii_text(data + begin, end - begin);
    int32_t at = begin;
    for (size_t i = 0; i < widths_.size() && at < end; ++i) {
      const int32_t from = at;
      at = is_ascii ? past_bytes(at, end, widths_[i]) : past_characters(data, at, end, widths_[i]);
      fields[i] = trimmed(data, from, at);
    }
    // Blanks behind the last field do not count.
    if (at == end || trimmed(data, at, end).is_null()) return true;
    int64_t all = 0;
    for (int64_t width : widths_)
      all += width;
    const auto size =
        std::count_if(data + begin, data + end, [](char c) { return !is_continuation(c); });
    fault.reason = "line has " + std::to_string(size) + " characters, but the widths make " +
                   std::to_string(all);
    fault.advice = "give the last width as * to take all of the rest";
    return false;
  }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\t'; }

  static int32_t past_bytes(int32_t at, int32_t end, int64_t width) {
    return width == kRestOfLine || width > end - at ? end : at + static_cast<int32_t>(width);
  }
  static int32_t past_characters(const char* data, int32_t at, int32_t end, int64_t width) {
    if (width == kRestOfLine) return end;
    for (; width > 0 && at < end; --width) {
      ++at;
      while (at < end && is_continuation(data[at]))
        ++at;
    }
    return at;
  }
  static LineField trimmed(const char* data, int32_t begin, int32_t end) {
    while (begin < end && is_blank(data[begin]))
      ++begin;
    while (begin < end && is_blank(data[end - 1]))
      --end;
    return {begin, end};
  }

  std::vector<int64_t> widths_;
};

}  // namespace

std::vector<int64_t> parse_widths(const std::string& text) {
  std::vector<int64_t> widths;
  size_t at = 0;
  for (;;) {
    const size_t comma = std::min(text.find(',', at), text.size());
    const std::string word = text.substr(at, comma - at);
    const bool is_last = comma == text.size();
    const std::optional<int64_t> width = parse_int64(word);
    if (is_last && word == "*") {
      widths.push_back(kRestOfLine);
    } else if (width && *width > 0 && *width <= kMaxRecordBytes) {
      widths.push_back(*width);
    } else {
      throw Error::usage("'" + printable(word) +
                         "' is not a number of characters, from 1 (the last one may be *)");
    }
    if (std::ssize(widths) > kMaxColumns) {
      throw Error::usage("there are more widths than the limit of " + std::to_string(kMaxColumns) +
                         " columns");
    }
    if (is_last) return widths;
    at = comma + 1;
  }
}

LineSplitterPtr make_width_splitter(const std::vector<int64_t>& widths,
                                    std::vector<std::string> names) {
  return std::make_shared<WidthSplitter>(widths, std::move(names));
}

}  // namespace penstock
