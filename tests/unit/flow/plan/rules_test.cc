// Each planning rule alone: a stage, what is known of the rows that it is given, the decision.
#include "libcore/flow/plan/rules.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libcore/flow/plan/edge_words.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

DescribedStage stage_of(const std::vector<std::string>& words) {
  std::vector<StageWord> line;
  for (const std::string& word : words)
    line.push_back({word});
  DescribedStage stage;
  StageRegistry tools = stage_registry();
  stage.plan.stage = parse_stage(*tools.find(words[0]), line);
  stage.traits = stage.plan.stage->traits();
  return stage;
}

using Lines = std::vector<std::vector<std::string>>;

// A pipeline behind a scan, of which the second stage is decided.
struct Pipeline {
  std::vector<DescribedStage> stages;
  PlanOptions options;
  int64_t bytes;

  Decision decision(const SharedRows& rows = {}) const {
    return decide({stages, options, bytes}, 1, rows);
  }
};

Pipeline pipeline(const Lines& lines, int64_t bytes = 1000, bool unordered = false) {
  Pipeline made;
  made.bytes = bytes;
  made.options.workers = 2;
  made.options.unordered = unordered;
  made.stages.push_back(stage_of({"pscan", "f.csv"}));
  for (const std::vector<std::string>& words : lines)
    made.stages.push_back(stage_of(words));
  return made;
}

std::string text(const std::optional<Edge>& edge) {
  std::string text;
  if (!edge) return text;
  for (const std::string& word : words_of(*edge))
    text += (text.empty() ? "" : " ") + word;
  return text;
}

constexpr int64_t kMuch = int64_t{64} << 20;
const std::vector<std::string> kSortByKey{"psort", "-k", "k"};

TEST(Rules, AFilterRunsInEachWorkerAndKeepsWhatIsKnown) {
  SharedRows rows{.in_order = true, .hashed_by = {"k"}};
  Decision decision = pipeline({{"pfilter", "a > 1"}}).decision(rows);
  EXPECT_FALSE(decision.refusal);
  EXPECT_FALSE(decision.before || decision.behind);
  ASSERT_TRUE(decision.in_workers);
  EXPECT_EQ(decision.in_workers->name(), "pfilter");
  EXPECT_TRUE(decision.rows.in_order);
  EXPECT_EQ(decision.rows.hashed_by, std::vector<std::string>{"k"});
}

// A column may be called k behind it that is another one.
TEST(Rules, AProjectionForgetsWhereRowsLie) {
  Decision decision =
      pipeline({{"pproject", "g as k, v"}})
          .decision({.in_order = true, .hashed_by = {"k"}, .ranged_by = parse_sort_keys("k")});
  EXPECT_TRUE(decision.rows.hashed_by.empty());
  EXPECT_TRUE(decision.rows.ranged_by.empty());
  EXPECT_TRUE(decision.rows.in_order);
}

TEST(Rules, AnAggregationSplits) {
  Decision decision = pipeline({{"pagg", "-k", "k", "sum(v)"}, kSortByKey}).decision();
  EXPECT_EQ(decision.in_workers->words()[1].text, "--partial");
  EXPECT_EQ(text(decision.behind), "pmerge -");
  EXPECT_FALSE(decision.behind_by_parts);
  EXPECT_EQ(decision.after->words()[1].text, "--final");
}

TEST(Rules, GroupsThatAreSeenComeInTurn) {
  for (const Lines& behind :
       std::vector<Lines>{{}, {{"pfilter", "sum > 1"}}, {{"psort", "-k", "sum"}}}) {
    Lines stages{{"pagg", "-k", "k", "sum(v)"}};
    stages.insert(stages.end(), behind.begin(), behind.end());
    Decision decision = pipeline(stages).decision();
    EXPECT_EQ(text(decision.behind), "pmerge --in-turn -");
    EXPECT_TRUE(decision.behind_by_parts);
    EXPECT_EQ(text(pipeline(stages, 1000, true).decision().behind), "pmerge -");
  }
}

TEST(Rules, StatesThatDependOnTheOrderComeInTurn) {
  Decision decision = pipeline({{"pagg", "string_agg(s, ',')"}}).decision();
  EXPECT_EQ(text(decision.behind), "pmerge --in-turn -");
  // Nothing of the order is left to wait for.
  decision = pipeline({{"pagg", "String_Agg(s, ',' order by s)"}, kSortByKey}).decision();
  EXPECT_TRUE(decision.refusal);
}

