#include "libcore/flow/plan/edge_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace penstock {
namespace {

using Words = std::vector<std::string>;

Edge shared(PartitionKind kind, const std::string& keys = "") {
  Edge edge;
  edge.kind = Edge::Kind::kShare;
  edge.how.kind = kind;
  if (!keys.empty()) edge.how.keys = parse_sort_keys(keys);
  return edge;
}

const EdgePlace kPlace{"/run", "ipc:///run/to-2.1", "fragment-2", 1};

bool has(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

TEST(EdgeWords, WhatGathers) {
  Edge edge;
  EXPECT_EQ(words_of(edge), (Words{"pmerge", "-"}));
  edge.in_turn = true;
  EXPECT_EQ(words_of(edge), (Words{"pmerge", "--in-turn", "-"}));
  edge.in_turn = false;
  edge.merge = parse_sort_keys("a:desc,b");
  edge.options = {{OptionGroup::kWriting, option::kTo, "csv"}};
  EXPECT_EQ(words_of(edge), (Words{"pmerge", "-k", "a:desc,b", "--to=csv", "-"}));
}

TEST(EdgeWords, WhatSharesOut) {
  EXPECT_EQ(words_of(shared(PartitionKind::kHash, "a,b")),
            (Words{"pexchange", "--hash", "-k", "a,b", "-"}));
  EXPECT_EQ(words_of(shared(PartitionKind::kRoundRobin)),
            (Words{"pexchange", "--round-robin", "-"}));
  Edge grid = shared(PartitionKind::kGrid);
  grid.how.grid_rows = 2;
  grid.how.grid_columns = 3;
  grid.how.is_second_input = true;
  EXPECT_EQ(words_of(grid), (Words{"pexchange", "--grid", "2x3", "--second-input", "-"}));
  Edge range = shared(PartitionKind::kRange, "a");
  range.merge = range.how.keys;
  EXPECT_EQ(words_of(range), (Words{"pexchange", "--range", "--merge", "-k", "a", "-"}));
}

// What both ends hold and spill, they hold and spill where the stage that was written says.
TEST(EdgeWords, BothEndsGetTheOptionsOfTheStage) {
  Edge edge = shared(PartitionKind::kHash, "a");
  edge.options = {{OptionGroup::kSpill, option::kTempDir, "/big"},
                  {OptionGroup::kSpill, option::kMemory, "1G"},
                  {OptionGroup::kOther, option::kQuiet, std::nullopt}};
  for (const Words& words :
       {receiver_words(edge, kPlace, 2), sender_words(edge, kPlace, {"ipc:///run/to-2.1"})}) {
    for (const char* word : {"--temp-dir=/big", "--memory=1G", "--quiet"})
      EXPECT_TRUE(has(words, word)) << word;
  }
}

// How rows are shared out the senders say, how they are merged the receivers.
TEST(EdgeWords, EachEndGetsWhatIsItsOwn) {
  Edge edge = shared(PartitionKind::kRange, "a:desc");
  edge.merge = edge.how.keys;
  EXPECT_EQ(receiver_words(edge, kPlace, 3),
            (Words{"pexchange", "--receive=ipc:///run/to-2.1", "--senders=3", "--name=fragment-2",
                   "--merge", "-k", "a:desc"}));
  EXPECT_EQ(
      sender_words(edge, kPlace, {"ipc:///run/to-2.1", "ipc:///run/to-2.2"}),
      (Words{"pexchange", "--range", "-k", "a:desc", "--send=ipc:///run/to-2.1,ipc:///run/to-2.2",
             "--worker=1", "--name=fragment-2"}));
}

// The receivers of a join's first input find heavy keys; the senders of its second wait for them.
TEST(EdgeWords, HeavyKeysAreAFileOfTheRun) {
  Edge first = shared(PartitionKind::kHash, "a");
  first.spread = "heavy-7";
  Edge second = first;
  second.how.is_second_input = true;
  EXPECT_TRUE(has(receiver_words(first, kPlace, 2), "--spread=/run/heavy-7"));
  EXPECT_FALSE(has(receiver_words(second, kPlace, 2), "--spread=/run/heavy-7"));
  for (const Edge& edge : {first, second})
    EXPECT_TRUE(has(sender_words(edge, kPlace, {"ipc:///a"}), "--spread=/run/heavy-7"));
  auto waits = [](const Words& words) {
    return std::any_of(words.begin(), words.end(),
                       [](const std::string& word) { return word.starts_with("--timeout="); });
  };
  EXPECT_FALSE(waits(sender_words(first, kPlace, {"ipc:///a"})));
  EXPECT_TRUE(waits(sender_words(second, kPlace, {"ipc:///a"})));
}

}  // namespace
}  // namespace penstock
