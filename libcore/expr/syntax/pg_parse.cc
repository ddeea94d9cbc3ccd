#include "libcore/expr/syntax/pg_parse.h"

#include <pg_query.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
#include "libcore/expr/syntax/advice.h"
#include "libcore/expr/syntax/parameter_names.h"
#include "libcore/expr/syntax/pg_tree.h"
#include "libcore/expr/syntax/scan.h"

namespace penstock {
namespace {

// PostgreSQL's tree writer recurses without a limit: 8 MiB of stack end between 50,000 and 100,000
// levels (measured with 1+1+1+…), and this many tokens cannot make as many.
constexpr int64_t kMaxNestedTokens = 30000;

class ParseResult {
 public:
  explicit ParseResult(const std::string& query) : result_(pg_query_parse(query.c_str())) {}
  ~ParseResult() { pg_query_free_parse_result(result_); }
  ParseResult(const ParseResult&) = delete;
  ParseResult& operator=(const ParseResult&) = delete;
  const PgQueryParseResult& operator*() const { return result_; }
  const PgQueryParseResult* operator->() const { return &result_; }

 private:
  PgQueryParseResult result_;
};

void check_text(const Source& source) {
  const std::string& text = source.text();
  if (static_cast<int64_t>(text.size()) > kMaxExpressionBytes) {
    throw Error("an expression of " + std::to_string(text.size()) + " bytes; at most " +
                std::to_string(kMaxExpressionBytes) + " are read");
  }
  if (!is_utf8(text)) throw Error("the expression is not valid UTF-8: " + printable(text));
  size_t nul = text.find('\0');
  if (nul != std::string::npos) {
    throw source.error(static_cast<int64_t>(nul), "a NUL byte in the expression");
  }
}

// Whether PostgreSQL's grammar takes a word for a value: in brackets it can be nothing else.
bool is_value(std::string_view word) {
  ParseResult result(std::string(kParsePrefix) + "(" + std::string(word) + ")");
  return result->error == nullptr;
}

// `parsed` has the bytes of the source, and perhaps other characters.
[[noreturn]] void fail_syntax(const Source& source, const std::string& parsed,
                              const PgQueryError& error) {
  std::string message = error.message;
  // The parser counts characters from 1, its prefix included.
  int64_t character = error.cursorpos - 1 - static_cast<int64_t>(kParsePrefix.size());
  int64_t location = 0;
  if (character > 0) {
    location = static_cast<int64_t>(utf8_offset(parsed, static_cast<size_t>(character)));
  }
  const bool is_syntax = message.starts_with("syntax error");
  if (is_syntax) {
    // At the end of the text the parser has no character to count.
    if (character <= 0 && message.ends_with("end of input")) {
      location = static_cast<int64_t>(source.text().size());
    }
    if (auto advice = advise(source, scan(parsed), location, is_value)) {
      throw source.error(advice->location, advice->message);
    }
  }
  if (message.starts_with("memory exhausted") || message.starts_with("stack depth")) {
    message = "the expression is nested too deeply";
  }
  throw source.error(location, message);
}

ListSyntax parse_text(const Source& source, std::string text, FoundStars stars) {
  take_parameters(text);
  if (auto advice = advise_on_end(source, scan(text))) {
    throw source.error(advice->location, advice->message);
  }
  ParseResult result(std::string(kParsePrefix) + text);
  if (result->error != nullptr) fail_syntax(source, text, *result->error);
  return read_parse_tree(result->parse_tree, source, scan(text), std::move(stars));
}

// Returns the bytes of a part of the source in their place, with blanks for all others.
std::string part_of(const Source& source, size_t begin, size_t end) {
  std::string part(source.text().size(), ' ');
  part.replace(begin, end - begin, source.text(), begin, end - begin);
  return part;
}

// Returns the tokens of a text that can be parsed.
std::vector<Token> checked_tokens(const Source& source) {
  check_text(source);
  std::vector<Token> tokens = scan(source.text());
  if (tokens.empty()) throw source.error(0, "the expression is empty");
  if (nesting_bound(source.text(), tokens) > kMaxNestedTokens) {
    throw source.error(0, "the expression is nested too deeply");
  }
  return tokens;
}

SyntaxPtr single_value(const Source& source, std::vector<ItemSyntax> items) {
  if (items.size() > 1) {
    throw source.error(items[1].location, "one expression is expected here, not a list");
  }
  if (!items[0].alias.empty()) {
    throw source.error(items[0].location, "a name (as " + items[0].alias + ") has no use here");
  }
  return std::move(items[0].value);
}

}  // namespace

std::vector<ItemSyntax> parse_select_list(const Source& source) {
  ListSyntax list = parse_window_list(source);
  if (!list.windows.empty()) {
    throw source.error(list.windows[0].location,
                       "windows are defined behind a list of pagg --window, not here");
  }
  return std::move(list.items);
}

ListSyntax parse_window_list(const Source& source) {
  const std::vector<Token> tokens = checked_tokens(source);
  std::string text = source.text();
  auto parse_part = [&source](size_t begin, size_t end) {
    return parse_text(source, part_of(source, begin, end), {}).items;
  };
  FoundStars stars = take_star_changes(source, tokens, parse_part, text);
  return parse_text(source, std::move(text), std::move(stars));
}

SyntaxPtr parse_expression(const Source& source) {
  return single_value(source, parse_select_list(source));
}

SyntaxPtr parse_expression_part(const Source& source, size_t begin, size_t end) {
  (void)checked_tokens(source);
  return single_value(source, parse_text(source, part_of(source, begin, end), {}).items);
}

}  // namespace penstock
