// Tables whose keys are spread as data's are, for tests that answers do not depend on memory.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "tests/unit/ops/ops_test_tables.h"

namespace penstock::testing {

enum class Skew { kUniform, kZipf, kSingle, kAllNull };
inline constexpr Skew kSkews[] = {Skew::kUniform, Skew::kZipf, Skew::kSingle, Skew::kAllNull};

// A rank from 0 on: of the Zipf distribution with exponent 1.5 the k-th has a share of k^-1.5.
inline int64_t zipf_rank(Random& random) {
  // The inverse of the continuous distribution's function: (1 - u)^-2 has the tail k^-0.5.
  double u = static_cast<double>(random() >> 11) * 0x1p-53;
  return static_cast<int64_t>(std::min(std::pow(1 - u, -2.0), 1e9)) - 1;
}

// A column of `rows` values of the type: about one in twenty null, unless all are.
inline ColumnPtr skewed_column(Random& random, const TypePtr& type, int64_t rows, Skew skew) {
  constexpr int64_t kDomain = 100000;
  std::vector<std::string> values;
  Random fixed(1);
  std::string only = random_value(fixed, *type, kDomain);
  for (int64_t i = 0; i < rows; ++i) {
    if (skew == Skew::kAllNull || (skew != Skew::kSingle && random() % 20 == 0)) {
      values.push_back("null");
    } else if (skew == Skew::kSingle) {
      values.push_back(only);
    } else if (skew == Skew::kUniform) {
      values.push_back(random_value(random, *type, kDomain));
    } else {
      Random of_rank(static_cast<uint64_t>(zipf_rank(random)));
      values.push_back(random_value(of_rank, *type, kDomain));
    }
  }
  return column(type, values);
}

// Columns "row" (numbers from 0) and "text" (of about `text_bytes`, telling the row), and the key
// column "k".
inline Batch keyed_table(const ColumnPtr& keys, size_t text_bytes) {
  FixedBuilder<int64_t> numbers;
  BytesBuilder texts;
  for (int64_t i = 0; i < keys->length; ++i) {
    numbers.append(i);
    texts.append(std::string(text_bytes, static_cast<char>('a' + i % 26)) + std::to_string(i));
  }
  return table(
      {{"row", numbers.finish(int64_type())}, {"k", keys}, {"text", texts.finish(utf8_type())}});
}

}  // namespace penstock::testing
