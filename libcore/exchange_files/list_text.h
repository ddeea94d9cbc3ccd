// The text in which lists of files are written: a heading that names the kind of the list and its
// version, a line for each file, and the line "end N" with the number of files, without which a
// list is known to be cut. EXCHANGE_FILES.md beside this file has the lines.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// Bytes of the text of a list.
inline constexpr int64_t kMaxListBytes = int64_t{1} << 30;

// What every list says of a file.
struct FileFacts {
  int64_t rows = 0;
  int64_t bytes = 0;
  uint64_t checksum = 0;  // XXH3-64 of all bytes (checksum.h)

  friend bool operator==(const FileFacts&, const FileFacts&) = default;
};

// The fields of a line, which one space divides.
class ListLine {
 public:
  explicit ListLine(std::string_view text) : rest_(text) {}

  // Returns the next field. Throws Error, which names `what` is missing, when there is none.
  std::string_view field(std::string_view what);
  // Returns the rest of the line, which may have spaces, and at least one byte. Throws as field().
  std::string_view rest(std::string_view what);
  // Reads the facts: rows, bytes and checksum (16 hexadecimal digits). Throws Error.
  FileFacts facts();

 private:
  std::string_view rest_;
};

// Returns the facts as three fields, with a space behind each.
std::string facts_text(const FileFacts& facts);

// Throws Error for a name that does not fit into a line (it has control characters) or is longer
// than `most` bytes or empty.
void require_list_name(std::string_view name, size_t most);

// Returns the text of a list with these lines.
std::string list_text(std::string_view heading, const std::vector<std::string>& lines);

// Calls `take` with each line between heading and end. Throws Error for another heading or version,
// for more than `most` lines, and for an end that is missing or does not count the lines; an Error
// that `take` throws gets the number of its line in front.
void read_list(std::string_view text, std::string_view heading, int64_t most,
               const std::function<void(ListLine)>& take);

// Returns the bytes of a list. Throws Error when it cannot be read or has more than kMaxListBytes.
std::string read_list_file(const std::string& path);

}  // namespace penstock
