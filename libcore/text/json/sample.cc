#include "libcore/text/json/sample.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
#include "libcore/data/buffer.h"
#include "libcore/text/beginning.h"
#include "libcore/text/json/index.h"
#include "libcore/text/json/records.h"
#include "libcore/text/json/text.h"

namespace penstock {
namespace {

constexpr int64_t kBeginningBytes = kTextChunkBytes;
// Pieces of the rest of a file. With them a sample is two megabytes, from which types are inferred
// in some ten milliseconds.
constexpr int64_t kPieces = 16;
constexpr int64_t kSampleBytes = int64_t{64} << 10;

size_t skip_space(std::string_view text, size_t at) {
  while (at < text.size() && is_json_space(static_cast<uint8_t>(text[at])))
    ++at;
  return at;
}

// Whether the first line is only a part of a record, as JSON printed over several lines is; a line
// of NDJSON that was cut short is not taken for that.
bool goes_on(std::string_view text, size_t start) {
  size_t newline = text.find('\n', start);
  if (newline == text.npos) return false;
  JsonRecordScanner scanner;
  const auto* data = reinterpret_cast<const uint8_t*>(text.data());
  int64_t end = scanner.next_end(data, static_cast<int64_t>(start), static_cast<int64_t>(newline));
  if (end >= 0 || !scanner.in_record() || scanner.in_string()) return false;
  size_t last = newline;
  while (last > start && is_json_space(static_cast<uint8_t>(text[last - 1])))
    --last;
  if (std::strchr("{[,:", text[last - 1]) != nullptr) return true;
  size_t next = skip_space(text, newline);
  return next < text.size() && text[next] != '{';
}

// Whether a line that is not blank ends behind `begin`.
bool has_line(std::string_view text, size_t begin) {
  return text.find('\n', skip_space(text, begin)) != text.npos;
}

class Sampler {
 public:
  explicit Sampler(const DateFormat* dates) : guess_(dates) {}

  // Takes the values in `text` into account, commas between them passed over.
  void add_values(std::string_view text) {
    if (!index(text)) {
      add_records(text);
      return;
    }
    const uint32_t* token = index_.tokens();
    const uint32_t* last = token + index_.count();
    while (token < last) {
      const uint32_t* next = padded_.data()[*token] == ',' ? token + 1 : add(token);
      if (next == nullptr) {
        add_records(text.substr(*token));
        return;
      }
      token = next;
    }
  }

  // The same record by record, of which faulty ones are left out.
  void add_records(std::string_view text) {
    const auto* data = reinterpret_cast<const uint8_t*>(text.data());
    auto size = static_cast<int64_t>(text.size());
    JsonRecordScanner scanner;
    int64_t end = 0;
    for (int64_t begin = 0; begin < size; begin = end) {
      end = scanner.next_end(data, begin, size);
      if (end <= begin) return;
      while (begin < end && (is_json_space(data[begin]) || data[begin] == ','))
        ++begin;
      auto at = static_cast<size_t>(begin);
      if (index(text.substr(at, static_cast<size_t>(end) - at)) && index_.count() > 0) {
        add(index_.tokens());
      }
    }
  }

  // The same for lines, of which faulty ones are left out one by one.
  void add_lines(std::string_view text) {
    while (!text.empty()) {
      size_t size = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, size);
      if (index(line) && index_.count() > 0) add(index_.tokens());
      text.remove_prefix(std::min(size + 1, text.size()));
    }
  }

  JsonGuess take() { return std::move(guess_); }

 private:
  bool index(std::string_view text) {
    auto size = static_cast<int64_t>(text.size());
    padded_.resize(0);
    padded_.append(text.data(), size);
    padded_.resize(size + kBufferPadding);
    std::memset(padded_.data() + size, ' ', static_cast<size_t>(kBufferPadding));
    return index_.build(padded_.data(), size) == JsonIndex::Fault::kNone;
  }

