// A list of columns as -c takes it: names, ranges, patterns, and columns to leave out.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock {

// `NAME`, `FIRST..LAST` (in the order of the input, or the other way round where LAST stands before
// FIRST; either end may be missing), `x_*` and `x_?` (patterns: any characters, one character), and
// each of these behind `!`, which leaves these columns out. A name in double quotes is only a name,
// and so is an item that is the whole name of a column. Immutable.
class ColumnList {
 public:
  // These names; without any, no column.
  explicit ColumnList(std::vector<std::string> names);
  ColumnList(std::initializer_list<std::string> names)
      : ColumnList(std::vector<std::string>(names)) {}

  // Parses the text of -c. Throws a usage Error where it is not a list, and for a name that stands
  // twice.
  static ColumnList parse(std::string_view text);

  // Returns the text that parse() reads.
  std::string to_string() const;

  // Returns the names of the chosen columns of an input with these, in order. A column comes at the
  // place where its name stands, and else at that of the first range or pattern that has it. A list
  // that only leaves columns out begins with all. A name that stands alone need not be a column:
  // the reader reports it. Throws Error for an end of a range and for a column to leave out that
  // the input does not have, for a pattern without a column, and when no column is left.
  std::vector<std::string> choose(std::span<const std::string> columns) const;

 private:
  // A word of the list, and whether it was in quotes.
  struct Word {
    std::string text;
    bool is_quoted = false;
  };
  struct Item {
    bool leaves_out = false;
    bool is_range = false;
    Word first;  // the name or pattern; of a range its first column, empty for none
    Word last = {};
    // As typed, where all of the item may be the name of a column; else empty.
    std::string whole = {};
  };
  class Parser;
  class Chooser;

  explicit ColumnList(std::vector<Item> items) : items_(std::move(items)) {}
  static std::string text_of(const Item& item);

  std::vector<Item> items_;
};

}  // namespace penstock
