// The words of a flow's text: blanks, comments, quotes and variables, without what commands and
// operators mean.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/flow/flow_text.h"

namespace penstock {

// Whether the shell takes `word`, as it is written, for a word of its own, such as `if`.
bool is_reserved_word(std::string_view word);

// Whether `word`, as it is written, begins with `NAME=`.
bool is_assignment(std::string_view word);

// Whether `c` ends a word when it is not quoted.
bool ends_word(char c);

// A place in a flow's text, from which words are read. What it throws is a usage Error.
class FlowWords {
 public:
  // `text` must outlive it. Throws for a text beyond kMaxFlowBytes and for a NUL.
  FlowWords(std::string_view text, FlowVariables variables);

  // Byte of the text.
  size_t at() const { return at_; }
  bool at_end() const { return at_ == text_.size(); }
  // The byte `ahead` of the place, NUL past the text's end.
  char peek(size_t ahead = 0) const;
  bool begins(std::string_view token) const { return text_.substr(at_).starts_with(token); }

  // Steps over `bytes` of an operator, which begins here.
  void skip(size_t bytes) { at_ += bytes; }
  // Skips blanks, a comment, and a newline that the shell takes for a blank.
  void skip_blanks();
  // Also skips newlines.
  void skip_lines();

  // Reads up to the first byte that ends a word; an empty word when that is here. Throws for a
  // variable that is not set and for what would mean something else to the shell.
  FlowWord read();
  // Throws for a word that is a pattern of file names.
  void refuse_pattern(const FlowWord& word) const;
  // Reads `NAME=WORD`, which sets a variable for all words after it. Returns false, and reads
  // nothing, when no assignment begins here.
  bool read_assignment();
  // The text of `word`, the last that was read, as it is written. Valid as long as the text.
  std::string_view written(const FlowWord& word) const;

  // Throws the error that points at byte `at`.
  [[noreturn]] void fail(size_t at, std::string_view message) const;

 private:
  void refuse_special(char c, bool first) const;
  void read_single(std::string& out);
  void read_double(std::string& out);
  void read_variable(std::string& out, bool quoted);

  std::string_view text_;
  FlowVariables variables_;
  std::map<std::string, std::string> assigned_;
  size_t at_ = 0;
};

// FlowVariables of the environment alone.
std::optional<std::string> environment_variable(const std::string& name);

// Returns the words of a text that has nothing but words: blanks part them, quotes and variables of
// the environment are the shell's. `what` is what the text is for, for messages ("a command for
// ssh"). Throws Error (kUsage) when a quote is not closed, and for all else of the shell.
std::vector<std::string> read_words(std::string_view text, const std::string& what);

}  // namespace penstock
