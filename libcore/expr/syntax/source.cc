#include "libcore/expr/syntax/source.h"

#include <algorithm>

#include "libcore/base/utf8.h"

namespace penstock {
namespace {

// Characters shown on either side of the caret: two such lines and the indent fill a terminal.
constexpr size_t kContext = 48;

// Moves `at` by `characters` towards `limit`.
size_t backward(std::string_view text, size_t at, size_t characters) {
  while (at > 0 && characters > 0) {
    --at;
    if (!is_continuation(text[at])) --characters;
  }
  return at;
}
size_t forward(std::string_view text, size_t at, size_t characters) {
  while (at < text.size() && characters > 0) {
    ++at;
    while (at < text.size() && is_continuation(text[at]))
      ++at;
    --characters;
  }
  return at;
}

// Returns a part of a line in the form that is shown: safe for a terminal, with tabs as one blank.
std::string shown(std::string_view part) {
  std::string text(part);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return visible_text(text);
}

}  // namespace

Error Source::error(int64_t location, std::string_view message) const {
  size_t at = std::min(static_cast<size_t>(std::max<int64_t>(location, 0)), text_.size());
  while (at > 0 && at < text_.size() && is_continuation(text_[at]))
    --at;
  size_t begin = at == 0 ? std::string::npos : text_.rfind('\n', at - 1);
  begin = begin == std::string::npos ? 0 : begin + 1;
  size_t end = std::min(text_.find('\n', at), text_.size());
  std::string_view line = std::string_view(text_).substr(begin, end - begin);
  size_t caret = at - begin;
  size_t from = backward(line, caret, kContext);
  size_t to = forward(line, caret, kContext);

  std::string before = (from > 0 ? "…" : "") + shown(line.substr(from, caret - from));
  std::string after = shown(line.substr(caret, to - caret)) + (to < line.size() ? "…" : "");

  std::string excerpt = "\n  " + before + after + "\n  ";
  excerpt.append(utf8_length(before), ' ');
  excerpt += '^';
  return Error::with_excerpt(std::string(message), excerpt);
}

}  // namespace penstock
