// Bounds of long texts, cut so that they stay small and still hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

// The characters to which a bound of text is cut, and the bytes of one of binary.
inline constexpr int64_t kZoneTextLength = 32;

// Returns the text, or its beginning, which comes before all texts that begin so. The view is one
// of `text`. REQUIRES valid UTF-8 when `is_utf8`; then whole characters are left.
std::string_view cut_min(std::string_view text, bool is_utf8);

// Returns the text if it is short; else the least text of at most kZoneTextLength characters (or
// bytes) that comes after all texts with this beginning. Empty when there is none.
std::optional<std::string> cut_max(std::string_view text, bool is_utf8);

}  // namespace penstock
