// Texts that are nearly the same: without accents, and how far apart two are.
#include <algorithm>
#include <numeric>
#include <vector>

#include "libcore/base/unicode.h"
#include "libcore/base/utf8.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

// The time grows with the product of both lengths.
constexpr size_t kMaxCompared = 10'000;

ColumnPtr unaccent(const KernelCall& call) {
  std::string made;
  return map_text<std::string_view>(call, [&](std::string_view text, TextOut& out) {
    made.clear();
    for (size_t at = 0; at < text.size();) {
      const char c = text[at];
      if (static_cast<unsigned char>(c) < 0x80) {
        made += c;
        ++at;
      } else {
        append_unaccented(made, next_code_point(text, at));
      }
    }
    out.append(made);
  });
}

std::vector<uint32_t>& code_points(std::string_view text, std::vector<uint32_t>& into) {
  into.clear();
  for (size_t at = 0; at < text.size();)
    into.push_back(next_code_point(text, at));
  return into;
}

// Levenshtein's distance, row by row of the table of all beginnings (Wagner and Fischer, "The
// string-to-string correction problem", 1974).
class Distance {
 public:
  int64_t of(std::string_view left, std::string_view right) {
    std::vector<uint32_t>& a = code_points(left, a_);
    std::vector<uint32_t>& b = code_points(right, b_);
    row_.resize(b.size() + 1);
    std::iota(row_.begin(), row_.end(), 0);
    for (size_t i = 0; i < a.size(); ++i) {
      int64_t diagonal = row_[0]++;
      for (size_t j = 0; j < b.size(); ++j) {
        const int64_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
        diagonal = row_[j + 1];
        row_[j + 1] = std::min({changed, diagonal + 1, row_[j] + 1});
      }
    }
    return row_.back();
  }

 private:
  std::vector<uint32_t> a_;
  std::vector<uint32_t> b_;
  std::vector<int64_t> row_;
};

ColumnPtr levenshtein(const KernelCall& call) {
  Distance distance;
  return map_rows<int64_t, std::string_view, std::string_view>(
      call, [&](std::string_view a, std::string_view b) {
        if (std::max(utf8_length(a), utf8_length(b)) > kMaxCompared) {
          call.fail("levenshtein takes texts of at most 10,000 characters");
        }
        return distance.of(a, b);
      });
}

constexpr Function kSimilarFunctions[] = {
    {.name = "unaccent",
     .signature = "(text) -> text",
     .summary = "letters without their accents, and letters with strokes or joined as plain ones",
     .example = "unaccent('Žluťoučký Straße') → 'Zlutoucky Strasse'",
     .kernel = unaccent},
    {.name = "levenshtein",
     .signature = "(text, text) -> int64",
     .summary = "how many characters must be put in, left out or changed to make one of the other; "
                "of at most 10,000 characters",
     .example = "levenshtein('kitten', 'sitting') → 3",
     .kernel = levenshtein,
     .traits = {.can_fail = true}},
};

}  // namespace

std::span<const Function> similar_functions() {
  return kSimilarFunctions;
}

}  // namespace penstock