TEST(Rules, ManyGroupsArePutTogetherBySeveral) {
  Decision decision = pipeline({{"pagg", "-k", "k", "sum(v)"}, kSortByKey}, kMuch).decision();
  EXPECT_EQ(text(decision.behind), "pexchange --hash -k k -");
  EXPECT_EQ(decision.rows.hashed_by, std::vector<std::string>{"k"});
  EXPECT_EQ(
      text(pipeline({{"pagg", "-k", "k", "sum(v)"}, kSortByKey}, kMuch - 1).decision().behind),
      "pmerge -");
}

TEST(Rules, AHolisticAggregationHasItsRowsByKey) {
  Pipeline rule = pipeline({{"pagg", "-k", "k,g", "median(v)"}, {"psort", "-k", "k,g"}});
  Decision decision = rule.decision();
  EXPECT_EQ(text(decision.before), "pexchange --hash -k k,g -");
  EXPECT_EQ(decision.in_workers->name(), "pagg");
  // Rows that lie by some of its keys lie well, by others they do not.
  EXPECT_FALSE(rule.decision({.in_order = false, .hashed_by = {"g"}}).before);
  EXPECT_TRUE(rule.decision({.in_order = false, .hashed_by = {"g", "x"}}).before);
  EXPECT_TRUE(rule.decision({.in_order = false, .hashed_by = {"x"}}).before);
}

TEST(Rules, ASortIsMergedByItsKeys) {
  Decision decision = pipeline({{"psort", "-k", "a:desc", "-n", "3"}}).decision();
  EXPECT_EQ(text(decision.behind), "pmerge -k a:desc -");
  EXPECT_TRUE(decision.behind_by_parts);
  EXPECT_EQ(decision.after->name(), "phead");
  // Rows that lie by ranges of the keys are only sorted.
  decision = pipeline({{"psort", "-k", "a"}})
                 .decision({.in_order = false, .ranged_by = parse_sort_keys("a")});
  EXPECT_FALSE(decision.behind);
  EXPECT_TRUE(decision.rows.in_order);
}

TEST(Rules, OptionsGoWhereTheyBelong) {
  Decision decision =
      pipeline({{"pagg", "-S", "1M", "-T", "d", "-q", "-t", "csv", "sum(v)"}}).decision();
  std::string local;
  for (const PlanWord& word : decision.in_workers->words())
    local += word.text + " ";
  EXPECT_EQ(local, "pagg --quiet --memory=1M --temp-dir=d --partial sum(v) ");
  std::string final;
  for (const PlanWord& word : decision.after->words())
    final += word.text + " ";
  EXPECT_EQ(final, "pagg --to=csv --quiet --memory=1M --temp-dir=d --final sum(v) ");
}

TEST(Rules, WhatOneProcessMustDo) {
  EXPECT_EQ(pipeline({{"ppartition", "--hash", "-k", "a", "-n", "1", "x"}}).decision().refusal,
            "one process writes the partitions");
  EXPECT_EQ(pipeline({{"pfilter", "a", "f.csv"}}).decision().refusal,
            "the stage has inputs of its own");
  EXPECT_EQ(pipeline({{"pfilter", "-f", "csv", "a"}}).decision().refusal,
            "the stage reads what is not an Arrow stream");
  EXPECT_EQ(pipeline({{"pproject", "-t", "csv", "a"}, {"phead", "-n", "1"}}).decision().refusal,
            "the stage gives text, or a file");
  EXPECT_EQ(pipeline({{"pexchange", "--single"}}).decision().refusal,
            "this exchange is to one worker");
  EXPECT_EQ(pipeline({{"pagg", "median(v)"}}).decision().refusal,
            "an aggregate without halves needs all rows in one place");
  EXPECT_EQ(pipeline({{"pmerge", "-"}}).decision().refusal,
            "a merge without halves needs all rows in one place");
}

TEST(Rules, AWrittenExchangeIsTheExchange) {
  Decision decision = pipeline({{"pexchange", "--hash", "-k", "a,b", "-T", "d"}}).decision();
  EXPECT_EQ(text(decision.before), "pexchange --temp-dir=d --hash -k a,b -");
  EXPECT_FALSE(decision.in_workers);
  EXPECT_FALSE(decision.rows.in_order);
  EXPECT_EQ(decision.rows.hashed_by, (std::vector<std::string>{"a", "b"}));
  decision = pipeline({{"pexchange", "--range", "--merge", "-k", "a:desc"}}).decision();
  EXPECT_EQ(text(decision.before), "pexchange --range --merge -k a:desc -");
  EXPECT_TRUE(decision.before_by_parts);
  EXPECT_TRUE(decision.rows.in_order);
  EXPECT_EQ(to_string(decision.rows.ranged_by), "a:desc");
}

