// Splits an expression into tokens as PostgreSQL's scanner does.
//
// The parser (pg_parse.h) is PostgreSQL's own and loses some information: it folds names to lower
// case, cuts them after 63 bytes, and its JSON lacks negative integers. So names and numbers are
// read from these tokens, which also limit how deep the parser can recurse.
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

// REQUIRES text shorter than 4 GiB. Comments and space are not tokens. Text that PostgreSQL cannot
// scan (an unclosed quote) gives tokens up to its end; the parser refuses it.
std::vector<Token> scan(std::string_view text);

// Returns the token that begins at `location`, or null. The pointer is valid as long as `tokens`.
const Token* token_at(const std::vector<Token>& tokens, int64_t location);

// Returns a name as typed: a quoted one without its quotes, any other in the user's letter case.
std::string spelled_name(std::string_view text, const Token& token);

// Returns an upper bound for the depth of a syntax tree of these tokens.
int64_t nesting_bound(std::string_view text, const std::vector<Token>& tokens);

}  // namespace penstock
