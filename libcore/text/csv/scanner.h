// One CSV record read from its first byte on, whatever the bytes hold: what is a record, what is a
// fault and where a fault stands is decided here alone.
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

// How records are told apart and judged.
struct CsvDialect {
  char delimiter = ',';
  bool quotes = true;
  bool trailing_delimiter = false;
  bool lines = false;  // the whole line is the one field
};

// The size of the line end at text[at], which is a '\n' or a '\r': LF, CR LF, CR CR LF (what some
// programs make of CR LF) or a CR alone. 0 when that takes more bytes than text has; at `at_end`
// of the input nothing can follow.
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
    bool blank = false;  // of kRight: nothing stands in it; in a file with one column, a value does
    int64_t size = 0;    // without its line end
    // Where the next record begins. After a fault of its quotes nobody knows where a record ends:
    // then that is the next line, and `size` is the line's.
    int64_t next = 0;
    CsvProblem problem;      // of kFault; its offset is 0
    bool misquoted = false;  // of kFault: a quote is at fault, not the number of fields
  };
  // Reads the record at the beginning of `text`, which is not empty. `at_end`: the input ends with
  // `text`. `ends` receives the position of each field's end, the last one that of the line end.
  // A quote inside an unquoted field is taken as it stands as long as no delimiter or line end
  // follows before the next quote of the field: then every way to read it gives the same fields.
  // The time it takes is in proportion to the bytes up to the record's end or its first fault.
  Record read(std::string_view text, bool at_end, std::vector<int64_t>& ends) const;

  // The first line of `text`, which begins a record that is refused for `problem`'s reason. State
  // kOpen when the text ends before the line does.
  Record refuse_line(std::string_view text, bool at_end, CsvProblem problem) const;

  // Line ends in the text, those inside quotes included: what lines are numbered by.
  int64_t count_lines(std::string_view text) const;

  const CsvDialect& dialect() const { return dialect_; }
  int64_t width() const { return width_; }

 private:
  // The end of the field at text[start]; -1 with `record` set when the record is open or faulty.
  int64_t field_end(std::string_view text, int64_t start, bool at_end, Record& record) const;
  // Refuses the record because of the quote at text[at], which opens what is not as it must be.
  void refuse(std::string_view text, int64_t at, const char* reason, Record& record) const;
  int64_t quoted_end(std::string_view text, int64_t start, bool at_end, Record& record) const;
  // Past the quote that pairs with the one at text[at] of an unquoted field.
  int64_t past_pair(std::string_view text, int64_t at, bool at_end, Record& record) const;
  bool is_line_end(char c) const { return c == '\n' || (c == '\r' && !dialect_.lines); }

  CsvDialect dialect_;
  int64_t width_;
  std::array<bool, 256> special_{};  // bytes that an unquoted field does not pass over
};

}  // namespace penstock
