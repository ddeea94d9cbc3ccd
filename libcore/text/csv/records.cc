#include "libcore/text/csv/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "libcore/text/byte_scan.h"

namespace penstock {
namespace {

// The text between a field's quotes, or of a field without them, which has escape characters.
std::string_view unescaped(std::string_view text, bool is_quoted, const CsvDialect& dialect,
                           std::string& scratch) {
  scratch.clear();
  for (size_t i = 0; i < text.size(); ++i) {
    bool passes = dialect.is_escape(text[i]) || (is_quoted && text[i] == dialect.quote);
    if (passes && i + 1 < text.size()) ++i;
    scratch += text[i];
  }
  return scratch;
}

// Collects positions of sifted records as CsvIndex describes them.
class IndexWriter {
 public:
  IndexWriter(std::span<const int64_t> places, int64_t delimiter_size)
      : places_(places), delimiter_size_(delimiter_size) {}
  void add(int64_t offset, int64_t size, const std::vector<int64_t>& ends) {
    push(offset, offset + size);
    for (int64_t place : places_) {
      // A field that is missing is empty.
      if (place >= std::ssize(ends)) {
        push(offset + size, offset + size);
        continue;
      }
      const auto end = static_cast<size_t>(place);
      const int64_t start = end == 0 ? 0 : ends[end - 1] + delimiter_size_;
      push(offset + start, offset + ends[end]);
    }
    ++records_;
  }
  void finish(CsvIndex& index) {
    index.positions = std::move(positions_);
    index.records = records_;
    index.stride = 2 + 2 * std::ssize(places_);
    index.sifted = true;
    index.regular = true;
    index.doubled = true;
  }

 private:
  void push(int64_t start, int64_t end) {
    positions_.push(static_cast<int32_t>(start - 1));
    positions_.push(static_cast<int32_t>(end));
  }

  std::span<const int64_t> places_;
  int64_t delimiter_size_;
  MutableBuffer positions_;
  int64_t records_ = 0;
};

CsvProblem too_long_problem() {
  CsvProblem problem;
  problem.whole = true;
  problem.reason = fmt::format("row is longer than {} MiB, the limit", kMaxRecordBytes >> 20);
  problem.advice = "is a quote left open? use --no-quotes if quotes are data";
  return problem;
}

class CsvJudge : public RecordJudge {
 public:
  CsvJudge(const CsvDialect& dialect, int64_t width)
      : scanner_(dialect, width), shape_(checked_shape(dialect, width)) {}

