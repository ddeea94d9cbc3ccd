// LIKE patterns: % is any characters, _ is one character, \ (or another character) escapes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// A pattern, compiled once; immutable. Most patterns are a prefix, a suffix or pieces in order, and
// need only searches for them; only _ requires counting characters.
class LikePattern {
 public:
  // `escape` is one character of UTF-8, or empty for none.
  LikePattern(std::string_view pattern, std::string_view escape);

  // Returns false when the pattern ends in a lone escape; then it matches nothing.
  bool is_valid() const { return valid_; }

  // Returns the text with which everything begins that matches, up to the first character that may
  // be any.
  std::string_view prefix() const;
  // Returns whether nothing but the prefix matches.
  bool is_text() const { return pieces_.size() == 1 && !pieces_[0].has_any; }
  // Returns whether everything with the prefix matches.
  bool is_prefix() const {
    return pieces_.size() == 2 && !pieces_[0].has_any && pieces_[1].text.empty();
  }

  // REQUIRES: valid UTF-8.
  bool matches(std::string_view text) const;

 private:
  // The text between two %. A _ is the byte 0xFF, which UTF-8 text does not contain.
  struct Piece {
    std::string text;
    size_t characters = 0;
    bool has_any = false;
  };

  static size_t match_at(const Piece& piece, std::string_view text, size_t at);
  static size_t find_end(const Piece& piece, std::string_view text, size_t from);
  static bool matches_end(const Piece& piece, std::string_view text, size_t from);

  std::vector<Piece> pieces_;
  bool valid_ = true;
};

}  // namespace penstock