TEST(Rules, AJoinThatHasToKnowAllRightRowsSharesThemOut) {
  Pipeline seen = pipeline({{"pjoin", "--type", "full", "-k", "a=b", "-", "r.csv"}});
  EXPECT_EQ(seen.decision().refusal,
            "right rows without a partner are known only where all rows are");
  Pipeline unseen =
      pipeline({{"pjoin", "--type", "full", "-k", "a=b", "-", "r.csv"}, {"pagg", "count(*)"}});
  Decision decision = unseen.decision();
  EXPECT_EQ(text(decision.before), "pexchange --hash -k a -");
  EXPECT_NE(decision.in_workers->pipeline_of(1), nullptr);
  // Left rows without a partner have nulls for the right keys, wherever they are, and right ones
  // for the left.
  EXPECT_TRUE(decision.rows.hashed_by.empty());
  // The left rows lie by the keys already.
  EXPECT_FALSE(unseen.decision({.in_order = false, .hashed_by = {"a"}}).before);
}

TEST(Rules, WhatIsWorthWorkers) {
  auto worth = [](const Lines& stages) {
    Pipeline rule = pipeline(stages);
    return is_worth_workers({rule.stages, rule.options, rule.bytes});
  };
  EXPECT_FALSE(worth({}));
  EXPECT_FALSE(worth({{"pfilter", "a"}}));
  EXPECT_FALSE(worth({{"phead", "-n", "1"}}));
  EXPECT_FALSE(worth({{"pprint"}}));
  EXPECT_TRUE(worth({{"pfilter", "a"}, {"phead", "-n", "1"}}));
  EXPECT_TRUE(worth({{"pfilter", "a"}, {"pproject", "b"}}));
  EXPECT_TRUE(worth({{"psort", "-k", "a"}}));
  EXPECT_TRUE(worth({{"pagg", "sum(v)"}}));
  EXPECT_FALSE(worth({{"pagg", "median(v)"}}));
  EXPECT_TRUE(worth({{"pexchange", "--single"}}));
}

const std::vector<std::string> kReduce{"preduce", "-k", "k", "--order=t", "-f", "lines", "--", "x"};

TEST(Rules, AReduceIsDividedByRangesOfItsKeysWhereOrderIsKept) {
  Decision decision = pipeline({kReduce}).decision();
  ASSERT_TRUE(decision.in_workers && decision.after);
  EXPECT_EQ(decision.in_workers->name(), "psort");
  EXPECT_EQ(text(decision.behind), "pexchange --range --merge -k k -");
  EXPECT_EQ(to_string(decision.behind->merge), "k,t");
  EXPECT_TRUE(decision.behind_by_parts);
  EXPECT_EQ(decision.after->name(), "preduce");
  EXPECT_TRUE(decision.rows.in_order);
}

TEST(Rules, AReduceIsDividedByHashOfItsKeysElsewhere) {
  for (const Pipeline& one : {pipeline({kReduce}, kMuch), pipeline({kReduce}, 1000, true)}) {
    Decision decision = one.decision();
    EXPECT_EQ(text(decision.behind), "pexchange --hash --merge -k k -");
    EXPECT_EQ(decision.behind_by_parts, one.bytes == kMuch);
    EXPECT_FALSE(decision.rows.in_order);
    EXPECT_TRUE(decision.rows.hashed_by.empty());
  }
  // Rows that lie by some of the keys stay where they are.
  Decision placed = pipeline({kReduce}).decision({.in_order = false, .hashed_by = {"k"}});
  EXPECT_FALSE(placed.behind);
  EXPECT_EQ(placed.in_workers->name(), "preduce");
  // Ranges of the keys and their order may part a key.
  std::vector<SortKey> ranges = parse_sort_keys("k,t");
  EXPECT_TRUE(pipeline({kReduce}).decision({.ranged_by = ranges}).behind);
  EXPECT_FALSE(pipeline({kReduce}).decision({.ranged_by = {ranges[0]}}).behind);
}

TEST(Rules, AReduceWhoseTypesAreInferredRunsOnOneWorker) {
  EXPECT_TRUE(pipeline({{"preduce", "-k", "k", "--", "x"}}).decision().refusal);
}

}  // namespace
}  // namespace penstock