  bool is_right(const uint8_t* data, int64_t size) override {
    const CsvDialect& dialect = scanner_.dialect();
    if (dialect.needs_scanner()) {
      std::string_view text(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
      if (!is_ordinary(text, dialect)) return false;
    }
    index_csv(shape_, data, size, index_);
    if (!index_.regular || index_.misquoted) return false;
    return !index_.has_return || dialect.lines || !has_lone_return(data, size);
  }
  CsvScanner::Record read(std::string_view text, bool at_end) override {
    return scanner_.read(text, at_end, ends_);
  }
  CsvScanner::Record refuse_line(std::string_view text, bool at_end) override {
    return scanner_.refuse_line(text, at_end, too_long_problem());
  }

 private:
  // Whether the text has nothing by which the dialect differs from one of quotes and a delimiter.
  static bool is_ordinary(std::string_view text, const CsvDialect& dialect) {
    if (dialect.delimiter.size() > 1) return false;
    if (dialect.escape != '\0' && text.find(dialect.escape) != text.npos) return false;
    return dialect.comment.empty() ||
           !(dialect.is_comment(text) || text.find("\n" + dialect.comment) != text.npos);
  }

  // As few ends as prove that all records are right.
  static CsvShape checked_shape(const CsvDialect& dialect, int64_t width) {
    if (!dialect.trailing_delimiter) {
      return make_shape(dialect, width, std::array{width - 1});
    }
    return make_shape(dialect, width + 1, std::array{width - 1, width});
  }

  CsvScanner scanner_;
  CsvShape shape_;
  CsvIndex index_;
  std::vector<int64_t> ends_;
};

}  // namespace

CsvShape make_shape(const CsvDialect& dialect, int64_t ends_per_record,
                    std::span<const int64_t> ends) {
  return {dialect.lines ? '\n' : dialect.delimiter[0],
          dialect.quotes ? std::optional(dialect.quote) : std::nullopt, dialect.trailing_delimiter,
          ends_per_record, ends};
}

std::string_view without_return(std::string_view record) {
  for (int i = 0; i < 2 && record.ends_with('\r'); ++i)
    record.remove_suffix(1);
  return record;
}

size_t record_size(std::string_view text, const CsvDialect& dialect) {
  if (dialect.lines) return text.find('\n');
  bool inside = false;
  if (dialect.is_comment(text)) {
    const size_t at = text.find_first_of("\r\n");
    if (at == text.npos) return at;
    return at + static_cast<size_t>(line_end_size(text, static_cast<int64_t>(at), true)) - 1;
  }
  const char quote = dialect.quote;
  const bool quotes = dialect.quotes;
  const char escape = dialect.escape;
  const bool has_escape = escape != '\0';
  // find_first_of() calls memchr() for each byte: that took a quarter of the time in which a flow
  // with eight files is planned.
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (has_escape && c == escape) {
      ++at;
      continue;
    }
    if (c == quote && quotes) inside = !inside;
    if (inside || (c != '\n' && c != '\r')) continue;
    return at + static_cast<size_t>(line_end_size(text, static_cast<int64_t>(at), true)) - 1;
  }
  return text.npos;
}

void split_record(std::string_view record, const CsvDialect& dialect, std::vector<int64_t>& ends) {
  ends.clear();
  if (!dialect.lines) {
    bool quotes = dialect.quotes && record.find(dialect.quote) != record.npos;
    bool inside = false;
    for (size_t i = 0; i < record.size(); ++i) {
      if (dialect.is_escape(record[i])) {
        ++i;
        continue;
      }
      if (quotes && record[i] == dialect.quote) inside = !inside;
      if (inside || record[i] != dialect.delimiter[0]) continue;
      if (!record.substr(i).starts_with(dialect.delimiter)) continue;
      ends.push_back(static_cast<int64_t>(i));
      i += dialect.delimiter.size() - 1;
    }
    record = without_return(record);
  }
  ends.push_back(static_cast<int64_t>(record.size()));
}

std::optional<CsvProblem> judge_record(std::string_view record, std::vector<int64_t>& ends,
                                       int64_t width, const CsvDialect& dialect) {
  if (!dialect.lines) record = without_return(record);
  CsvScanner::Record read = CsvScanner(dialect, width).read(record, true, ends);
  if (read.blank) {
    read.state = CsvScanner::Record::State::kFault;
    read.problem.whole = true;
    read.problem.reason = "the line is blank";
  }
  if (read.state == CsvScanner::Record::State::kFault) return std::move(read.problem);
  return std::nullopt;
}

std::string_view field_text(std::string_view field, const CsvDialect& dialect,
                            std::string& scratch) {
  const bool is_quoted = field.size() >= 2 && dialect.is_quote(field[0]);
  if (is_quoted) field = field.substr(1, field.size() - 2);
  if (dialect.escape != '\0' && field.find(dialect.escape) != field.npos) {
    return unescaped(field, is_quoted, dialect, scratch);
  }
  if (!is_quoted) return field;
  size_t quote = field.find(dialect.quote);
  if (quote == field.npos) return field;
  scratch.clear();
  while (quote != field.npos) {
    scratch += field.substr(0, quote + 1);
    field.remove_prefix(std::min(quote + 2, field.size()));
    quote = field.find(dialect.quote);
  }
  scratch += field;
  return scratch;
}

void sift_records(std::span<const int64_t> places, const CsvScanner& scanner,
                  const TextChunk& chunk, CsvIndex& index, std::vector<CsvProblem>& problems) {
  std::string_view text = text_of(chunk);
  bool at_end = chunk.state != TextChunk::State::kTooLong;
  IndexWriter writer(places, scanner.dialect().delimiter_size());
  std::vector<int64_t> ends;
  auto refused = chunk.refused.begin();
  int64_t offset = 0;
  while (offset < chunk.size) {
    if (refused != chunk.refused.end() && refused->offset == offset) {
      offset += refused->size;
      if (offset < chunk.size) {
        offset += scanner.dialect().lines ? 1 : line_end_size(text, offset, true);
      }
      problems.push_back(*refused++);
      continue;
    }
    auto record = scanner.read(text.substr(static_cast<size_t>(offset)), at_end, ends);
    if (record.state != CsvScanner::Record::State::kRight) {
      bool is_open = record.state == CsvScanner::Record::State::kOpen;
      CsvProblem problem = is_open ? too_long_problem() : std::move(record.problem);
      problem.offset = offset;
      problems.push_back(std::move(problem));
      break;
    }
    if (!record.blank) writer.add(offset, record.size, ends);
    offset += record.next;
  }
  writer.finish(index);
}

std::unique_ptr<RecordJudge> make_csv_judge(const CsvDialect& dialect, int64_t width) {
  return std::make_unique<CsvJudge>(dialect, width);
}

}  // namespace penstock
