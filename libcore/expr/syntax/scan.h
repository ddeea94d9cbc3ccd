// The tokens of an expression, as PostgreSQL's scanner cuts them.
//
// The parser (pg_parse.h) is PostgreSQL's own and does not give everything back: it folds names to
// lower case, cuts them after 63 bytes, and its JSON loses negative integers. What the user typed
// is read from these tokens; they also bound how deep the parser can recurse.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

struct Token {
  enum class Kind : uint8_t { kWord, kQuotedName, kNumber, kText, kOperator, kPunctuation };
  Kind kind;
  uint32_t begin;  // bytes
  uint32_t end;
};

// REQUIRES text shorter than 4 GiB. Comments and space give no token. Text that PostgreSQL cannot
// scan (an unclosed quote) gives tokens up to its end; the parser is what refuses it.
std::vector<Token> scan(std::string_view text);

// The token that begins at `location`, or null.
const Token* token_at(const std::vector<Token>& tokens, int64_t location);

// A name as typed: a quoted one without its quotes, any other in the user's own case.
std::string spelled_name(std::string_view text, const Token& token);

// An upper bound for how deep a syntax tree of these tokens can be.
int64_t nesting_bound(std::string_view text, const std::vector<Token>& tokens);

}  // namespace penstock
