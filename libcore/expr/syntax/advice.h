// What to do about an expression that PostgreSQL's parser refuses. Its message names a place; what
// stands there says what the person probably meant.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/expr/syntax/scan.h"
#include "libcore/expr/syntax/source.h"

namespace penstock {

// A better message about an error, and its place.
struct SyntaxAdvice {
  int64_t location = 0;
  std::string message;
};

// Returns whether a word can stand where a value is expected: not, for instance, `order`.
using IsValue = std::function<bool(std::string_view word)>;

// Returns the message for a text that the parser refuses at `location`; empty where the parser's
// own says all.
std::optional<SyntaxAdvice> advise(const Source& source, const std::vector<Token>& tokens,
                                   int64_t location, const IsValue& is_value);

// Returns the message for a word such as `and` behind which an item ends: the parser would take it
// for the item's name. Empty where there is none.
std::optional<SyntaxAdvice> advise_on_end(const Source& source, const std::vector<Token>& tokens);

// Returns how an operator of other languages is written here, as in "write and"; empty for an
// operator that has no such name.
std::string advice_about_operator(std::string_view name);

}  // namespace penstock
