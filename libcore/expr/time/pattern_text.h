// Reads characters, numbers and words of a text as a pattern has them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/expr/time/pattern.h"

namespace penstock {

// What is left of a text, and the steps of the pattern that reads it, from the one at `at_`. Not
// thread-safe.
class PatternText {
 public:
  // A strict pattern matches each character. `steps` and `text` must outlive it.
  PatternText(const std::vector<PatternStep>& steps, bool strict, std::string_view text)
      : steps_(steps), strict_(strict), text_(text), exact_(strict) {}

 protected:
  const PatternStep& step() const { return steps_[at_]; }
  void skip_blanks();

  // Takes what the text has for a literal or a separator of the pattern. Throws Error where a
  // strict pattern has another character.
  void match_literal(const PatternStep& literal);

  // Reads a number of at most `most` characters, or of any where nothing could be mistaken for its
  // digits. `used` is how many there were. Throws Error when there is no number, or one of too few
  // characters where their number says where it ends.
  int64_t read_number(int most, size_t* used = nullptr);

  // Whether what follows the step cannot begin with a digit.
  bool is_followed_by_no_digit() const;

  // Takes a word in any case, if it comes.
  bool accept_word(std::string_view word);

  // Returns the place, from 0, of the word that comes among those that word(i) gives. Throws Error
  // when it is not one of them; `what` should come
  // stands in the message.
  template <typename Word>
  int64_t read_word(int64_t count, Word word, std::string_view what) {
    for (int64_t i = 0; i < count; ++i) {
      if (accept_word(word(i))) return i;
    }
    throw Error("'" + printable(text_) + "' should begin with " + std::string(what));
  }

  const std::vector<PatternStep>& steps_;
  const bool strict_;
  std::string_view text_;  // that is left
  size_t at_ = 0;          // step
  bool exact_;             // blanks are not skipped
  int64_t skipped_ = 0;    // characters beyond those that the pattern has
  char last_separator_ = '\0';

 private:
  void skip_character();
  [[noreturn]] void fail_number() const;
};

}  // namespace penstock
