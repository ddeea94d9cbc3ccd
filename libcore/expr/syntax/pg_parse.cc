#include "libcore/expr/syntax/pg_parse.h"

#include <pg_query.h>

#include <memory>
#include <string>

#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
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

[[noreturn]] void fail_syntax(const Source& source, const PgQueryError& error) {
  std::string message = error.message;
  // The parser counts characters from 1, its prefix included.
  int64_t character = error.cursorpos - 1 - static_cast<int64_t>(kParsePrefix.size());
  int64_t location = 0;
  if (character > 0) {
    location = static_cast<int64_t>(utf8_offset(source.text(), static_cast<size_t>(character)));
  }
  if (message.starts_with("memory exhausted") || message.starts_with("stack depth")) {
    message = "the expression is nested too deeply";
  }
  throw source.error(location, message);
}

}  // namespace

std::vector<ItemSyntax> parse_select_list(const Source& source) {
  check_text(source);
  std::vector<Token> tokens = scan(source.text());
  if (tokens.empty()) throw source.error(0, "the expression is empty");
  if (nesting_bound(source.text(), tokens) > kMaxNestedTokens) {
    throw source.error(0, "the expression is nested too deeply");
  }
  ParseResult result(std::string(kParsePrefix) + source.text());
  if (result->error != nullptr) fail_syntax(source, *result->error);
  return read_parse_tree(result->parse_tree, source, tokens);
}

SyntaxPtr parse_expression(const Source& source) {
  std::vector<ItemSyntax> items = parse_select_list(source);
  if (items.size() > 1) {
    throw source.error(items[1].location, "one expression is expected here, not a list");
  }
  if (!items[0].alias.empty()) {
    throw source.error(items[0].location, "a name (as " + items[0].alias + ") has no use here");
  }
  return std::move(items[0].value);
}

}  // namespace penstock
