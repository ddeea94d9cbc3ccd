// What stands behind a star in a list, `* except (a, b)`, `* replace (f(x) as x)`, `* rename (a as
// b)`: PostgreSQL's grammar does not have it, so it is found among the tokens before PostgreSQL's
// parser reads the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/expr/syntax/scan.h"
#include "libcore/expr/syntax/source.h"
#include "libcore/expr/syntax/syntax.h"

namespace penstock {

// The changes of stars that were found in a text, by the byte at which the star stands.
class FoundStars {
 public:
  void add(int64_t star, StarChanges changes);
  // Returns the changes of a star, which then are taken; null for none.
  std::shared_ptr<const StarChanges> take(int64_t star);
  // Throws Error (three lines) for changes that no star has taken.
  void require_taken(const Source& source) const;

 private:
  std::vector<std::pair<int64_t, std::shared_ptr<const StarChanges>>> found_;
};

// Stars of a text that replace columns: each is parsed with blanks in the place of all the rest.
inline constexpr int kMaxReplacingStars = 64;

// Parses the items of a part of the text: from one byte to another.
using PartParser = std::function<std::vector<ItemSyntax>(size_t begin, size_t end)>;

// Finds the changes of all stars, and writes blanks over them in `text`, which has the bytes of
// the source. A star is one where a value is expected: a * between two values multiplies. Throws
// Error (three lines) for changes that cannot be read.
FoundStars take_star_changes(const Source& source, const std::vector<Token>& tokens,
                             const PartParser& parse_part, std::string& text);

}  // namespace penstock
