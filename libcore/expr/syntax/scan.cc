#include "libcore/expr/syntax/scan.h"

#include <algorithm>

#include "libcore/base/ascii.h"

namespace penstock {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool is_word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}
bool is_word(char c) {
  return is_word_start(c) || is_digit(c) || c == '$';
}
bool is_operator(char c) {
  return std::string_view("+-*/<>=~!@#%^&|`?").find(c) != std::string_view::npos;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    while (at_ < text_.size()) {
      if (skip_space_or_comment()) continue;
      size_t begin = at_;
      Token::Kind kind = next();
      tokens_.push_back({kind, static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)});
    }
    return std::move(tokens_);
  }

 private:
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  bool skip_space_or_comment() {
    if (is_space(peek())) {
      ++at_;
      return true;
    }
    if (peek() == '-' && peek(1) == '-') {
      at_ = std::min(text_.find_first_of("\n\r", at_), text_.size());
      return true;
    }
    if (peek() != '/' || peek(1) != '*') return false;
    int depth = 0;  // comments nest in PostgreSQL
    do {
      if (peek() == '/' && peek(1) == '*') {
        ++depth;
        at_ += 2;
      } else if (peek() == '*' && peek(1) == '/') {
        --depth;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (depth > 0 && at_ < text_.size());
    at_ = std::min(at_, text_.size());
    return true;
  }

  // Moves past a quoted piece, at_ being at its opening quote.
  void skip_quoted(char quote, bool backslash_escapes) {
    ++at_;
    while (at_ < text_.size()) {
      char c = text_[at_++];
      if (c == '\\' && backslash_escapes) {
        at_ = std::min(at_ + 1, text_.size());
      } else if (c == quote) {
        if (peek() != quote) return;
        ++at_;
      }
    }
  }

  // $tag$ … $tag$; false when at_ begins none.
  bool skip_dollar_quoted() {
    size_t end = at_ + 1;
    while (end < text_.size() && is_word(text_[end]) && text_[end] != '$')
      ++end;
    if (end >= text_.size() || text_[end] != '$' || is_digit(peek(1))) return false;
    std::string_view tag = text_.substr(at_, end + 1 - at_);
    size_t close = text_.find(tag, end + 1);
    at_ = close == std::string_view::npos ? text_.size() : close + tag.size();
    return true;
  }

  void skip_number() {
    while (is_digit(peek()))
      ++at_;
    if (peek() == '.' && peek(1) != '.') {
      ++at_;
      while (is_digit(peek()))
        ++at_;
    }
    size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
      at_ += 2 + sign;
      while (is_digit(peek()))
        ++at_;
    }
  }

  // PostgreSQL's rule: the longest run of operator characters that begins no comment; one of
  // several characters does not end in + or - unless it also holds one of ~ ! @ # % ^ & | ` ?
  void skip_operator() {
    size_t begin = at_;
    while (is_operator(peek())) {
      if (at_ > begin && ((peek() == '-' && peek(1) == '-') || (peek() == '/' && peek(1) == '*'))) {
        break;
      }
      ++at_;
    }
    while (at_ > begin + 1 && (text_[at_ - 1] == '+' || text_[at_ - 1] == '-') &&
           text_.substr(begin, at_ - begin).find_first_of("~!@#%^&|`?") == std::string_view::npos) {
      --at_;
    }
  }

  Token::Kind next() {
    char c = peek();
    if (c == '\'') {
      skip_quoted('\'', false);
      return Token::Kind::kText;
    }
    if (c == '"') {
      skip_quoted('"', false);
      return Token::Kind::kQuotedName;
    }
    if ((c == 'e' || c == 'E') && peek(1) == '\'') {
      ++at_;
      skip_quoted('\'', true);
      return Token::Kind::kText;
    }
    if (c == '$' && skip_dollar_quoted()) return Token::Kind::kText;
    if (is_word_start(c)) {
      while (is_word(peek()))
        ++at_;
      return Token::Kind::kWord;
    }
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      skip_number();
      return Token::Kind::kNumber;
    }
    if (is_operator(c)) {
      skip_operator();
      return Token::Kind::kOperator;
    }
    at_ += c == ':' && peek(1) == ':' ? size_t{2} : size_t{1};
    return Token::Kind::kPunctuation;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> scan(std::string_view text) {
  return Scanner(text).run();
}

const Token* token_at(const std::vector<Token>& tokens, int64_t location) {
  auto found = std::lower_bound(tokens.begin(), tokens.end(), location,
                                [](const Token& token, int64_t at) { return token.begin < at; });
  if (found == tokens.end() || found->begin != location) return nullptr;
  return &*found;
}

std::string spelled_name(std::string_view text, const Token& token) {
  std::string_view raw = text.substr(token.begin, token.end - token.begin);
  if (token.kind != Token::Kind::kQuotedName) return std::string(raw);
  std::string name;
  for (size_t i = 1; i + 1 < raw.size(); ++i) {
    name += raw[i];
    if (raw[i] == '"') ++i;
  }
  return name;
}

int64_t nesting_bound(std::string_view text, const std::vector<Token>& tokens) {
  // Numbers and literals are leaves, and tokens between two commas of one pair of brackets cannot
  // nest in their neighbours: a list of a million numbers is flat.
  std::vector<int64_t> open = {0};
  int64_t depth = 0;
  int64_t deepest = 0;
  for (const Token& token : tokens) {
    char first = text[token.begin];
    if (first == ')' || first == ']' || first == ',') {
      depth -= open.back();
      open.back() = 0;
      if (first != ',' && open.size() > 1) open.pop_back();
    } else if (token.kind != Token::Kind::kNumber && token.kind != Token::Kind::kText) {
      ++open.back();
      ++depth;
      if (first == '(' || first == '[') open.push_back(0);
    }
    deepest = std::max(deepest, depth);
  }
  return deepest;
}

}  // namespace penstock
