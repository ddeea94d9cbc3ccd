// The words, numbers and signs of a type's name, without what they mean. Blanks before each are
// skipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace penstock {

// A place in a type's name, which must outlive it.
class TypeWords {
 public:
  explicit TypeWords(std::string_view text) : text_(text) {}

  // Throws Error: the text is not a type, followed by `why`.
  [[noreturn]] void fail(const std::string& why) const;

  // Returns whether only blanks are left.
  bool at_end();
  // Returns whether `c` comes next, without reading it.
  bool begins(char c);

  // Reads `c` if it comes next.
  bool accept(char c);
  // Reads `c`; throws Error for anything else.
  void expect(char c);
  // Reads exactly these words in any letter case, or nothing.
  bool accept_words(std::initializer_list<std::string_view> words);
  // Reads ", WORD" at the end of a list of parameters, or nothing. Throws Error when another word
  // follows the comma.
  bool accept_flag(std::string_view flag);

  // Reads letters, digits and '_'. Returns an empty word when no letter, digit or '_' comes next.
  std::string word();
  // Reads a word and returns it in lower case.
  std::string lower_word();
  // Reads a number. Throws Error for anything else and for one out of the range.
  int32_t number(int32_t least, int32_t most);
  // Reads a word, or anything in double quotes, a quote in it doubled. Throws Error when the quotes
  // are not closed.
  std::string field_name();
  // Reads the bytes before the next `c`. Returns nothing, and reads nothing, when there is no `c`.
  std::string up_to(char c);

 private:
  void skip_spaces();

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace penstock
