#include "libcore/expr/syntax/parameter_names.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "libcore/expr/functions/letter_case.h"
#include "libcore/expr/syntax/scan.h"

namespace penstock {

void take_parameters(std::string& text) {
  const std::vector<Token> tokens = scan(text);
  auto ends_value = [&](const Token& token) {
    const char first = text[token.begin];
    return token.kind == Token::Kind::kWord || token.kind == Token::Kind::kQuotedName ||
           token.kind == Token::Kind::kNumber || token.kind == Token::Kind::kText || first == ')' ||
           first == ']';
  };
  // A bracket behind a value holds a place or a slice; behind "array" it holds elements.
  auto opens_slice = [&](size_t i) {
    if (i == 0 || !ends_value(tokens[i - 1])) return false;
    const Token& before = tokens[i - 1];
    return !equal_but_for_case(
        std::string_view(text).substr(before.begin, before.end - before.begin), "array");
  };
  std::vector<bool> brackets;  // those that are open: whether each may hold a slice
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    const Token& at = tokens[i];
    const char first = text[at.begin];
    if (first == '[') brackets.push_back(opens_slice(i));
    if (first == ']' && !brackets.empty()) brackets.pop_back();
    const bool is_colon = first == ':' && at.end - at.begin == 1;
    const Token& name = tokens[i + 1];
    if (!is_colon || name.kind != Token::Kind::kWord || name.begin != at.end) continue;
    const bool begins_slice = i > 0 && text[tokens[i - 1].begin] == '[';
    if (!brackets.empty() && i > 0 &&
        (ends_value(tokens[i - 1]) || (brackets.back() && begins_slice))) {
      continue;
    }
    text.replace(at.begin, name.end - at.begin, name.end - at.begin, ' ');
    text.replace(at.begin, 2, "$1");
  }
}

std::string parameter_name_at(const Source& source, int64_t at) {
  const auto begin = static_cast<size_t>(std::max<int64_t>(at, 0));
  std::string_view text = source.text();
  if (text[begin] != ':') {
    throw source.error(at, "a parameter has a name here: :name, with --set name=value");
  }
  text.remove_prefix(begin + 1);
  return std::string(text.substr(0, scan(text)[0].end));
}

}  // namespace penstock
