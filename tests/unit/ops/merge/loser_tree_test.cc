#include "libcore/ops/merge/loser_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

TEST(LoserTree, MergesAnyNumberOfInputsInAStableOrder) {
  testing::Random random(1);
  for (size_t inputs = 1; inputs <= 33; ++inputs) {
    std::vector<std::vector<int64_t>> runs(inputs);
    std::vector<std::pair<int64_t, size_t>> expected;
    for (size_t run = 0; run < inputs; ++run) {
      for (size_t i = 0; i < random() % 30; ++i)
        runs[run].push_back(static_cast<int64_t>(random() % 10));
      std::sort(runs[run].begin(), runs[run].end());
      for (int64_t value : runs[run])
        expected.emplace_back(value, run);
    }
    std::sort(expected.begin(), expected.end());  // of equal values the earlier input first
    std::vector<size_t> at(inputs, 0);
    int64_t comparisons = 0;
    auto comes_before = [&](size_t a, size_t b) {
      ++comparisons;
      bool a_ended = at[a] == runs[a].size();
      bool b_ended = at[b] == runs[b].size();
      if (a_ended || b_ended) return a_ended == b_ended ? a < b : b_ended;
      return std::pair(runs[a][at[a]], a) < std::pair(runs[b][at[b]], b);
    };
    LoserTree tree;
    tree.build(inputs, comes_before);
    EXPECT_EQ(comparisons, static_cast<int64_t>(inputs) - 1);
    int64_t most = 0;
    while ((size_t{1} << most) < inputs)
      ++most;
    std::vector<std::pair<int64_t, size_t>> merged;
    while (at[tree.winner()] < runs[tree.winner()].size()) {
      size_t run = tree.winner();
      merged.emplace_back(runs[run][at[run]++], run);
      comparisons = 0;
      tree.replay(comes_before);
      EXPECT_LE(comparisons, most);
    }
    EXPECT_EQ(merged, expected) << inputs << " inputs";
  }
}

}  // namespace
}  // namespace penstock
