#include "libcore/text/csv/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "libcore/text/byte_scan.h"

namespace penstock {
namespace {

// Collects positions of records as CsvIndex describes them, each with a slot for its beginning.
class IndexWriter {
 public:
  explicit IndexWriter(const CsvShape& shape) : shape_(shape) {}
  void add(int64_t offset, const std::vector<int64_t>& ends) {
    positions_.push(static_cast<int32_t>(offset - 1));
    for (int64_t end : shape_.ends()) {
      positions_.push(static_cast<int32_t>(offset + ends[static_cast<size_t>(end)]));
    }
    ++records_;
  }
  void finish(CsvIndex& index) {
    index.positions = std::move(positions_);
    index.records = records_;
    index.stride = shape_.stride() + 1;
    index.regular = true;
    index.doubled = true;
  }

 private:
  const CsvShape& shape_;
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
    index_csv(shape_, data, size, index_);
    if (!index_.regular || index_.misquoted) return false;
    return !index_.has_return || scanner_.dialect().lines || !has_lone_return(data, size);
  }
  CsvScanner::Record read(std::string_view text, bool at_end) override {
    return scanner_.read(text, at_end, ends_);
  }
  CsvScanner::Record refuse_line(std::string_view text, bool at_end) override {
    return scanner_.refuse_line(text, at_end, too_long_problem());
  }

 private:
  // As few ends as prove that all records are right.
  static CsvShape checked_shape(const CsvDialect& dialect, int64_t width) {
    if (!dialect.trailing_delimiter) {
      return {dialect.lines ? '\n' : dialect.delimiter, dialect.quotes, false, width,
              std::array{width - 1}};
    }
    return {dialect.delimiter, dialect.quotes, true, width + 1, std::array{width - 1, width}};
  }

  CsvScanner scanner_;
  CsvShape shape_;
  CsvIndex index_;
  std::vector<int64_t> ends_;
};

}  // namespace

std::string_view without_return(std::string_view record) {
  for (int i = 0; i < 2 && record.ends_with('\r'); ++i)
    record.remove_suffix(1);
  return record;
}

size_t record_size(std::string_view text, const CsvDialect& dialect) {
  if (dialect.lines) return text.find('\n');
  bool inside = false;
  // find_first_of() calls memchr() for each byte: that took a quarter of the time in which a flow
  // with eight files is planned.
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"' && dialect.quotes) inside = !inside;
    if (inside || (c != '\n' && c != '\r')) continue;
    return at + static_cast<size_t>(line_end_size(text, static_cast<int64_t>(at), true)) - 1;
  }
  return text.npos;
}

void split_record(std::string_view record, const CsvDialect& dialect, std::vector<int64_t>& ends) {
  ends.clear();
  if (!dialect.lines) {
    bool quotes = dialect.quotes && record.find('"') != record.npos;
    bool inside = false;
    for (size_t i = 0; i < record.size(); ++i) {
      if (quotes && record[i] == '"') inside = !inside;
      if (record[i] == dialect.delimiter && !inside) ends.push_back(static_cast<int64_t>(i));
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
  if (!dialect.quotes || !field.starts_with('"') || field.size() < 2) return field;
  field = field.substr(1, field.size() - 2);
  size_t quote = field.find('"');
  if (quote == field.npos) return field;
  scratch.clear();
  while (quote != field.npos) {
    scratch += field.substr(0, quote + 1);
    field.remove_prefix(std::min(quote + 2, field.size()));
    quote = field.find('"');
  }
  scratch += field;
  return scratch;
}

void sift_records(const CsvShape& shape, const CsvScanner& scanner, const TextChunk& chunk,
                  CsvIndex& index, std::vector<CsvProblem>& problems) {
  std::string_view text = text_of(chunk);
  bool at_end = chunk.state != TextChunk::State::kTooLong;
  IndexWriter writer(shape);
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
    if (!record.blank) writer.add(offset, ends);
    offset += record.next;
  }
  writer.finish(index);
}

std::unique_ptr<RecordJudge> make_csv_judge(const CsvDialect& dialect, int64_t width) {
  return std::make_unique<CsvJudge>(dialect, width);
}

}  // namespace penstock
