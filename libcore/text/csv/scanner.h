// Reads one CSV record from its first byte on, whatever the bytes are. This file alone decides what
// a record is, what a fault is, and where a fault is.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// What is wrong with a record, or with one value of it.
struct CsvProblem {
  int64_t offset = 0;   // of the record's first byte in its chunk
  int64_t size = 0;     // of the record without its line end
  int64_t line = 0;     // of the place that is reported, from the record's first line
  int64_t column = -1;  // in file order; -1 when the record as a whole is wrong
  bool whole = false;   // the record cannot be read, whatever on_error says; else a value of it
  std::string reason;   // "row has 3 fields, expected 4"
  std::string advice;   // "use …"
};

// How records are separated and judged.
struct CsvDialect {
  std::string delimiter = ",";  // one byte or several; without line ends and quotes
  bool quotes = true;           // false: `quote` is a byte like any other
  char quote = '"';
  char escape = '\0';   // makes the byte after it data, in quotes and outside; NUL for none
  std::string comment;  // a line outside quotes that begins with it is left out; empty for none
  bool ragged = false;  // fields may be missing at a record's end
  bool trailing_delimiter = false;
  bool lines = false;  // the whole line is the one field

  // Whether the places of quotes alone do not say where records end: only CsvScanner does.
  bool needs_scanner() const {
    return !lines && (escape != '\0' || !comment.empty() || delimiter.size() > 1);
  }
  int64_t delimiter_size() const { return static_cast<int64_t>(delimiter.size()); }
  bool is_escape(char c) const { return c == escape && escape != '\0'; }
  bool is_quote(char c) const { return c == quote && quotes; }
  // Returns whether a comment begins at the beginning of `line`.
  bool is_comment(std::string_view line) const {
    return !comment.empty() && line.starts_with(comment);
  }
};

// Returns the size of the line end at text[at], which is a '\n' or a '\r': LF, CR LF, CR CR LF
// (which some programs make of CR LF) or a CR alone. Returns 0 when that takes more bytes than text
// has; at `at_end` of the input no more bytes can follow.
int64_t line_end_size(std::string_view text, int64_t at, bool at_end);

// Immutable, thread-safe.
class CsvScanner {
 public:
  // `width` is the number of fields that a record must have.
  CsvScanner(CsvDialect dialect, int64_t width);

  struct Record {
    enum class State {
      kRight,
      kFault,
      kOpen,  // the text ends before the record does; at the input's end that is a fault
    };
    State state = State::kOpen;
    // Of kRight: a comment, or an empty line, which in a file with one column is a value.
    bool blank = false;
    int64_t size = 0;  // without its line end
    // Where the next record begins. After a fault of quotes it is unknown where the record ends:
    // then it is the beginning of the next line, and `size` is the size of this line.
    int64_t next = 0;
    CsvProblem problem;      // of kFault; its offset is 0
    bool misquoted = false;  // of kFault: a quote is at fault, not the number of fields
  };
  // Reads the record at the beginning of `text`, which is not empty. `at_end`: the input ends with
  // `text`. `ends` receives the position of each field's end: of the first byte of its delimiter,
  // or of the line end.
  //
  // A quote inside an unquoted field is data as long as no delimiter or line end follows before the
  // next quote of the field, because every way to read it then gives the same fields. The time is
  // proportional to the bytes up to the end of the record or its first fault.
  Record read(std::string_view text, bool at_end, std::vector<int64_t>& ends) const;

  // Returns the first line of `text` as a record that is refused because of `problem`. The state is
  // kOpen when the text ends before the line does.
  Record refuse_line(std::string_view text, bool at_end, CsvProblem problem) const;

  // Returns the number of line ends in the text, including those inside quotes; lines are numbered
  // by it.
  int64_t count_lines(std::string_view text) const;

  const CsvDialect& dialect() const { return dialect_; }
  int64_t width() const { return width_; }

 private:
  // Returns the end of the field at text[start]; -1, with `record` set, when the record is open or
  // faulty.
  int64_t field_end(std::string_view text, int64_t start, bool at_end, Record& record) const;
  // Refuses the record because of the quote at text[at].
  void refuse(std::string_view text, int64_t at, const char* reason, Record& record) const;
  int64_t quoted_end(std::string_view text, int64_t start, bool at_end, Record& record) const;
  // The comment at the beginning of `text`.
  Record comment(std::string_view text, bool at_end) const;
  // Returns the first quote or escape character of `text`; null for none.
  const char* find_quote(std::string_view text) const;
  // Returns the position after the byte that the escape character at text[at] makes data.
  int64_t past_escaped(std::string_view text, int64_t at, bool at_end, Record& record) const;
  // Returns the position after the quote that pairs with the one at text[at] of an unquoted field.
  int64_t past_pair(std::string_view text, int64_t at, bool at_end, Record& record) const;
  bool is_line_end(char c) const { return c == '\n' || (c == '\r' && !dialect_.lines); }
  bool is_delimiter(std::string_view text, int64_t at) const {
    const auto begin = static_cast<size_t>(at);
    if (text[begin] != delimiter_begin_ || dialect_.lines) return false;
    return !is_long_ || text.substr(begin).starts_with(dialect_.delimiter);
  }
  // Whether more bytes may make a delimiter of those at text[at] up to the end of the text.
  bool may_be_delimiter(std::string_view text, int64_t at) const {
    return !dialect_.lines && dialect_.delimiter.starts_with(text.substr(static_cast<size_t>(at)));
  }

  CsvDialect dialect_;
  char delimiter_begin_;
  bool is_long_;  // the delimiter has several bytes
  int64_t width_;
  std::array<bool, 256> special_{};  // bytes at which the scan of an unquoted field stops
};

}  // namespace penstock
