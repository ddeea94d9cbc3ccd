#include "libcore/text/format_guess.h"

#include <string>
#include <string_view>

#include "libcore/base/utf8.h"
#include "libcore/text/beginning.h"
#include "libcore/text/json/text.h"

namespace penstock {
namespace {

// Returns the first two bytes that are not blanks, or fewer at the end of the input.
std::string first_characters(PeekableSource& source) {
  constexpr int64_t kUsual = 64;
  Beginning beginning(source, kUsual, kLivePatience);
  for (;;) {
    std::string_view text = beginning.text();
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    std::string found;
    for (char c : text) {
      if (!is_json_space(static_cast<uint8_t>(c))) found += c;
      if (found.size() == 2) return found;
    }
    // If the first byte decides, no further bytes are waited for.
    if (found == "{" || !beginning.grow()) return found;
  }
}

}  // namespace

Format guess_text_format(const std::string& path, PeekableSource& source) {
  if (std::optional<Format> named = format_of_suffix(path)) return format_to_read(*named);
  std::string first = first_characters(source);
  bool json = first.starts_with('{') || first == "[{" || first == "[]";
  return json ? Format::kNdjson : Format::kCsv;
}

}  // namespace penstock
