// Near misses: "unknown column 'orign'; did you mean 'origin'?"
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace penstock {

// Returns the candidate nearest to `word` if it is near enough to be meant, else an empty view.
// Near enough is a Damerau-Levenshtein distance of at most a third of the word's length, and at
// least 1. A difference in case counts half, and words that differ in case alone always match. Of
// equally near candidates the first wins.
std::string_view nearest(std::string_view word, std::span<const std::string> candidates);

// "; did you mean 'X'?" or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

// What follows "unknown column 'x'": the near miss, else the names of all columns where they are
// few enough to be read, as in "; the columns are year, origin, dest". May be nothing.
std::string column_advice(std::string_view word, std::span<const std::string> columns);

}  // namespace penstock
