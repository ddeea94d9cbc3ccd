#include "libcore/data/type_text/words.h"

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"

namespace penstock {

void TypeWords::fail(const std::string& why) const {
  throw Error("'" + printable(text_) + "' is not a type" + why);
}

void TypeWords::skip_spaces() {
  while (at_ < text_.size() && text_[at_] == ' ')
    ++at_;
}

bool TypeWords::at_end() {
  skip_spaces();
  return at_ == text_.size();
}

bool TypeWords::begins(char c) {
  skip_spaces();
  return at_ < text_.size() && text_[at_] == c;
}

bool TypeWords::accept(char c) {
  if (!begins(c)) return false;
  ++at_;
  return true;
}

void TypeWords::expect(char c) {
  if (!accept(c)) fail("; '" + std::string(1, c) + "' is missing");
}

std::string TypeWords::word() {
  skip_spaces();
  size_t begin = at_;
  while (at_ < text_.size() && is_name_byte(text_[at_]))
    ++at_;
  return std::string(text_.substr(begin, at_ - begin));
}

std::string TypeWords::lower_word() {
  std::string lower = word();
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool TypeWords::accept_words(std::initializer_list<std::string_view> words) {
  size_t before = at_;
  for (std::string_view expected : words) {
    if (lower_word() != expected) {
      at_ = before;
      return false;
    }
  }
  return true;
}

bool TypeWords::accept_flag(std::string_view flag) {
  if (!accept(',')) return false;
  if (!accept_words({flag})) fail("; '" + std::string(flag) + "' is expected");
  return true;
}

int32_t TypeWords::number(int32_t least, int32_t most) {
  auto value = parse_int64(word());
  if (!value || *value < least || *value > most) {
    fail("; a number from " + std::to_string(least) + " to " + std::to_string(most) +
         " is expected");
  }
  return static_cast<int32_t>(*value);
}

std::string TypeWords::field_name() {
  if (!accept('"')) return word();
  std::string name;
  for (;;) {
    if (at_ >= text_.size()) fail("; a quote is not closed");
    char c = text_[at_++];
    if (c == '"') {
      if (at_ >= text_.size() || text_[at_] != '"') return name;
      ++at_;
    }
    name += c;
  }
}

std::string TypeWords::up_to(char c) {
  skip_spaces();
  size_t end = text_.find(c, at_);
  if (end == std::string_view::npos) return "";
  std::string before(text_.substr(at_, end - at_));
  at_ = end;
  return before;
}

}  // namespace penstock
