#include "libcore/text/csv/scanner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "libcore/text/byte_scan.h"

namespace penstock {
namespace {

constexpr const char* kQuoteAdvice =
    "use --no-quotes if quotes are data, or --on-error=skip to leave such rows out";
constexpr const char* kWidthAdvice = "use --on-error=skip to leave such rows out";

std::string fields_word(int64_t count) {
  return fmt::format("{} field{}", count, count == 1 ? "" : "s");
}

CsvProblem width_problem(int64_t found, int64_t width, const CsvDialect& dialect) {
  CsvProblem problem;
  problem.whole = true;
  problem.reason = fmt::format("row has {}, expected {}", fields_word(found), width);
  problem.advice = dialect.quotes ? fmt::format("quote fields that contain '{}', or {}",
                                                dialect.delimiter, kWidthAdvice)
                                  : kWidthAdvice;
  return problem;
}

// Judges the number of fields of a record that has no other fault.
std::optional<CsvProblem> judge_width(const std::vector<int64_t>& ends, int64_t width,
                                      const CsvDialect& dialect) {
  auto found = static_cast<int64_t>(ends.size());
  if (!dialect.trailing_delimiter) {
    if (found == width) return std::nullopt;
    return width_problem(found, width, dialect);
  }
  bool last_is_empty = found > 1 && ends[ends.size() - 2] + 1 == ends.back();
  if (found == width + 1 && last_is_empty) return std::nullopt;
  if (found != width) return width_problem(last_is_empty ? found - 1 : found, width, dialect);
  CsvProblem problem;
  problem.whole = true;
  problem.reason = fmt::format("row does not end in '{}'", dialect.delimiter);
  problem.advice = kWidthAdvice;
  return problem;
}

}  // namespace

int64_t line_end_size(std::string_view text, int64_t at, bool at_end) {
  std::string_view rest = text.substr(static_cast<size_t>(at), 3);
  if (rest[0] == '\n') return 1;
  if (rest.starts_with("\r\n")) return 2;
  if (rest == "\r\r\n") return 3;
  if (rest.size() == 3 || (rest.size() == 2 && rest[1] != '\r')) return 1;
  return at_end ? 1 : 0;
}

CsvScanner::CsvScanner(CsvDialect dialect, int64_t width) : dialect_(dialect), width_(width) {
  special_[static_cast<unsigned char>('\n')] = true;
  special_[static_cast<unsigned char>('\r')] = !dialect.lines;
  if (dialect.quotes) special_[static_cast<unsigned char>('"')] = true;
  if (!dialect.lines) special_[static_cast<unsigned char>(dialect.delimiter)] = true;
}

CsvScanner::Record CsvScanner::read(std::string_view text, bool at_end,
                                    std::vector<int64_t>& ends) const {
  Record record;
  ends.clear();
  int64_t at = 0;
  for (;;) {
    auto column = static_cast<int64_t>(ends.size());
    int64_t end = field_end(text, at, at_end, record);
    if (end < 0) {
      if (record.state == Record::State::kOpen) return record;
      if (record.problem.column >= 0) record.problem.column = column;
      record = refuse_line(text, at_end, std::move(record.problem));
      record.misquoted = record.state == Record::State::kFault;
      return record;
    }
    ends.push_back(end);
    if (end < static_cast<int64_t>(text.size()) && !is_line_end(text[static_cast<size_t>(end)])) {
      at = end + 1;
      continue;
    }
    record.size = end;
    record.next = end;
    if (end < static_cast<int64_t>(text.size())) {
      int64_t line_end = dialect_.lines ? 1 : line_end_size(text, end, at_end);
      if (line_end == 0) return record;
      record.next += line_end;
    }
    break;
  }
  record.state = Record::State::kRight;
  record.blank = record.size == 0 && (width_ > 1 || dialect_.trailing_delimiter);
  if (record.blank) return record;
  if (auto problem = judge_width(ends, width_, dialect_)) {
    std::string_view line_end = text.substr(static_cast<size_t>(record.size));
    if (line_end.starts_with('\r') && record.next == record.size + 1) {
      problem->reason += " (a '\\r' by itself ends a line unless it is quoted)";
    }
    record.state = Record::State::kFault;
    record.problem = std::move(*problem);
    record.problem.size = record.size;
  }
  return record;
}

CsvScanner::Record CsvScanner::refuse_line(std::string_view text, bool at_end,
                                           CsvProblem problem) const {
  Record record;
  size_t end = text.find_first_of(dialect_.lines ? "\n" : "\r\n");
  int64_t line_end = 0;
  if (end == text.npos) {
    if (!at_end) return record;
    end = text.size();
  } else {
    line_end = dialect_.lines ? 1 : line_end_size(text, static_cast<int64_t>(end), at_end);
    if (line_end == 0) return record;
  }
  record.state = Record::State::kFault;
  record.size = static_cast<int64_t>(end);
  record.next = record.size + line_end;
  record.problem = std::move(problem);
  record.problem.size = record.size;
  return record;
}

int64_t CsvScanner::field_end(std::string_view text, int64_t start, bool at_end,
                              Record& record) const {
  const char* data = text.data();
  const auto size = static_cast<int64_t>(text.size());
  int64_t at = start;
  if (dialect_.quotes && at < size && data[at] == '"') {
    return quoted_end(text, start, at_end, record);
  }
  for (;;) {
    while (at < size && !special_[static_cast<unsigned char>(data[at])])
      ++at;
    if (at == size) return at_end ? at : -1;
    if (!dialect_.quotes || data[at] != '"') return at;
    at = past_pair(text, at, at_end, record);
    if (at < 0) return -1;
  }
}

int64_t CsvScanner::quoted_end(std::string_view text, int64_t start, bool at_end,
                               Record& record) const {
  const auto size = static_cast<int64_t>(text.size());
  int64_t at = start + 1;
  for (;;) {
    const void* found =
        at < size ? std::memchr(text.data() + at, '"', static_cast<size_t>(size - at)) : nullptr;
    if (found == nullptr) {
      if (!at_end) return -1;
      refuse(text, start, "the quote opened here is never closed", record);
      record.problem.column = -1;
      return -1;
    }
    at = static_cast<const char*>(found) - text.data() + 1;
    if (at == size) return at_end ? at : -1;
    char next = text[static_cast<size_t>(at)];
    if (next == '"') {
      ++at;
      continue;
    }
    if (next == dialect_.delimiter || is_line_end(next)) return at;
    auto field = text.substr(static_cast<size_t>(start), static_cast<size_t>(at - start));
    bool on_one_line = field.find_first_of("\r\n") == field.npos;
    refuse(text, start,
           on_one_line ? "bytes follow a closing quote"
                       : "bytes follow the quote that closes the one opened here",
           record);
    return -1;
  }
}

int64_t CsvScanner::past_pair(std::string_view text, int64_t at, bool at_end,
                              Record& record) const {
  bool passed_end = false;
  for (size_t i = static_cast<size_t>(at) + 1; i < text.size() && !passed_end; ++i) {
    if (text[i] == '"') return static_cast<int64_t>(i) + 1;
    passed_end = text[i] == dialect_.delimiter || is_line_end(text[i]);
  }
  if (!passed_end && !at_end) return -1;
  refuse(text, at, "a quote stands inside an unquoted field", record);
  return -1;
}

void CsvScanner::refuse(std::string_view text, int64_t at, const char* reason,
                        Record& record) const {
  record.state = Record::State::kFault;
  record.problem.whole = true;
  record.problem.column = 0;  // read() knows which
  record.problem.line = count_lines(text.substr(0, static_cast<size_t>(at)));
  record.problem.reason = reason;
  record.problem.advice = kQuoteAdvice;
}

int64_t CsvScanner::count_lines(std::string_view text) const {
  if (dialect_.lines || text.find('\r') == text.npos) {
    return count_byte(reinterpret_cast<const uint8_t*>(text.data()), std::ssize(text), '\n');
  }
  int64_t lines = 0;
  size_t at = text.find_first_of("\r\n");
  while (at != text.npos) {
    ++lines;
    at += static_cast<size_t>(line_end_size(text, static_cast<int64_t>(at), true));
    at = text.find_first_of("\r\n", at);
  }
  return lines;
}

}  // namespace penstock
