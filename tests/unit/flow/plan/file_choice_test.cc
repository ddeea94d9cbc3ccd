#include "libcore/flow/plan/file_choice.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

#include "tests/unit/folder_test.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

// Plans of four tasks, or of two workers.
class FileChoice : public FolderTest {
 protected:
  void SetUp() override {
    std::filesystem::current_path(folder_);
    write("t.csv", "id,k,v\n1,a,1.5\n2,b,2.5\n");  // 23 bytes
    write("right.csv", "k,m\na,1\n");              // 8
  }
  void TearDown() override { std::filesystem::current_path(before_); }

  static Flow flow_of(const std::string& text) {
    return parse_flow(text, [](const std::string&) { return std::nullopt; });
  }

  PlanStatement plan(const std::string& text, int64_t least_bytes = 23) {
    PlanOptions options;
    options.workers = 4;
    options.over_files = TaskCut{.piped_workers = 2, .least_bytes = least_bytes};
    options.tools = stage_registry();
    options.note = [this](const std::string&) { ++notes_; };
    const Flow flow = flow_of(text);
    return plan_statement(flow, flow.statements[0], options);
  }

  int notes_ = 0;
  std::filesystem::path before_ = std::filesystem::current_path();
};

TEST_F(FileChoice, EachFileIsCountedOnce) {
  const Flow flow = flow_of("pscan t.csv t.csv | pjoin -k k <(pscan right.csv | pfilter 'm > 0')");
  EXPECT_EQ(named_bytes(flow.statements[0]), 31);
  EXPECT_EQ(why_too_small(flow.statements[0], 31), "");
  EXPECT_EQ(why_too_small(flow.statements[0], 32), "the files that it names have less than 0 MiB");
  EXPECT_EQ(named_bytes(flow_of("cat missing .").statements[0]), 0);
}

TEST_F(FileChoice, WhatIsWorthItIsOverFiles) {
  for (const char* text : {
           "pscan t.csv | pagg 'sum(v)'",
           "pscan t.csv | psort -k v | pprint",
           "pscan t.csv | pjoin -k k right.csv",
           "pscan t.csv | pexchange --hash -k k - | pagg -k k 'median(v)'",
           "pscan t.csv | papply -f lines 'tr a b'",
           // What all read is a file of its own.
           "pscan t.csv | pfilter 'v > 0' | pjoin --type cross <(cat t.csv)",
       }) {
    const PlanStatement statement = plan(text);
    EXPECT_TRUE(statement.is_over_files) << text;
    EXPECT_EQ(statement.hosts[kThisHost].slots, 4);
  }
  EXPECT_EQ(plan("pscan t.csv | pagg 'sum(v)'").reason,
            "what pagg does would be lost without them");
}

TEST_F(FileChoice, WhatIsSoonDoneAgainGoesThroughPipes) {
  for (const char* text : {
           "pscan t.csv",
           "pscan t.csv | pproject 'v + 1 as w'",
           "pscan t.csv | pproject 'v + 1 as w' | phead -n 3",
           // All that costs more is in the last fragment.
           "pscan t.csv | pproject 'v + 1 as w' | cat",
           "cat t.csv",
       }) {
    const PlanStatement statement = plan(text);
    EXPECT_FALSE(statement.is_over_files) << text;
    EXPECT_EQ(statement.hosts[kThisHost].slots, 2);
    EXPECT_EQ(statement.reason,
              "no files would keep what a sort, an aggregation, a join or a command does");
  }
}

TEST_F(FileChoice, SmallInputsGoThroughPipes) {
  const PlanStatement statement = plan("pscan t.csv | pagg 'sum(v)'", int64_t{3} << 20);
  EXPECT_FALSE(statement.is_over_files);
  EXPECT_EQ(statement.reason, "the files that it names have less than 3 MiB");
  EXPECT_EQ(statement.pipeline.fragments[0].division, Division::kChunks);
  EXPECT_EQ(statement.pipeline.fragments[1].edge->medium, EdgeMedium::kPipe);
}

TEST_F(FileChoice, NotesAreGivenOnce) {
  plan("pscan t.csv | cat");
  EXPECT_EQ(notes_, 1);
}

}  // namespace
}  // namespace penstock
