#include "libcore/table/commit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "libcore/base/error.h"
#include "tests/unit/table/table_test.h"

namespace penstock {
namespace {

class CommitTest : public TableTest {
 protected:
  int64_t unnamed_versions() const {
    int64_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "_delta_log"))
      count += entry.path().filename().string().starts_with(".tmp") ? 1 : 0;
    return count;
  }
};

TEST_F(CommitTest, WritersOfOtherFilesBothWin) {
  make_table({"a", "b"});
  const TableState began = log_.read();
  const CommitOutcome one = commit(log_, began, replacing("a", "c"));
  const CommitOutcome other = commit(log_, began, replacing("b", "d"));
  EXPECT_EQ(one.version, 1);
  EXPECT_EQ(one.rebases, 0);
  EXPECT_EQ(other.version, 2);
  EXPECT_EQ(other.rebases, 1);
  EXPECT_EQ(other.versions_between, 1);
  const CommitOutcome third = commit(log_, began, adding({"e"}));
  EXPECT_EQ(third.version, 3);
  EXPECT_EQ(third.rebases, 1);
  EXPECT_EQ(third.versions_between, 2);
  EXPECT_EQ(paths_at(2), (std::vector<std::string>{"c", "d"}));
  EXPECT_EQ(unnamed_versions(), 0);
  const CommitInfo info = *log_.actions_of(2).info;
  EXPECT_EQ(info.read_version, 0);
  EXPECT_EQ(info.only_adds, false);
}

TEST_F(CommitTest, OneOfTwoWritersOfAFileLoses) {
  make_table({"a"});
  const TableState began = log_.read();
  EXPECT_EQ(commit(log_, began, replacing("a", "b")).version, 1);
  const CommitOutcome lost = commit(log_, began, replacing("a", "c"));
  EXPECT_FALSE(lost.version.has_value());
  EXPECT_EQ(lost.conflict, "'a', whose rows were read, was removed");
  EXPECT_EQ(paths_at(), std::vector<std::string>{"b"});
  EXPECT_EQ(unnamed_versions(), 0);
}

TEST_F(CommitTest, AReaderLosesToWhatItWouldHaveRead) {
  make_table({"a"});
  const TableState began = log_.read();
  commit(log_, began, adding({"b1"}));
  TableChange reader = replacing("a", "c");
  reader.would_have_read = [](const DataFile& file) { return file.path.starts_with("b"); };
  EXPECT_EQ(commit(log_, began, reader).conflict, "'b1' was added, whose rows may be concerned");
  reader.would_have_read = [](const DataFile& file) { return file.path.starts_with("x"); };
  EXPECT_EQ(commit(log_, began, reader).version, 2);
}

TEST_F(CommitTest, AllLoseToOtherColumns) {
  make_table({"a"});
  const TableState began = log_.read();
  TableChange columns = adding({});
  columns.actions.metadata = began.metadata;
  EXPECT_EQ(commit(log_, began, columns).version, 1);
  EXPECT_EQ(commit(log_, began, adding({"b"})).conflict,
            "the table's columns or properties were changed");
}

TEST_F(CommitTest, ATableIsMadeOnce) {
  EXPECT_EQ(make_table({"a"}).version, 0);
  EXPECT_EQ(make_table({"b"}).conflict, "another program has made the table meanwhile");
  EXPECT_EQ(paths_at(), std::vector<std::string>{"a"});
}

TEST_F(CommitTest, GivesUpAfterItsRetries) {
  make_table({});
  const TableState began = log_.read();
  for (int i = 0; i < 3; ++i)
    commit(log_, log_.read(), adding({"f" + std::to_string(i)}));
  const CommitOutcome none = commit(log_, began, adding({"x"}), {.retries = 0});
  EXPECT_EQ(none.conflict, "other writers were faster 1 times");
  EXPECT_EQ(commit(log_, began, adding({"x"}), {.retries = 1}).version, 4);
}

TEST_F(CommitTest, WritersSideBySideLoseNothing) {
  constexpr int kWriters = 8;
  constexpr int kCommits = 50;
  make_table({});
  std::vector<std::vector<int64_t>> rebases(kWriters);
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      const TableLog log(folder_.string());
      for (int i = 0; i < kCommits; ++i) {
        const std::string path = std::to_string(writer) + "-" + std::to_string(i);
        const CommitOutcome outcome =
            commit(log, log.read(), adding({path}), {.retries = 1000, .sync = false});
        ASSERT_TRUE(outcome.version.has_value()) << outcome.conflict;
        rebases[static_cast<size_t>(writer)].push_back(outcome.rebases);
      }
    });
  }
  for (std::thread& writer : writers)
    writer.join();
  std::vector<std::string> paths = paths_at();
  EXPECT_EQ(paths.size(), size_t{kWriters * kCommits});
  std::sort(paths.begin(), paths.end());
  EXPECT_EQ(std::unique(paths.begin(), paths.end()), paths.end());
  EXPECT_EQ(log_.latest(), kWriters * kCommits);
  EXPECT_EQ(unnamed_versions(), 0);
}

TEST_F(CommitTest, WhatIsNoVersionLeavesNoFileThatWasWrittenForIt) {
  make_table({"a"});
  const TableState began = log_.read();
  commit(log_, began, replacing("a", "b"));
  write("owned", "x");
  write("another's", "x");
  TableChange lost = replacing("a", "owned");
  lost.owns_added = true;
  EXPECT_FALSE(commit(log_, began, lost).version.has_value());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "owned"));
  EXPECT_FALSE(commit(log_, began, replacing("a", "another's")).version.has_value());
  EXPECT_TRUE(std::filesystem::exists(folder_ / "another's"));
  TableChange change = adding({"owned"});
  change.owns_added = true;
  write("owned", "x");
  EXPECT_TRUE(commit(log_, log_.read(), change).version.has_value());
  EXPECT_TRUE(std::filesystem::exists(folder_ / "owned"));
  std::filesystem::remove_all(folder_ / "_delta_log");
  EXPECT_THROW(commit(log_, began, change), Error);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "owned"));
}

TEST_F(CommitTest, AVersionThatCouldNotBeReadIsNotMade) {
  make_table({"a"});
  const TableLog log(folder_.string(), {.files = 2});
  const TableState began = log.read();
  EXPECT_EQ(commit(log, began, adding({"b"})).version, 1);
  // The other writer's file counts too.
  write("owned", "x");
  TableChange change = adding({"owned"});
  change.owns_added = true;
  try {
    commit(log, began, change);
    FAIL() << "a third file";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              folder_.string() + ": would have more than 2 files; use ptable --compact");
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "owned"));
  EXPECT_EQ(commit(log, began, replacing("a", "c")).version, 2);
  EXPECT_EQ(paths_at().size(), 2U);
}

TEST_F(CommitTest, ALoserRemovesTheFilesOfAllItsGroups) {
  make_table({"a"});
  const TableState began = log_.read();
  commit(log_, began, replacing("a", "b"));
  TableChange lost = replacing("a", "first");
  lost.actions.added[0].size = 2;
  lost.actions.added[0].groups = {{"first", 1, ""}, {"second", 1, ""}};
  lost.owns_added = true;
  write("first", "x");
  write("second", "x");
  EXPECT_FALSE(commit(log_, began, lost).version.has_value());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "first"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "second"));
}

TEST_F(CommitTest, AnUnwritableLogIsAnError) {
  make_table({});
  const TableState began = log_.read();
  std::filesystem::remove_all(folder_ / "_delta_log");
  EXPECT_THROW(commit(log_, began, adding({"x"})), Error);
}

}  // namespace
}  // namespace penstock
