#include "libcore/expr/syntax/advice.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libcore/expr/functions/letter_case.h"

namespace penstock {
namespace {

struct ForeignOperator {
  std::string_view name;
  const char* advice;
};
constexpr std::array kForeignOperators{
    ForeignOperator{"==", "write ="},
    ForeignOperator{"===", "write ="},
    ForeignOperator{"!==", "write <>"},
    ForeignOperator{"=!", "write <>"},
    ForeignOperator{"=<", "write <="},
    ForeignOperator{"=>", "write >="},
    ForeignOperator{"&&", "write and"},
    ForeignOperator{"!", "write not"},
    ForeignOperator{"**", "write power(x, y)"},
    ForeignOperator{"=~", "write ~ for a regular expression"},
    ForeignOperator{"<=>", "write is not distinct from"},
    ForeignOperator{"//", "write div(x, y)"},
    ForeignOperator{"??", "write coalesce(x, y)"},
    ForeignOperator{"?", "write case when … then … else … end"},
    ForeignOperator{"`", "a name that is not a plain word is written in double quotes"},
};

constexpr std::array<std::string_view, 7> kComparisons{"=", "<>", "!=", "<", "<=", ">", ">="};

// Words behind which a value must follow.
constexpr std::array<std::string_view, 11> kConnectives{
    "and", "or", "not", "in", "like", "ilike", "between", "is", "when", "then", "else"};

template <size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view one) { return equal_but_for_case(one, word); });
}

class Adviser {
 public:
  Adviser(const Source& source, const std::vector<Token>& tokens, int64_t location,
          const IsValue& is_value)
      : source_(source), tokens_(tokens), is_value_(is_value) {
    while (at_ < tokens_.size() && tokens_[at_].begin < location)
      ++at_;
  }

  std::optional<SyntaxAdvice> advise() const {
    if (auto found = foreign_operator()) return found;
    if (is_end()) return at_end();
    if (auto found = keyword(at_)) return found;
    if (at_ > 0 && needs_value(at_ - 1)) return missing_behind(at_ - 1);
    if (is_one_of(word(at_), kComparisons) && has_comparison_before()) return two_comparisons();
    // The parser may have taken the word before for the beginning of something else.
    return at_ > 0 ? keyword(at_ - 1) : std::nullopt;
  }

 private:
  std::string_view word(size_t token) const {
    if (token >= tokens_.size()) return {};
    return std::string_view(source_.text())
        .substr(tokens_[token].begin, tokens_[token].end - tokens_[token].begin);
  }
  bool is_end() const { return at_ >= tokens_.size(); }

  SyntaxAdvice at(size_t token, std::string message) const {
    const size_t place = token < tokens_.size() ? tokens_[token].begin : source_.text().size();
    return {static_cast<int64_t>(place), std::move(message)};
  }

  // The parser may take an operator that it does not know for one that binds closer, and then
  // refuses what is behind it.
  std::optional<SyntaxAdvice> foreign_operator() const {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].kind != Token::Kind::kOperator) continue;
      std::string advice = advice_about_operator(word(i));
      if (advice.empty()) continue;
      return at(i, "'" + std::string(word(i)) + "' is not known here; " + advice);
    }
    return std::nullopt;
  }

  bool needs_value(size_t token) const {
    const std::string_view text = word(token);
    const bool is_operator = tokens_[token].kind == Token::Kind::kOperator && text != "*";
    const bool is_connective =
        tokens_[token].kind == Token::Kind::kWord && is_one_of(text, kConnectives);
    return is_operator || is_connective || text == ",";
  }

  SyntaxAdvice missing_behind(size_t token) const {
    return at(token + 1, "something is missing after '" + std::string(word(token)) + "'");
  }

  std::optional<SyntaxAdvice> at_end() const {
    if (needs_value(tokens_.size() - 1)) return missing_behind(tokens_.size() - 1);
    if (auto found = keyword(tokens_.size() - 1)) return found;
    std::vector<size_t> open;
    int64_t cases = 0;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      const bool is_word = tokens_[i].kind == Token::Kind::kWord;
      if (word(i) == "(" || word(i) == "[") open.push_back(i);
      if ((word(i) == ")" || word(i) == "]") && !open.empty()) open.pop_back();
      if (is_word && equal_but_for_case(word(i), "case")) ++cases;
      if (is_word && equal_but_for_case(word(i), "end")) --cases;
    }
    if (!open.empty()) {
      return at(open.back(), "this bracket is not closed");
    }
    if (cases > 0) return at(tokens_.size(), "the end of a case is missing; write end");
    return std::nullopt;
  }

  std::optional<SyntaxAdvice> keyword(size_t token) const {
    if (tokens_[token].kind != Token::Kind::kWord || is_value_(word(token))) return std::nullopt;
    const std::string name(word(token));
    return at(token,
              "'" + name +
                  "' is a word of SQL; a column of this name is written in double quotes, \"" +
                  name + "\"");
  }

  // Whether a comparison stands before at_ without and, or, a comma or a bracket between.
  bool has_comparison_before() const {
    for (size_t i = at_; i-- > 0;) {
      const std::string_view text = word(i);
      if (is_one_of(text, kComparisons)) return true;
      const bool ends = text == "," || text == "(" || text == "[" ||
                        equal_but_for_case(text, "and") || equal_but_for_case(text, "or");
      if (ends) return false;
    }
    return false;
  }

  SyntaxAdvice two_comparisons() const {
    bool joins = false;
    for (size_t i = at_; i-- > 0 && !is_one_of(word(i), kComparisons);)
      joins = joins || word(i) == "||";
    if (joins) return at(at_, "|| joins texts; between two conditions write or");
    return at(at_,
              "two comparisons follow each other; write and between them, as in a < b and b < c");
  }

  const Source& source_;
  const std::vector<Token>& tokens_;
  const IsValue& is_value_;
  size_t at_ = 0;  // the token at the place of the error
};

}  // namespace

std::optional<SyntaxAdvice> advise_on_end(const Source& source, const std::vector<Token>& tokens) {
  auto word = [&](size_t token) {
    if (token >= tokens.size()) return std::string_view();
    return std::string_view(source.text())
        .substr(tokens[token].begin, tokens[token].end - tokens[token].begin);
  };
  for (size_t i = 0; i < tokens.size(); ++i) {
    const bool ends = i + 1 == tokens.size() || word(i + 1) == "," || word(i + 1) == ")";
    if (!ends || tokens[i].kind != Token::Kind::kWord || !is_one_of(word(i), kConnectives))
      continue;
    const bool is_name = i > 0 && (equal_but_for_case(word(i - 1), "as") || word(i - 1) == ".");
    if (is_name) continue;
    return SyntaxAdvice{static_cast<int64_t>(tokens[i].end),
                        "something is missing after '" + std::string(word(i)) + "'"};
  }
  return std::nullopt;
}

std::string advice_about_operator(std::string_view name) {
  const auto* found = std::find_if(kForeignOperators.begin(), kForeignOperators.end(),
                                   [&](const ForeignOperator& one) { return one.name == name; });
  return found == kForeignOperators.end() ? std::string() : found->advice;
}

std::optional<SyntaxAdvice> advise(const Source& source, const std::vector<Token>& tokens,
                                   int64_t location, const IsValue& is_value) {
  if (tokens.empty()) return std::nullopt;
  return Adviser(source, tokens, location, is_value).advise();
}

}  // namespace penstock
