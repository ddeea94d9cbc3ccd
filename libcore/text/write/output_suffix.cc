#include "libcore/text/write/output_suffix.h"

#include <algorithm>
#include <string_view>

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/text/text_format.h"

namespace penstock {

void refuse_foreign_suffix(const std::string& path) {
  if (format_of_suffix(path)) return;
  std::string_view name = path;
  name.remove_prefix(name.rfind('/') + 1);
  for (std::string_view compressed : {".gz", ".zst"}) {
    if (!name.ends_with(compressed)) continue;
    name.remove_suffix(compressed.size());
    break;
  }
  const size_t point = name.rfind('.');
  // A name that begins with a point has no suffix, and a number behind one is not a format.
  if (point == std::string_view::npos || point == 0 || point + 1 == name.size()) return;
  const std::string_view word = name.substr(point + 1);
  const bool is_word = !is_digit(word[0]) && std::all_of(word.begin(), word.end(), [](char c) {
    return is_name_byte(c) && c != '_';
  });
  if (!is_word) return;
  throw Error::usage(
      "'." + printable(word) +
      "' is not the suffix of a format that is written here; there are .csv .tsv "
      ".ndjson .json .txt .md .html .parquet and .arrow, each also before .gz or .zst, and "
      "-t names the format of any other file");
}

}  // namespace penstock
