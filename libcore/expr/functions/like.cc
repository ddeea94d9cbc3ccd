#include "libcore/expr/functions/like.h"

#include <cstring>

#include "libcore/base/utf8.h"

namespace penstock {
namespace {

constexpr char kAny = '\xFF';

// Returns the start of the character after the one at `at`.
size_t after(std::string_view text, size_t at) {
  ++at;
  while (at < text.size() && is_continuation(text[at]))
    ++at;
  return at;
}

}  // namespace

LikePattern::LikePattern(std::string_view pattern, std::string_view escape) {
  pieces_.emplace_back();
  for (size_t at = 0; at < pattern.size();) {
    size_t next = after(pattern, at);
    std::string_view character = pattern.substr(at, next - at);
    bool escaped = !escape.empty() && character == escape;
    if (escaped) {
      if (next >= pattern.size()) {
        valid_ = false;
        return;
      }
      at = next;
      next = after(pattern, at);
      character = pattern.substr(at, next - at);
    }
    at = next;
    if (!escaped && character == "%") {
      pieces_.emplace_back();
      continue;
    }
    Piece& piece = pieces_.back();
    bool any = !escaped && character == "_";
    piece.has_any |= any;
    ++piece.characters;
    if (any) {
      piece.text += kAny;
    } else {
      piece.text += character;
    }
  }
}

std::string_view LikePattern::prefix() const {
  const std::string_view text = pieces_.front().text;
  return text.substr(0, text.find(kAny));
}

// The end of the piece where it matches at `at`, else npos.
size_t LikePattern::match_at(const Piece& piece, std::string_view text, size_t at) {
  const std::string& wanted = piece.text;
  if (!piece.has_any) {
    bool fits = text.size() - at >= wanted.size() &&
                std::memcmp(text.data() + at, wanted.data(), wanted.size()) == 0;
    return fits ? at + wanted.size() : std::string_view::npos;
  }
  for (char c : wanted) {
    if (at >= text.size()) return std::string_view::npos;
    if (c == kAny) {
      at = after(text, at);
    } else if (text[at++] != c) {
      return std::string_view::npos;
    }
  }
  return at;
}

size_t LikePattern::find_end(const Piece& piece, std::string_view text, size_t from) {
  if (!piece.has_any) {
    size_t at = text.find(piece.text, from);
    return at == std::string_view::npos ? at : at + piece.text.size();
  }
  for (size_t at = from; at < text.size(); at = after(text, at)) {
    size_t end = match_at(piece, text, at);
    if (end != std::string_view::npos) return end;
  }
  return std::string_view::npos;
}

// Whether the text from `from` on ends in the piece.
bool LikePattern::matches_end(const Piece& piece, std::string_view text, size_t from) {
  size_t at = text.size();
  if (!piece.has_any) {
    if (at - from < piece.text.size()) return false;
    return match_at(piece, text, at - piece.text.size()) == text.size();
  }
  for (size_t k = 0; k < piece.characters; ++k) {
    if (at <= from) return false;
    do {
      --at;
    } while (at > from && is_continuation(text[at]));
  }
  return match_at(piece, text, at) == text.size();
}

bool LikePattern::matches(std::string_view text) const {
  if (!valid_) return false;
  size_t at = match_at(pieces_.front(), text, 0);
  if (at == std::string_view::npos) return false;
  if (pieces_.size() == 1) return at == text.size();
  for (size_t k = 1; k + 1 < pieces_.size(); ++k) {
    at = find_end(pieces_[k], text, at);
    if (at == std::string_view::npos) return false;
  }
  return pieces_.back().text.empty() || matches_end(pieces_.back(), text, at);
}

}  // namespace penstock
