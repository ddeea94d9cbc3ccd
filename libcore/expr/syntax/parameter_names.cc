#include "libcore/expr/syntax/parameter_names.h"

#include <algorithm>
#include <string_view>
#include <vector>

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
  int64_t open_lists = 0;
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    const Token& at = tokens[i];
    const char first = text[at.begin];
    if (first == '[') ++open_lists;
    if (first == ']') --open_lists;
    const bool is_colon = first == ':' && at.end - at.begin == 1;
    const Token& name = tokens[i + 1];
    if (!is_colon || name.kind != Token::Kind::kWord || name.begin != at.end) continue;
    if (open_lists > 0 && i > 0 && ends_value(tokens[i - 1])) continue;
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
