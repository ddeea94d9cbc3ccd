// What tests of one algorithm of joining share: two tables at random, and a plan for them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libcore/ops/join/plan.h"
#include "libcore/ops/join/right.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock::testing {

inline constexpr JoinType kJoinTypes[] = {JoinType::kInner, JoinType::kLeft, JoinType::kRight,
                                          JoinType::kFull,  JoinType::kSemi, JoinType::kAnti};

// Columns k (the key), NAME (numbers from 0) and NAME_text, of texts that make spilling worth it.
inline Batch side(Random& random, const std::string& name, int64_t rows, int64_t domain,
                  size_t text_bytes) {
  std::vector<std::string> numbers;
  std::vector<std::string> texts;
  for (int64_t row = 0; row < rows; ++row) {
    numbers.push_back(std::to_string(row));
    texts.push_back(std::string(text_bytes, static_cast<char>('a' + row % 26)));
  }
  return table({{"k", random_column(random, int64_type(), rows, domain, 10)},
                {name, column(int64_type(), numbers)},
                {name + "_text", column(utf8_type(), texts)}});
}

inline JoinPlan plan_of(const Batch& left, const Batch& right, JoinType type,
                        const std::string& on = "") {
  JoinOptions options{type, {}, on};
  if (type != JoinType::kCross && on.empty()) options.keys = {{"k", "k"}};
  return make_join_plan(left.schema, right.schema, options, false);
}

inline SpillOptions memory_of(int64_t bytes) {
  SpillOptions options;
  options.memory = bytes;
  return options;
}

}  // namespace penstock::testing
