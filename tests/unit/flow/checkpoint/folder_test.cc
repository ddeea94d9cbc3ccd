#include "libcore/flow/checkpoint/folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

using Numbers = std::vector<int64_t>;

class CheckpointFolderTest : public FolderTest {
 protected:
  std::string path() const { return folder_ / "ck"; }

  CheckpointFolder create() const {
    CheckpointRecord record;
    record.penstock = "0.1";
    record.flow = "pscan a";
    record.workers = 4;
    return CheckpointFolder::create(path(), std::move(record));
  }

  static void make(CheckpointFolder& folder, const TaskAttempt& attempt) {
    std::ofstream(folder.outputs().begin(attempt) + "/data") << attempt.attempt;
    folder.outputs().finish(attempt);
    folder.commit({attempt, {0, attempt.attempt, 0, attempt.task}, attempt.task == 2 ? "b" : ""});
  }

  std::string refusal_when(const std::function<void()>& what) const {
    try {
      what();
    } catch (const Error& error) {
      std::string message = error.message();
      if (message.starts_with(path())) message.replace(0, path().size(), "DIR");
      return message;
    }
    return "";
  }

  std::string refusal_of_open() const {
    return refusal_when([&] { CheckpointFolder::open(path()); });
  }
};

TEST_F(CheckpointFolderTest, KeepsWhatWasCommitted) {
  {
    CheckpointFolder folder = create();
    make(folder, {1, 1, 1});
    make(folder, {1, 2, 3});
    make(folder, {2, 1, 1});
    folder.outputs().begin({2, 2, 1});
    folder.outputs().finish({2, 2, 1});
    folder.outputs().begin({2, 2, 2});
    folder.outputs().remove({1, 1, 1});
    folder.forget(1, 1);
    folder.keep_division(2, {0, 3});
    folder.begin_statement({{}, "ab"});
  }
  CheckpointFolder folder = CheckpointFolder::open(path());
  EXPECT_EQ(folder.record().workers, 4);
  ASSERT_EQ(folder.record().statements.size(), 1U);
  EXPECT_EQ(folder.record().statements[0].plan, "ab");
  EXPECT_EQ(folder.division_of(2), (Numbers{0, 3}));
  EXPECT_EQ(folder.division_of(1), Numbers());
  EXPECT_FALSE(folder.has_ended(0));
  // A commit whose output is gone is for the reader of the outputs to find.
  const std::vector<CommittedTask> all = folder.committed();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].attempt, (TaskAttempt{1, 2, 3}));
  EXPECT_EQ(all[1].refused.lines, 3);
  EXPECT_EQ(all[1].refused.headers, 2);
  EXPECT_EQ(all[0].host, "");
  EXPECT_EQ(all[1].host, "b");
  EXPECT_FALSE(fs::exists(folder.outputs().output_of({1, 1, 1})));
  EXPECT_TRUE(fs::exists(folder.outputs().output_of({1, 2, 3}) + "/data"));
  // What was being written is gone, and what was not committed.
  EXPECT_FALSE(fs::exists(folder.outputs().unfinished({2, 2, 2})));
  EXPECT_FALSE(fs::exists(folder.outputs().output_of({2, 2, 1})));
}

TEST_F(CheckpointFolderTest, ALaterCommitTakesThePlaceOfAnEarlierOne) {
  CheckpointFolder folder = create();
  make(folder, {1, 1, 1});
  make(folder, {1, 1, 2});
  ASSERT_EQ(folder.committed().size(), 1U);
  EXPECT_EQ(folder.committed()[0].attempt.attempt, 2);
  EXPECT_EQ(read("ck/fragment-1/task-1-2/data"), "2");
}

TEST_F(CheckpointFolderTest, ATornOrDamagedCommitIsPassedOver) {
  {
    CheckpointFolder folder = create();
    make(folder, {1, 1, 1});
    make(folder, {1, 2, 1});
    make(folder, {1, 3, 1});
  }
  std::string text = read("ck/commits");
  const size_t second = text.find('\n') + 1;
  text[second] = text[second] == '0' ? '1' : '0';
  write("ck/commits", text.substr(0, text.size() - 3));
  {
    CheckpointFolder folder = CheckpointFolder::open(path());
    ASSERT_EQ(folder.committed().size(), 1U);
    make(folder, {1, 3, 2});
  }
  CheckpointFolder folder = CheckpointFolder::open(path());
  ASSERT_EQ(folder.committed().size(), 2U);
  EXPECT_EQ(folder.committed()[1].attempt, (TaskAttempt{1, 3, 2}));
}

TEST_F(CheckpointFolderTest, KeepsTheRecordAloneInTheEnd) {
  {
    CheckpointFolder folder = create();
    make(folder, {1, 1, 1});
    folder.end_statement(0);
    folder.outputs().remove_all();
    EXPECT_FALSE(fs::exists(folder.outputs().output_of({1, 1, 1})));
  }
  EXPECT_TRUE(CheckpointFolder::open(path()).has_ended(0));
}

TEST_F(CheckpointFolderTest, RefusesADirectoryOfAnything) {
  {
    CheckpointFolder folder = create();
    EXPECT_EQ(refusal_of_open(), "DIR: another pflow is running with this directory");
    EXPECT_EQ(refusal_when([&] { create(); }),
              "DIR: holds a run already; go on with it by --resume=" + path() +
                  ", or name another directory");
  }
  fs::remove_all(path());
  EXPECT_EQ(refusal_of_open(), "DIR: holds no run with checkpoints");
  fs::create_directory(path());
  write("ck/mine", "");
  EXPECT_EQ(refusal_when([&] { create(); }),
            "DIR: is not empty; a run with checkpoints needs a directory of its own");
  fs::remove_all(path());
  write("ck", "");
  EXPECT_EQ(refusal_when([&] { create(); }), "DIR/lock: create: Not a directory");
}

TEST_F(CheckpointFolderTest, RefusesADamagedRecord) {
  { create(); }
  const std::string json = read("ck/flow.json");
  write("ck/flow.json", json.substr(1));
  EXPECT_NE(refusal_of_open().find("is not what was written of a run"), std::string::npos);
  std::string none = json;
  none.replace(none.find("\"workers\":4"), 11, "\"workers\":0");
  write("ck/flow.json", none);
  EXPECT_NE(refusal_of_open().find("'workers' is not 1 to 1024"), std::string::npos);
}

}  // namespace
}  // namespace penstock
