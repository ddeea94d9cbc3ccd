#include "libcore/flow/plan/file_edges.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/folder_test.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

// Plans of four tasks.
class FileEdges : public FolderTest {
 protected:
  void SetUp() override {
    std::filesystem::current_path(folder_);
    write("t.csv", "id,k,g,v\n1,a,x,1.5\n2,b,y,2.5\n3,a,x,3.5\n");
  }
  void TearDown() override { std::filesystem::current_path(before_); }

  // So much that not every worker should have it.
  void write_right(const std::string& header) const {
    std::string rows = header;
    while (rows.size() < (66U << 20U))
      rows += "a,1,some forty bytes of text for a large file\n";
    write("right.csv", rows);
  }

  PlanPipeline plan(const std::string& text, int64_t most_bytes = TaskCut().most_bytes) const {
    PlanOptions options;
    options.workers = 4;
    options.over_files = TaskCut{most_bytes};
    options.tools = stage_registry();
    const Flow flow = parse_flow(text, [](const std::string&) { return std::nullopt; });
    PlanStatement statement = plan_statement(flow, flow.statements[0], options);
    EXPECT_TRUE(statement.is_over_files);
    return std::move(statement.pipeline);
  }

  static const PlanPipeline& operand_of(const PlanFragment& fragment) {
    return *fragment.stages[0].pipelines.begin()->second;
  }

  std::filesystem::path before_ = std::filesystem::current_path();
};

TEST_F(FileEdges, EachEdgeIsFilesAndEachScanIsDividedByParts) {
  const PlanPipeline pipeline = plan("pscan t.csv | pagg -k k 'sum(v) as s' | psort -k k");
  ASSERT_EQ(pipeline.fragments.size(), 2U);
  EXPECT_EQ(pipeline.fragments[0].division, Division::kParts);
  EXPECT_EQ(pipeline.fragments[0].workers, 4);
  EXPECT_EQ(pipeline.fragments[1].edge->medium, EdgeMedium::kFile);
}

TEST_F(FileEdges, AScanOfManyBytesHasMoreTasks) {
  const PlanPipeline pipeline = plan("pscan t.csv | pagg 'sum(v) as s'", 8);
  EXPECT_EQ(pipeline.fragments[0].workers, 5);
}

TEST_F(FileEdges, RangesAreGatheredFirst) {
  const PlanPipeline pipeline =
      plan("pscan t.csv | psort -k v | pexchange --range --merge -k v - | pagg -k v 'count(*)'");
  ASSERT_GE(pipeline.fragments.size(), 3U);
  const PlanFragment& all = pipeline.fragments[1];
  EXPECT_EQ(all.workers, 1);
  EXPECT_TRUE(all.stages.empty());
  EXPECT_EQ(all.edge->kind, Edge::Kind::kGather);
  EXPECT_EQ(to_string(all.edge->merge), "v");
  EXPECT_EQ(pipeline.fragments[2].edge->how.kind, PartitionKind::kRange);
}

TEST_F(FileEdges, HeavyKeysAreNotSpreadButTheirPartitionMayBeSplit) {
  write_right("k,m,note\n");
  const PlanPipeline pipeline = plan(
      "pscan t.csv | pjoin -k k right.csv | pfilter 'm > 0' | pagg -k g 'sum(m) as s' | "
      "psort -k g");
  ASSERT_GE(pipeline.fragments.size(), 2U);
  const PlanFragment& join = pipeline.fragments[1];
  EXPECT_EQ(join.edge->kind, Edge::Kind::kShare);
  EXPECT_EQ(join.edge->how.kind, PartitionKind::kHash);
  EXPECT_EQ(join.edge->spread, "");
  ASSERT_FALSE(join.stages[0].pipelines.empty());
  const PlanPipeline& right = operand_of(join);
  EXPECT_EQ(right.fragments.front().division, Division::kParts);
  EXPECT_EQ(right.fragments.back().edge->medium, EdgeMedium::kFile);
  EXPECT_EQ(right.fragments.back().edge->spread, "");
  EXPECT_FALSE(right.fragments.back().edge->how.is_second_input);
  EXPECT_TRUE(can_split_partitions(join));
  EXPECT_NE(join.edge->reason.find("large ones by several tasks"), std::string::npos);
}

TEST_F(FileEdges, WhatNeedsAllRowsOfAKeyIsNotSplit) {
  // A full join has the right rows without a partner once.
  const PlanPipeline full = plan(
      "pscan t.csv | pjoin --type full -k k <(pscan t.csv | pagg -k k 'max(v) as m') | "
      "pagg 'count(*)'");
  ASSERT_EQ(full.fragments[1].edge->kind, Edge::Kind::kShare);
  EXPECT_FALSE(can_split_partitions(full.fragments[1]));
  const PlanPipeline median =
      plan("pscan t.csv | pexchange --hash -k k - | pagg -k k 'median(v) as m' | psort -k k");
  EXPECT_FALSE(can_split_partitions(median.fragments[1]));
  EXPECT_NE(median.fragments[1].edge->reason.find("small partitions are read together"),
            std::string::npos);
  // Somebody may count on the keys that were asked for.
  const PlanPipeline command =
      plan("pscan t.csv | pexchange --hash -k k - | papply -f lines -- cat | pagg 'count(*)'");
  EXPECT_FALSE(can_split_partitions(command.fragments[1]));
}

TEST_F(FileEdges, PlacesOfAGridStayAsTheyAre) {
  write_right("other,m,note\n");
  const PlanPipeline pipeline =
      plan("pscan t.csv | pjoin --type cross right.csv | pagg 'count(*) as n, sum(m) as s'");
  ASSERT_GE(pipeline.fragments.size(), 2U);
  const PlanFragment& join = pipeline.fragments[1];
  ASSERT_EQ(join.edge->how.kind, PartitionKind::kGrid);
  ASSERT_FALSE(join.stages[0].pipelines.empty());
  EXPECT_FALSE(can_join_partitions(*join.edge));
  EXPECT_FALSE(can_split_partitions(join));
  EXPECT_TRUE(operand_of(join).fragments.back().edge->how.is_second_input);
}

}  // namespace
}  // namespace penstock
