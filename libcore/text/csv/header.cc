#include "libcore/text/csv/header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
#include "libcore/text/empty_input.h"

namespace penstock {
namespace {

// A record at the beginning of the file, with its fields' texts.
struct FirstRecord {
  int64_t begin = 0;
  int64_t end = 0;  // past its newline
  int64_t line = 0;
  std::vector<std::string> fields;
};

int64_t count_lines(std::string_view text, const CsvDialect& dialect) {
  return CsvScanner(dialect, 1).count_lines(text);
}

// Whether the record ends in a delimiter. `ends` as split_record gives them.
bool has_trailing_delimiter(const std::vector<int64_t>& ends, const CsvDialect& dialect) {
  return ends.size() > 1 && ends.back() == ends[ends.size() - 2] + dialect.delimiter_size();
}

// The first record that is not blank; empty when there is none. A header need not end in the
// delimiter that all rows end in.
std::optional<FirstRecord> first_record(const std::string& file, std::string_view text,
                                        int64_t begin, int64_t first_line, CsvDialect dialect,
                                        bool is_header) {
  auto at = static_cast<size_t>(begin);
  for (;;) {
    if (at >= text.size()) return std::nullopt;
    size_t size = record_size(text.substr(at), dialect);
    int64_t line = first_line + count_lines(text.substr(0, at), dialect);
    if (size == text.npos) {
      throw Error(fmt::format("{}:{}: a quote is never closed; use --no-quotes if quotes are data",
                              file, line));
    }
    std::string_view record = text.substr(at, size);
    if (without_return(record).empty() || dialect.is_comment(record)) {
      at += size + 1;
      continue;
    }
    std::vector<int64_t> ends;
    split_record(record, dialect, ends);
    auto width = static_cast<int64_t>(ends.size());
    if (is_header && !has_trailing_delimiter(ends, dialect)) dialect.trailing_delimiter = false;
    if (dialect.trailing_delimiter && ends.size() > 1) --width;
    if (auto problem = judge_record(record, ends, width, dialect)) {
      throw Error(fmt::format("{}:{}: {}; {}", file, line, problem->reason, problem->advice));
    }
    FirstRecord first{static_cast<int64_t>(at), static_cast<int64_t>(at + size + 1), line, {}};
    int64_t start = 0;
    std::string scratch;
    for (int64_t i = 0; i < width; ++i) {
      int64_t end = ends[static_cast<size_t>(i)];
      auto field = record.substr(static_cast<size_t>(start), static_cast<size_t>(end - start));
      first.fields.emplace_back(field_text(field, dialect, scratch));
      start = end + dialect.delimiter_size();
    }
    return first;
  }
}

// Reads a header line that begins at `begin` and has a stray quote, with the names between its
// delimiters, if the record after it has as many fields. Empty for any other header, which
// first_record() reads.
std::optional<FirstRecord> header_with_stray_quote(std::string_view text, int64_t begin,
                                                   int64_t first_line, const CsvDialect& dialect,
                                                   std::string& fault) {
  size_t start = past_comments(text, static_cast<size_t>(begin), dialect);
  if (start == text.npos || !dialect.quotes) return std::nullopt;
  std::string_view rest = text.substr(start);
  size_t end = rest.find_first_of("\r\n");
  if (end == rest.npos) return std::nullopt;
  CsvDialect plain = dialect;
  plain.quotes = false;
  std::vector<int64_t> names;
  split_record(rest.substr(0, end), plain, names);
  CsvScanner scanner(dialect, std::ssize(names) - (dialect.trailing_delimiter ? 1 : 0));
  std::vector<int64_t> ends;
  CsvScanner::Record header = scanner.read(rest, true, ends);
  if (!header.misquoted || scanner.width() < 1) return std::nullopt;
  int64_t next = static_cast<int64_t>(end) + line_end_size(rest, static_cast<int64_t>(end), true);
  std::string_view behind = rest.substr(static_cast<size_t>(next));
  if (!dialect.comment.empty()) {
    behind.remove_prefix(std::min(behind.size(), past_comments(behind, 0, dialect)));
  }
  if (behind.empty()) return std::nullopt;
  CsvScanner::Record record = scanner.read(behind, true, ends);
  if (record.state != CsvScanner::Record::State::kRight || record.blank) return std::nullopt;
  fault = header.problem.reason;
  FirstRecord first;
  first.begin = static_cast<int64_t>(start);
  first.end = first.begin + next;
  first.line = first_line + scanner.count_lines(text.substr(0, start));
  int64_t at = 0;
  std::string scratch;
  names.resize(static_cast<size_t>(scanner.width()));
  for (int64_t name_end : names) {
    std::string_view field =
        rest.substr(static_cast<size_t>(at), static_cast<size_t>(name_end - at));
    at = name_end + dialect.delimiter_size();
    bool right = !judge_record(field, ends, 1, dialect);
    first.fields.emplace_back(right ? field_text(field, dialect, scratch) : field);
  }
  return first;
}

// Takes the first record that is not blank off `text`; empty when there is none.
std::string_view take_record(std::string_view& text, const CsvDialect& dialect) {
  std::string_view record;
  while (record.empty() && !text.empty()) {
    size_t size = std::min(record_size(text, dialect), text.size());
    record = without_return(text.substr(0, size));
    if (dialect.is_comment(record)) record = {};
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return record;
}

size_t count_fields(std::string_view record, const CsvDialect& dialect) {
  std::vector<int64_t> ends;
  split_record(record, dialect, ends);
  return ends.size();
}

struct OtherDelimiter {
  char delimiter;
  std::string_view word;  // on a command line
};
constexpr std::array<OtherDelimiter, 3> kOtherDelimiters = {
    {{'\t', "\\t"}, {';', ";"}, {'|', "|"}}};

// Refuses text whose first two records differ in their number of fields, which is the same with
// another delimiter.
void check_second(const std::string& file, int64_t line, std::string_view first,
                  std::string_view second, const CsvDialect& assumed) {
  const size_t in_first = count_fields(first, assumed);
  const size_t in_second = count_fields(second, assumed);
  if (second.empty() || in_first == in_second) return;
  for (auto [delimiter, word] : kOtherDelimiters) {
    CsvDialect other = assumed;
    other.delimiter = delimiter;
    const size_t fields = count_fields(first, other);
    if (fields == 1 || count_fields(second, other) != fields) continue;
    throw Error(fmt::format(
        "{}:{}: the first rows have {} and {} field{} when '{}' divides them, but {} each when "
        "'{}' does; use -d '{}', or -d '{}' to keep the other one",
        file, line, in_first, in_second, in_second == 1 ? "" : "s", assumed.delimiter, fields, word,
        word, assumed.delimiter));
  }
}

// Whether text begins as JSON records do: with a '{' and a key, or an array of them.
bool looks_like_json(std::string_view text) {
  auto take_blanks = [&text] {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  };
  take_blanks();
  if (text.starts_with('[')) {
    text.remove_prefix(1);
    take_blanks();
  }
  if (!text.starts_with('{')) return false;
  text.remove_prefix(1);
  take_blanks();
  return text.starts_with('"') || text.starts_with('}');
}

// Refuses text whose first record does not contain the assumed delimiter, but another one that
// divides it and the record after it alike; and text whose first two records differ.
void check_delimiter(const std::string& file, int64_t line, std::string_view text,
                     const CsvDialect& assumed, bool is_strict) {
  std::string_view behind = text;
  std::string_view first = take_record(behind, assumed);
  const size_t usual = count_fields(first, assumed);
  std::string_view second = take_record(behind, assumed);
  if (usual > 1) {
    if (is_strict) check_second(file, line, first, second, assumed);
    return;
  }
  for (auto [delimiter, word] : kOtherDelimiters) {
    CsvDialect other = assumed;
    other.delimiter = delimiter;
    size_t fields = count_fields(first, other);
    if (fields == 1 || (!second.empty() && count_fields(second, other) != fields)) continue;
    throw Error(
        fmt::format("{}:{}: the first row has one field when '{}' divides it, but {} when '{}' "
                    "does; use -d '{}', or -d '{}' if one field is right",
                    file, line, assumed.delimiter, fields, word, word, assumed.delimiter));
  }
}

// The names that options give; empty when they give none.
std::vector<std::string> given_names(const CsvReadOptions& options) {
  if (options.schema != nullptr && !options.schema_by_name) return options.schema->names();
  if (options.lines) return {"line"};
  return options.names;
}

// Refuses text that is not CSV with the assumed delimiter.
void check_assumed(const std::string& file, int64_t line, std::string_view text,
                   const CsvDialect& dialect, const CsvReadOptions& options) {
  if (options.format_guessed && looks_like_json(text)) {
    throw Error(fmt::format(
        "{}:{}: the first row looks like JSON; use -f ndjson, or -f csv if it is CSV", file, line));
  }
  if (given_names(options).size() == 1) return;
  const bool is_strict =
      options.on_error == OnError::kFail && !options.ragged && options.row_names.empty();
  check_delimiter(file, line, text, dialect, is_strict);
}

void check_names(const std::string& place, const std::vector<std::string>& names) {
  std::unordered_map<std::string_view, size_t> seen;
  for (size_t i = 0; i < names.size(); ++i) {
    if (!is_utf8(names[i]) || names[i].find('\0') != names[i].npos) {
      throw Error(
          fmt::format("{}: the name of column {}, '{}', is not valid text; name the columns "
                      "with --names",
                      place, i + 1, printable(names[i])));
    }
    auto [before, fresh] = seen.emplace(names[i], i);
    if (!fresh) {
      throw Error(
          fmt::format("{}: columns {} and {} are both named '{}'; name the columns with "
                      "--names, or use --unique-names",
                      place, before->second + 1, i + 1, printable(names[i])));
    }
  }
}

// Renames what occurred before, as the header says.
void make_unique(std::vector<std::string>& names) {
  std::unordered_set<std::string> taken(names.begin(), names.end());
  std::unordered_map<std::string, int64_t> last;  // number given to a name
  for (std::string& name : names) {
    auto [at, is_first] = last.emplace(name, 1);
    if (is_first) continue;
    std::string free;
    do {
      free = fmt::format("{}_{}", name, ++at->second);
    } while (!taken.insert(free).second);
    name = std::move(free);
  }
}

void check_schema(const std::string& place, const std::vector<std::string>& header,
                  const Schema& schema) {
  for (size_t i = 0; i < header.size(); ++i) {
    if (header[i] == schema[i].name) continue;
    throw Error(fmt::format("{}: column {} is '{}' in the header but '{}' in the schema", place,
                            i + 1, printable(header[i]), schema[i].name));
  }
}

void check_width(const std::string& place, size_t found, size_t given,
                 const CsvReadOptions& options) {
  if (found == given || (options.ragged && found < given)) return;
  const char* advice = "; use --ragged, or leave the header out with --skip 1 --no-header";
  throw Error(fmt::format("{}: the header has {} field{}, but {} {} name{}{}", place, found,
                          found == 1 ? "" : "s",
                          options.schema != nullptr ? "the schema has" : "--names gives", given,
                          given == 1 ? "" : "s", found < given ? advice : ""));
}

}  // namespace

size_t past_comments(std::string_view text, size_t at, const CsvDialect& dialect) {
  for (;;) {
    at = text.find_first_not_of("\r\n", at);
    if (at == text.npos || !dialect.is_comment(text.substr(at))) return at;
    at = text.find_first_of("\r\n", at);
    if (at == text.npos) return at;
  }
}

CsvHead read_head(const ByteSource& source, const TextChunk* first, int64_t line,
                  const CsvDialect& dialect, const CsvReadOptions& options) {
  const std::string& file = source.name();
  std::string_view text;
  if (first != nullptr) {
    text = {reinterpret_cast<const char*>(first->data), static_cast<size_t>(first->size)};
  }
  CsvHead head;
  if (line == 1 && !options.lines && text.starts_with(kByteOrderMark))
    head.size = static_cast<int64_t>(kByteOrderMark.size());
  head.names = given_names(options);
  if (options.delimiter_assumed) {
    check_assumed(file, line, text.substr(static_cast<size_t>(head.size)), dialect, options);
  }
  // Without a header, the reader judges the rows.
  if (options.lines || (!options.header && !head.names.empty())) {
    check_names(file, head.names);
    return head;
  }
  std::optional<FirstRecord> record;
  if (options.header && options.on_error != OnError::kFail) {
    record = header_with_stray_quote(text, head.size, line, dialect, head.fault);
  }
  if (record) {
    std::string_view header = text.substr(0, static_cast<size_t>(record->end));
    header.remove_prefix(static_cast<size_t>(record->begin));
    head.record = header.substr(0, header.find_last_not_of("\r\n") + 1);
  }
  if (!record) record = first_record(file, text, head.size, line, dialect, options.header);
  if (!record && head.names.empty()) {
    throw empty_input(source, options.header
                                  ? "expected a header row (use --no-header with --names to read "
                                    "no rows as a table)"
                                  : "name its columns with --names");
  }
  std::string place = fmt::format("{}:{}", file, record ? record->line : line);
  if (record && options.header) {
    if (!options.row_names.empty()) {
      record->fields.insert(record->fields.begin(), options.row_names);
    }
    if (options.unique_names) make_unique(record->fields);
    if (!head.names.empty()) {
      check_width(place, record->fields.size(), head.names.size(), options);
      if (options.schema != nullptr && !options.schema_by_name && options.names.empty()) {
        check_schema(place, record->fields, *options.schema);
      }
    }
    head.size = record->end;
    head.lines = count_lines(text.substr(0, static_cast<size_t>(record->end)), dialect);
    if (head.names.empty()) head.names = std::move(record->fields);
  } else if (record) {
    for (size_t i = 1; i <= record->fields.size(); ++i)
      head.names.push_back(fmt::format("c{}", i));
  }
  if (static_cast<int64_t>(head.names.size()) > kMaxColumns) {
    throw Error(
        fmt::format("{}: {} columns; the limit is {}", place, head.names.size(), kMaxColumns));
  }
  check_names(place, head.names);
  return head;
}

}  // namespace penstock
