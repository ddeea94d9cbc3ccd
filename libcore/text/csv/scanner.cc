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
    if (found == width || (dialect.ragged && found < width)) return std::nullopt;
    return width_problem(found, width, dialect);
  }
  bool last_is_empty = found > 1 && ends[ends.size() - 2] + dialect.delimiter_size() == ends.back();
  if (last_is_empty && (found == width + 1 || (dialect.ragged && found <= width))) {
    return std::nullopt;
  }
  if (found != width && !(dialect.ragged && found < width))
    return width_problem(last_is_empty ? found - 1 : found, width, dialect);
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

CsvScanner::CsvScanner(CsvDialect dialect, int64_t width)
    : dialect_(std::move(dialect)),
      delimiter_begin_(dialect_.delimiter[0]),
      is_long_(dialect_.delimiter.size() > 1),
      width_(width) {
  auto stop_at = [this](char c) { special_[static_cast<unsigned char>(c)] = true; };
  stop_at('\n');
  if (dialect_.quotes) stop_at(dialect_.quote);
  if (dialect_.lines) return;
  stop_at('\r');
  stop_at(dialect_.delimiter[0]);
  if (dialect_.escape != '\0') stop_at(dialect_.escape);
}

CsvScanner::Record CsvScanner::read(std::string_view text, bool at_end,
                                    std::vector<int64_t>& ends) const {
  Record record;
  ends.clear();
  if (!dialect_.comment.empty()) {
    if (dialect_.is_comment(text)) return comment(text, at_end);
    if (!at_end && dialect_.comment.starts_with(text)) return record;
  }
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
      at = end + dialect_.delimiter_size();
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

CsvScanner::Record CsvScanner::comment(std::string_view text, bool at_end) const {
  Record record = refuse_line(text, at_end, {});
  if (record.state == Record::State::kFault) record.state = Record::State::kRight;
  record.blank = true;
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
  if (at < size && dialect_.is_quote(data[at])) {
    return quoted_end(text, start, at_end, record);
  }
  for (;;) {
    while (at < size && !special_[static_cast<unsigned char>(data[at])])
      ++at;
    if (at == size) return at_end ? at : -1;
    if (is_delimiter(text, at) || is_line_end(data[at])) return at;
    if (dialect_.is_escape(data[at])) {
      at = past_escaped(text, at, at_end, record);
    } else if (dialect_.is_quote(data[at])) {
      at = past_pair(text, at, at_end, record);
    } else if (!at_end && may_be_delimiter(text, at)) {
      return -1;
    } else {
      ++at;
    }
    if (at < 0) return -1;
  }
}

int64_t CsvScanner::quoted_end(std::string_view text, int64_t start, bool at_end,
                               Record& record) const {
  const auto size = static_cast<int64_t>(text.size());
  int64_t at = start + 1;
  for (;;) {
    const char* found = at < size ? find_quote(text.substr(static_cast<size_t>(at))) : nullptr;
    if (found == nullptr) {
      if (!at_end) return -1;
      refuse(text, start, "the quote opened here is never closed", record);
      record.problem.column = -1;
      return -1;
    }
    at = found - text.data() + 1;
    if (*found == dialect_.escape) {
      ++at;
      continue;
    }
    if (at == size) return at_end ? at : -1;
    char next = text[static_cast<size_t>(at)];
    if (next == dialect_.quote) {
      ++at;
      continue;
    }
    if (is_line_end(next) || is_delimiter(text, at)) return at;
    if (!at_end && may_be_delimiter(text, at)) return -1;
    auto field = text.substr(static_cast<size_t>(start), static_cast<size_t>(at - start));
    bool on_one_line = field.find_first_of("\r\n") == field.npos;
    refuse(text, start,
           on_one_line ? "bytes follow a closing quote"
                       : "bytes follow the quote that closes the one opened here",
           record);
    return -1;
  }
}

const char* CsvScanner::find_quote(std::string_view text) const {
  if (dialect_.escape == '\0') {
    return static_cast<const char*>(std::memchr(text.data(), dialect_.quote, text.size()));
  }
  const char either[] = {dialect_.quote, dialect_.escape};
  size_t found = text.find_first_of(std::string_view(either, 2));
  return found == text.npos ? nullptr : text.data() + found;
}

int64_t CsvScanner::past_escaped(std::string_view text, int64_t at, bool at_end,
                                 Record& record) const {
  if (at + 1 < std::ssize(text)) return at + 2;
  if (at_end) refuse(text, at, "nothing follows the escape character", record);
  return -1;
}

int64_t CsvScanner::past_pair(std::string_view text, int64_t at, bool at_end,
                              Record& record) const {
  bool passed_end = false;
  for (int64_t i = at + 1; i < std::ssize(text) && !passed_end; ++i) {
    const char c = text[static_cast<size_t>(i)];
    if (c == dialect_.quote) return i + 1;
    if (dialect_.is_escape(c)) {
      ++i;
    } else {
      passed_end = is_line_end(c) || is_delimiter(text, i);
    }
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
