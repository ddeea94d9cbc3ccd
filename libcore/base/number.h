// Numbers from text as users type them and as data holds them. No locale, no leading or trailing
// space, no partial parse: the whole text is the number or the result is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock {

// Decimal digits with an optional '-' or '+'. Empty when out of range.
std::optional<int64_t> parse_int64(std::string_view text);
std::optional<uint64_t> parse_uint64(std::string_view text);

// Decimal or scientific notation, also inf, infinity and nan in any case, with an optional sign.
// Values too large to represent are empty, too small ones round to zero.
std::optional<double> parse_float64(std::string_view text);
std::optional<float> parse_float32(std::string_view text);

// A size in bytes: digits and one of K, M, G, T (powers of 1024) with an optional "iB" or "B".
// Empty when it is none or beyond int64.
std::optional<int64_t> parse_size(std::string_view text);

}  // namespace penstock
