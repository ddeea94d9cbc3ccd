#include "libcore/text/csv_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace penstock {
namespace {

constexpr const char* kQuoteAdvice =
    "use --no-quotes if quotes are data, or --on-error=skip to leave such rows out";

// Whether `field`, which begins with a quote, is a quoted field as RFC 4180 has it.
bool well_quoted(std::string_view field) {
  size_t i = 1;
  while (i < field.size()) {
    const void* found = std::memchr(field.data() + i, '"', field.size() - i);
    if (found == nullptr) return false;
    i = static_cast<size_t>(static_cast<const char*>(found) - field.data());
    if (i + 1 == field.size()) return true;
    if (field[i + 1] != '"') return false;
    i += 2;
  }
  return false;
}

// Whether quotes in an unquoted field can be read in one way only.
bool harmless_quotes(std::string_view field, char delimiter) {
  bool inside = false;
  for (char c : field) {
    if (c == '"') inside = !inside;
    if (inside && (c == delimiter || c == '\n')) return false;
  }
  return !inside;
}

std::optional<CsvProblem> quote_problem(std::string_view record, const std::vector<int64_t>& ends,
                                        const CsvDialect& dialect) {
  if (record.find('"') == record.npos) return std::nullopt;
  int64_t start = 0;
  for (size_t i = 0; i < ends.size(); ++i) {
    auto field = record.substr(static_cast<size_t>(start), static_cast<size_t>(ends[i] - start));
    const char* reason = nullptr;
    if (field.starts_with('"')) {
      if (!well_quoted(field)) reason = "bytes follow a closing quote";
    } else if (field.find('"') != field.npos && !harmless_quotes(field, dialect.delimiter)) {
      reason = "a quote stands inside an unquoted field";
    }
    if (reason != nullptr) {
      CsvProblem problem;
      problem.column = static_cast<int64_t>(i);
      problem.reason = reason;
      problem.advice = kQuoteAdvice;
      return problem;
    }
    start = ends[i] + 1;
  }
  return std::nullopt;
}

std::string fields_word(int64_t count) {
  return fmt::format("{} field{}", count, count == 1 ? "" : "s");
}

CsvProblem width_problem(int64_t found, int64_t width, const CsvDialect& dialect) {
  CsvProblem problem;
  problem.reason = fmt::format("row has {}, expected {}", fields_word(found), width);
  problem.advice =
      dialect.quotes
          ? fmt::format(
                "quote fields that contain '{}', or use --on-error=skip to leave such rows out",
                dialect.delimiter)
          : "use --on-error=skip to leave such rows out";
  return problem;
}

CsvProblem unclosed_problem(const TextChunk& chunk, int64_t offset) {
  CsvProblem problem;
  problem.offset = offset;
  problem.size = chunk.size - 1 - offset;
  // With an odd number of quotes the last one is the one that opens.
  std::string_view record(reinterpret_cast<const char*>(chunk.data) + offset,
                          static_cast<size_t>(problem.size));
  problem.mark = static_cast<int64_t>(record.rfind('"'));
  problem.reason = "the quote opened here is never closed";
  problem.advice = kQuoteAdvice;
  return problem;
}

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
  }

 private:
  const CsvShape& shape_;
  MutableBuffer positions_;
  int64_t records_ = 0;
};

// Ends of the record's fields, from the positions of all ends in the chunk.
bool next_record(const CsvIndex& all, const uint8_t* data, int64_t& at, int64_t offset,
                 std::vector<int64_t>& ends) {
  const int32_t* positions = all.at() + 1;
  ends.clear();
  while (at < all.records) {
    int32_t end = positions[at++];
    ends.push_back(end - offset);
    if (data[end] == '\n') return true;
  }
  return false;
}

}  // namespace

std::string_view without_return(std::string_view record) {
  if (record.ends_with('\r')) record.remove_suffix(1);
  return record;
}

size_t record_size(std::string_view text, const CsvDialect& dialect) {
  if (!dialect.quotes) return text.find('\n');
  bool inside = false;
  size_t at = 0;
  for (;;) {
    size_t newline = text.find('\n', at);
    if (newline == text.npos) return text.npos;
    inside ^= std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                         text.begin() + static_cast<std::ptrdiff_t>(newline), '"') %
                  2 !=
              0;
    if (!inside) return newline;
    at = newline + 1;
  }
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
  }
  ends.push_back(static_cast<int64_t>(without_return(record).size()));
}

std::optional<CsvProblem> judge_record(std::string_view record, const std::vector<int64_t>& ends,
                                       int64_t width, const CsvDialect& dialect) {
  if (dialect.quotes) {
    if (auto problem = quote_problem(record, ends, dialect)) return problem;
  }
  auto found = static_cast<int64_t>(ends.size());
  if (!dialect.trailing_delimiter) {
    if (found != width) return width_problem(found, width, dialect);
    return std::nullopt;
  }
  bool last_is_empty = found > 1 && ends[ends.size() - 2] + 1 == ends.back();
  if (found == width + 1 && last_is_empty) return std::nullopt;
  if (found != width) return width_problem(last_is_empty ? found - 1 : found, width, dialect);
  CsvProblem problem;
  problem.reason = fmt::format("row does not end in '{}'", dialect.delimiter);
  problem.advice = "use --on-error=skip to leave such rows out";
  return problem;
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

void sift_records(const CsvShape& shape, const CsvDialect& dialect, const TextChunk& chunk,
                  bool first_only, CsvIndex& index, std::vector<CsvProblem>& problems) {
  CsvIndex all;
  index_all_ends(shape, chunk.data, chunk.size, all);
  const auto* text = reinterpret_cast<const char*>(chunk.data);
  int64_t width = shape.ends_per_record() - (dialect.trailing_delimiter ? 1 : 0);
  IndexWriter writer(shape);
  std::vector<int64_t> ends;
  int64_t at = 0;
  int64_t offset = 0;
  while (offset < chunk.size) {
    if (!next_record(all, chunk.data, at, offset, ends)) {
      problems.push_back(unclosed_problem(chunk, offset));
      break;
    }
    int64_t next = offset + ends.back() + 1;
    std::string_view record(text + offset, static_cast<size_t>(ends.back()));
    std::string_view bare = without_return(record);
    if (!bare.empty() || shape.ends_per_record() == 1) {
      int64_t newline = ends.back();
      ends.back() = static_cast<int64_t>(bare.size());
      if (auto problem = judge_record(record, ends, width, dialect)) {
        problem->offset = offset;
        problem->size = static_cast<int64_t>(bare.size());
        problems.push_back(std::move(*problem));
        if (first_only) break;
      } else {
        ends.back() = newline;
        writer.add(offset, ends);
      }
    }
    offset = next;
  }
  writer.finish(index);
  index.newlines = all.newlines;
  index.misquoted = all.misquoted;
  index.doubled = true;
  index.ascii = all.ascii;
  index.has_nul = all.has_nul;
}

}  // namespace penstock
