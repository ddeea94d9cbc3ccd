#include "libcore/base/suggest.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "libcore/base/utf8.h"

namespace penstock {
namespace {

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool equal_but_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char left, char right) { return lower(left) == lower(right); });
}

// Twice the optimal-string-alignment distance, so that a change of case alone costs 1.
size_t doubled_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    above[j] = 2 * j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = 2 * i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t change = a[i - 1] == b[j - 1] ? 0 : lower(a[i - 1]) == lower(b[j - 1]) ? 1 : 2;
      row[j] = std::min({above[j] + 2, row[j - 1] + 2, above[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 2);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string> candidates) {
  constexpr size_t kLongestCompared = 128;
  if (word.empty() || word.size() > kLongestCompared) return {};
  size_t allowed = 2 * std::max<size_t>(1, word.size() / 3);
  std::string_view best;
  size_t best_distance = allowed + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.empty() || candidate.size() > kLongestCompared) continue;
    size_t distance = equal_but_case(word, candidate) ? 1 : doubled_distance(word, candidate);
    if (distance < best_distance && distance < 2 * std::max(word.size(), candidate.size())) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  std::string_view near = nearest(word, candidates);
  if (near.empty()) return {};
  return "; did you mean '" + std::string(near) + "'?";
}

std::string column_advice(std::string_view word, std::span<const std::string> columns) {
  constexpr size_t kMostListed = 16;
  constexpr size_t kMostBytes = 160;
  std::string advice = did_you_mean(word, columns);
  if (!advice.empty() || columns.empty() || columns.size() > kMostListed) return advice;
  std::string all;
  for (const std::string& name : columns)
    all += (all.empty() ? "" : ", ") + printable(name);
  if (all.size() > kMostBytes) return {};
  return (columns.size() == 1 ? "; the only column is " : "; the columns are ") + all;
}

}  // namespace penstock
