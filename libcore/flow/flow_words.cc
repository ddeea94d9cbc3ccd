#include "libcore/flow/flow_words.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace penstock {
namespace {

constexpr std::string_view kReserved[] = {"!",     "if",   "then",     "else",   "elif",  "fi",
                                          "for",   "do",   "done",     "case",   "esac",  "while",
                                          "until", "time", "function", "select", "coproc"};

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// What is quoted means itself in a pattern.
void append_to_pattern(std::string& pattern, std::string_view text, bool is_plain) {
  for (char c : text) {
    const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
    if (!is_plain && is_ascii && !is_name_byte(c)) pattern += '\\';
    pattern += c;
  }
}

}  // namespace

bool is_reserved_word(std::string_view word) {
  return std::find(std::begin(kReserved), std::end(kReserved), word) != std::end(kReserved);
}

bool is_assignment(std::string_view word) {
  size_t name = 0;
  while (name < word.size() && is_name_byte(word[name]))
    ++name;
  return name > 0 && is_name_start(word[0]) && name < word.size() && word[name] == '=';
}

bool ends_word(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '|' || c == '&' || c == ';' || c == '<' ||
         c == '>' || c == '(' || c == ')';
}

FlowWords::FlowWords(std::string_view text, FlowVariables variables)
    : text_(text), variables_(std::move(variables)) {
  if (std::ssize(text_) > kMaxFlowBytes) {
    throw Error::usage("a flow of more than " + std::to_string(kMaxFlowBytes) + " bytes");
  }
  size_t nul = text_.find('\0');
  if (nul != text_.npos) fail(nul, "a NUL byte");
}

void FlowWords::fail(size_t at, std::string_view message) const {
  throw flow_error(std::string(text_), static_cast<int64_t>(at), message);
}

char FlowWords::peek(size_t ahead) const {
  return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
}

void FlowWords::skip_blanks() {
  for (;;) {
    if (peek() == ' ' || peek() == '\t') {
      ++at_;
    } else if (begins("\\\n")) {
      at_ += 2;
    } else if (peek() == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      return;
    }
  }
}

void FlowWords::skip_lines() {
  for (skip_blanks(); peek() == '\n'; skip_blanks())
    ++at_;
}

bool FlowWords::read_assignment() {
  if (!is_assignment(text_.substr(at_))) return false;
  size_t end = text_.find('=', at_);
  std::string name(text_.substr(at_, end - at_));
  at_ = end + 1;
  assigned_[name] = read().text;
  return true;
}

std::string_view FlowWords::written(const FlowWord& word) const {
  auto begin = static_cast<size_t>(word.location);
  return text_.substr(begin, at_ - begin);
}

void FlowWords::refuse_pattern(const FlowWord& word) const {
  if (word.pattern.empty()) return;
  fail(static_cast<size_t>(word.location),
       "a pattern of file names can only be an operand of a command; quote it");
}

FlowWord FlowWords::read() {
  FlowWord word;
  word.location = static_cast<int64_t>(at_);
  size_t begin = at_;
  std::string pattern;
  bool is_pattern = false;
  while (at_ < text_.size() && !ends_word(peek())) {
    char c = peek();
    const size_t before = word.text.size();
    bool is_plain = false;
    if (begins("\\\n")) {
      at_ += 2;
    } else if (c == '\\') {
      if (at_ + 1 == text_.size()) fail(at_, "nothing follows '\\'");
      word.text += peek(1);
      at_ += 2;
    } else if (c == '\'') {
      read_single(word.text);
    } else if (c == '"') {
      read_double(word.text);
    } else if (c == '$') {
      read_variable(word.text, false);
    } else {
      refuse_special(c, at_ == begin);
      is_plain = true;
      is_pattern = is_pattern || c == '*' || c == '?' || c == '[';
      word.text += c;
      ++at_;
    }
    append_to_pattern(pattern, std::string_view(word.text).substr(before), is_plain);
  }
  if (is_pattern) word.pattern = std::move(pattern);
  return word;
}

void FlowWords::refuse_special(char c, bool first) const {
  if (c == '`') fail(at_, "'`' is not in a flow; use <( … ) as an operand, or quote it");
  if (c == '{' || c == '}') fail(at_, "braces are not in a flow; quote them");
  if (c == '~' && first) fail(at_, "'~' is not in a flow; use $HOME, or quote it");
}

void FlowWords::read_single(std::string& out) {
  size_t end = text_.find('\'', at_ + 1);
  if (end == text_.npos) fail(at_, "a quote that is not closed");
  out += text_.substr(at_ + 1, end - at_ - 1);
  at_ = end + 1;
}

void FlowWords::read_double(std::string& out) {
  size_t begin = at_++;
  while (peek() != '"') {
    if (at_ == text_.size()) fail(begin, "a quote that is not closed");
    if (peek() == '`') fail(at_, "'`' is not in a flow; write \\`");
    if (begins("\\\n")) {
      at_ += 2;
    } else if (peek() == '\\' && std::string_view("$`\"\\").find(peek(1)) != std::string::npos &&
               at_ + 1 < text_.size()) {
      out += peek(1);
      at_ += 2;
    } else if (peek() == '$') {
      read_variable(out, true);
    } else {
      out += text_[at_++];
    }
  }
  ++at_;
}

// $NAME or ${NAME}. Outside of quotes the shell would split the value at blanks and take patterns
// of file names from it; such a value is refused.
void FlowWords::read_variable(std::string& out, bool quoted) {
  size_t begin = at_++;
  bool braces = peek() == '{';
  if (braces) ++at_;
  size_t end = at_;
  while (end < text_.size() && is_name_byte(text_[end]))
    ++end;
  std::string name(text_.substr(at_, end - at_));
  bool is_variable = !name.empty() && is_name_start(name[0]);
  if (!braces && !is_variable) {
    if (peek() == '(') fail(begin, "'$( )' is not in a flow; use <( … ) as an operand");
    bool literal =
        name.empty() && (at_ == text_.size() ||
                         std::string_view(" \t\n\"|)/.,:%=").find(peek()) != std::string::npos);
    if (!literal || (!quoted && peek() == '"')) fail(begin, "'$' must be followed by a name");
    out += '$';
    return;
  }
  bool closed = !braces || (end < text_.size() && text_[end] == '}');
  if (!is_variable || !closed) fail(begin, "only $NAME and ${NAME} are in a flow");
  at_ = end + (braces ? 1 : 0);
  auto assigned = assigned_.find(name);
  std::optional<std::string> value =
      assigned != assigned_.end() ? assigned->second : variables_(name);
  if (!value) fail(begin, "the variable " + name + " is not set");
  bool split = value->empty() || value->find_first_of(" \t\n*?[") != std::string::npos;
  if (!quoted && split) fail(begin, "put $" + name + " into double quotes");
  out += *value;
}

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

std::vector<std::string> read_words(std::string_view text, const std::string& what) {
  FlowWords words(text, environment_variable);
  std::vector<std::string> read;
  for (words.skip_blanks(); !words.at_end(); words.skip_blanks()) {
    size_t at = words.at();
    const FlowWord word = words.read();
    words.refuse_pattern(word);
    read.push_back(word.text);
    if (words.at() == at) words.fail(at, what + " has only words; quote it");
  }
  return read;
}

}  // namespace penstock
