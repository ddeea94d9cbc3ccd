// Near misses: "unknown column 'orign'; did you mean 'origin'?"
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace penstock {

// The candidate nearest to `word` when it is near enough to be meant (Damerau-Levenshtein distance
// of at most a third of the word's length, at least 1; case counts half, and never parts words that
// are the same otherwise), else empty. The first of equals wins.
std::string_view nearest(std::string_view word, std::span<const std::string> candidates);

// "; did you mean 'X'?" or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace penstock
