#include "libcore/expr/syntax/star_changes.h"

#include <algorithm>
#include <array>

#include "libcore/expr/functions/letter_case.h"

namespace penstock {
namespace {

enum class Change : uint8_t { kExcept, kReplace, kRename };

struct ChangeWord {
  std::string_view word;
  Change change;
  const char* example;
};
constexpr std::array kChangeWords{
    ChangeWord{"except", Change::kExcept, "* except (a, b)"},
    ChangeWord{"exclude", Change::kExcept, "* exclude (a, b)"},
    ChangeWord{"replace", Change::kReplace, "* replace (upper(a) as a)"},
    ChangeWord{"rename", Change::kRename, "* rename (a as b)"},
};

class Finder {
 public:
  Finder(const Source& source, const std::vector<Token>& tokens, const PartParser& parse_part,
         std::string& text)
      : source_(source), tokens_(tokens), parse_part_(parse_part), text_(text) {}

  FoundStars run() {
    FoundStars found;
    for (at_ = 0; at_ < tokens_.size();) {
      const bool is_star = word(at_) == "*" && stands_for_value(at_);
      const size_t star = at_++;
      if (!is_star) continue;
      StarChanges changes;
      const size_t first = at_;
      while (const ChangeWord* change = change_at(at_))
        take(*change, changes);
      if (at_ != first) found.add(tokens_[star].begin, std::move(changes));
    }
    return found;
  }

 private:
  [[noreturn]] void fail(size_t token, const std::string& message) const {
    const size_t at = token < tokens_.size() ? tokens_[token].begin : source_.text().size();
    throw source_.error(static_cast<int64_t>(at), message);
  }

  std::string_view word(size_t token) const {
    if (token >= tokens_.size()) return {};
    const Token& at = tokens_[token];
    return std::string_view(source_.text()).substr(at.begin, at.end - at.begin);
  }

  bool stands_for_value(size_t token) const {
    return token == 0 || word(token - 1) == "," || word(token - 1) == "(";
  }

  const ChangeWord* change_at(size_t token) const {
    if (token >= tokens_.size() || tokens_[token].kind != Token::Kind::kWord) return nullptr;
    const auto* found = std::find_if(
        kChangeWords.begin(), kChangeWords.end(),
        [&](const ChangeWord& change) { return equal_but_for_case(change.word, word(token)); });
    return found == kChangeWords.end() ? nullptr : found;
  }

  // Reads a change that begins at at_, and moves behind it.
  void take(const ChangeWord& change, StarChanges& out) {
    const size_t first = at_++;
    if (word(at_) != "(") {
      fail(at_,
           "a list in brackets follows " + std::string(change.word) + ", as in " + change.example);
    }
    const size_t close = closing(at_);
    const size_t end = tokens_[close].end;
    ++at_;
    if (at_ == close) fail(close, "a name is missing, as in " + std::string(change.example));
    const int64_t location = tokens_[first].begin;
    if (change.change == Change::kReplace) {
      if (!out.replaced.empty()) fail(first, "the columns of one star are replaced twice");
      if (++replacing_ > kMaxReplacingStars) {
        fail(first, "more than " + std::to_string(kMaxReplacingStars) +
                        " stars replace columns in one list");
      }
      out.replaced = parse_part_(tokens_[at_].begin, tokens_[close].begin);
      at_ = close;
    } else {
      do {
        if (change.change == Change::kExcept) {
          out.left_out.push_back(name(change));
        } else {
          StarChanges::Renamed renamed{name(change), {}};
          if (equal_but_for_case(word(at_), "as")) ++at_;
          renamed.to = name(change);
          out.renamed.push_back(std::move(renamed));
        }
      } while (word(at_) == "," && ++at_ != 0);
      if (at_ != close)
        fail(at_, "only names are expected here, as in " + std::string(change.example));
    }
    at_ = close + 1;
    std::fill(text_.begin() + location, text_.begin() + static_cast<std::ptrdiff_t>(end), ' ');
  }

  size_t closing(size_t open) const {
    int depth = 0;
    for (size_t i = open; i < tokens_.size(); ++i) {
      if (word(i) == "(") ++depth;
      if (word(i) == ")" && --depth == 0) return i;
    }
    fail(open, "this bracket is not closed");
  }

  StarChanges::Column name(const ChangeWord& change) {
    const bool is_name = at_ < tokens_.size() && (tokens_[at_].kind == Token::Kind::kWord ||
                                                  tokens_[at_].kind == Token::Kind::kQuotedName);
    if (!is_name) fail(at_, "a name is expected here, as in " + std::string(change.example));
    StarChanges::Column column;
    column.location = tokens_[at_].begin;
    column.name = {spelled_name(source_.text(), tokens_[at_]),
                   tokens_[at_].kind == Token::Kind::kQuotedName};
    // A name with points in it, as the columns of nested JSON have: it is one name here.
    while (word(++at_) == "." && at_ + 1 < tokens_.size())
      column.name.text += "." + spelled_name(source_.text(), tokens_[++at_]);
    return column;
  }

  const Source& source_;
  const std::vector<Token>& tokens_;
  const PartParser& parse_part_;
  std::string& text_;
  size_t at_ = 0;
  int replacing_ = 0;  // stars with replace
};

}  // namespace

void FoundStars::add(int64_t star, StarChanges changes) {
  found_.emplace_back(star, std::make_shared<const StarChanges>(std::move(changes)));
}

std::shared_ptr<const StarChanges> FoundStars::take(int64_t star) {
  auto at = std::find_if(found_.begin(), found_.end(),
                         [&](const auto& found) { return found.first == star; });
  if (at == found_.end()) return nullptr;
  std::shared_ptr<const StarChanges> changes = std::move(at->second);
  found_.erase(at);
  return changes;
}

void FoundStars::require_taken(const Source& source) const {
  if (found_.empty()) return;
  throw source.error(found_[0].first, "only a * that stands for columns can have changes");
}

FoundStars take_star_changes(const Source& source, const std::vector<Token>& tokens,
                             const PartParser& parse_part, std::string& text) {
  return Finder(source, tokens, parse_part, text).run();
}

}  // namespace penstock
