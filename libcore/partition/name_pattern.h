// Names of files that are made of values: `dir/{origin}.csv`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/column.h"

namespace penstock {

// A value of more bytes is cut here in the name of its file, which then ends in '%' and the hash of
// the whole value in 16 hexadecimal digits.
inline constexpr size_t kMostValueBytes = 160;
// The most bytes of a part of a path, as in Linux.
inline constexpr size_t kMostNameBytes = 255;
// What stands for a null, and for an empty value; no other value is written so.
inline constexpr std::string_view kNullName = "%null";
inline constexpr std::string_view kEmptyName = "%empty";

// Appends the text of a value as a part of a file name: '/', '%', control characters and a leading
// point become '%' and two hexadecimal digits. So no value leaves its folder, and different values
// have different names.
void append_value_name(std::string& out, std::string_view value);

// A text with the places of values in braces; '{{' and '}}' stand for braces.
class NamePattern {
 public:
  // Parses a pattern with the names of places. One that is called `alone`, if that is not empty,
  // stands for the only place. Throws a usage Error for a name that is not among `places`, one that
  // is missing, a brace without its other, and a pattern that ends in '/'.
  NamePattern(const std::string& text, const std::vector<std::string>& places,
              std::string_view alone = {});

  // Returns the name for the values, which are as append_value_name() makes them. Throws Error for
  // a part of more than kMostNameBytes bytes.
  std::string name(std::span<const std::string> values) const;

  // Returns the folder in which all names are: what stands before the last '/' in front of the
  // first place, "." if there is none.
  std::string folder() const;

 private:
  struct Piece {
    std::string text;
    int place = -1;  // behind the text; -1 at the end
  };
  std::vector<Piece> pieces_;
};

// Returns, for each column, the name of the value in `row`.
std::vector<std::string> value_names(std::span<const ColumnPtr> columns, int64_t row);

}  // namespace penstock