  const uint32_t* add(const uint32_t* token) {
    const uint8_t* data = padded_.data();
    const uint32_t* next = skip_json(data, token, kMaxNesting);
    if (next != nullptr && data[*token] == '{') guess_.add(data, token);
    return next;
  }

  JsonIndex index_;
  MutableBuffer padded_;
  JsonGuess guess_;
};

void sample_lines(PeekableSource& source, const JsonHead& head, Sampler& sampler) {
  Beginning beginning(source, kBeginningBytes, kGuessPatience);
  const auto begin = static_cast<size_t>(head.size);
  while (!has_line(beginning.text(), begin) && beginning.grow()) {
  }
  std::string_view text = beginning.text();
  size_t end = beginning.is_whole() ? text.npos : text.rfind('\n');
  end = std::min(end, text.size());
  sampler.add_lines(text.substr(begin, end - std::min(end, begin)));
  int64_t size = source.size().value_or(0);
  auto seen = static_cast<int64_t>(end);
  if (size <= seen) return;
  std::string piece(static_cast<size_t>(kSampleBytes), '\0');
  for (int64_t i = 0; i < kPieces; ++i) {
    int64_t offset = seen + (size - seen) / kPieces * i;
    int64_t got = source.read_at(offset, piece.data(), std::min(kSampleBytes, size - offset));
    std::string_view lines(piece.data(), static_cast<size_t>(got));
    size_t first = lines.find('\n');
    size_t last = lines.rfind('\n');
    if (first != last) sampler.add_lines(lines.substr(first + 1, last - first));
  }
}

// The whole records in the first `wanted` bytes or more, until there is one.
void sample_records(PeekableSource& source, const JsonHead& head, Sampler& sampler) {
  for (Beginning beginning(source, kBeginningBytes, kGuessPatience);;) {
    std::string_view text = beginning.text();
    const auto* data = reinterpret_cast<const uint8_t*>(text.data());
    auto size = static_cast<int64_t>(text.size());
    JsonRecordScanner scanner;
    int64_t end = head.size;
    while (end < size && !scanner.closed()) {
      int64_t next = scanner.next_end(data, end, size);
      if (next <= end) break;
      end = next;
    }
    if (end > head.size || !beginning.grow()) {
      auto begin = static_cast<size_t>(head.size);
      sampler.add_values(text.substr(begin, static_cast<size_t>(end) - begin));
      return;
    }
  }
}

// Whether what begins at `start` can be seen by its first line, or from what is there of it.
bool is_decided(std::string_view text, size_t start) {
  if (start == text.size()) return false;
  return text[start] == '[' || std::ssize(text) >= kBeginningBytes ||
         text.find('\n', start) != text.npos;
}

}  // namespace

JsonHead look_at_json(PeekableSource& source, const Patience& patience) {
  JsonHead head;
  std::string_view text;
  size_t start = 0;
  // Space without end is looked through as far as a record may reach, and the first line is waited
  // for as long as it is shorter than the beginning.
  Beginning beginning(source, kBeginningBytes, patience);
  do {
    text = beginning.text();
    start = skip_space(text, text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
  } while (!is_decided(text, start) && beginning.grow());
  if (start == text.size()) {
    head.empty = true;
    return head;
  }
  if (text.starts_with(kByteOrderMark)) head.size = static_cast<int64_t>(kByteOrderMark.size());
  if (text[start] == '[') {
    head.layout = JsonLayout::kArray;
    head.size = static_cast<int64_t>(start) + 1;
    head.newlines = std::count(text.begin(), text.begin() + head.size, '\n');
  } else if (goes_on(text, start)) {
    head.layout = JsonLayout::kRecords;
  }
  return head;
}

JsonGuess sample_json(PeekableSource& source, const JsonHead& head, const DateFormat* dates) {
  Sampler sampler(dates);
  if (head.layout == JsonLayout::kLines) {
    sample_lines(source, head, sampler);
  } else {
    sample_records(source, head, sampler);
  }
  return sampler.take();
}

}  // namespace penstock
