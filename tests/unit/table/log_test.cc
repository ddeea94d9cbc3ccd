#include "libcore/table/log.h"

#include <gtest/gtest.h>

#include <functional>

#include "libcore/base/error.h"
#include "libcore/table/checkpoint/write.h"
#include "tests/unit/parquet_of_build.h"
#include "tests/unit/table/table_test.h"

namespace penstock {
namespace {

using Paths = std::vector<std::string>;

class TableLogTest : public TableTest {
 protected:
  std::string message_of(const std::function<void()>& call) const {
    try {
      call();
    } catch (const Error& error) {
      std::string message = error.message();
      const size_t at = message.find(folder_.string());
      if (at != message.npos) message.replace(at, folder_.string().size(), "T");
      return message;
    }
    return "";
  }
};

TEST_F(TableLogTest, HasTheFilesOfEachVersion) {
  make_table({"a", "b"});
  commit(log_, log_.read(), adding({"c"}));
  commit(log_, log_.read(), replacing("a", "d"));
  EXPECT_EQ(paths_at(0), (Paths{"a", "b"}));
  EXPECT_EQ(paths_at(1), (Paths{"a", "b", "c"}));
  EXPECT_EQ(paths_at(), (Paths{"b", "c", "d"}));
  EXPECT_EQ(log_.latest(), 2);
  EXPECT_EQ(log_.versions(), (std::vector<int64_t>{0, 1, 2}));
  EXPECT_EQ(log_.read().removed.count("a"), 1U);
  EXPECT_TRUE(TableLog::is_table(folder_));
}

TEST_F(TableLogTest, FaultsNameWhereTheyAre) {
  EXPECT_EQ(message_of([&] { log_.read(); }), "T: is not a table: it has no version");
  EXPECT_FALSE(TableLog::is_table(folder_));
  make_table({});
  commit(log_, log_.read(), adding({"a"}));
  EXPECT_EQ(message_of([&] { log_.read(2); }), "T: there is no version 2; the latest is 1");
  EXPECT_EQ(message_of([&] { log_.read(-1); }), "T: there is no version -1; the latest is 1");
  write("_delta_log/00000000000000000001.json", "{\"add\":{}}\n");
  EXPECT_EQ(message_of([&] { log_.read(); }),
            "T/_delta_log/00000000000000000001.json: line 1: 'path' is missing");
  write("_delta_log/00000000000000000002.json", "");
  std::filesystem::remove(log_.version_file(1));
  EXPECT_EQ(message_of([&] { log_.read(); }), "T: version 1 is missing");
  EXPECT_EQ(message_of([&] { log_.read(0); }), "");
  write("_delta_log/00000000000000000000.json", "{}\n");
  EXPECT_EQ(message_of([&] { log_.read(0); }), "T: no version says what columns it has (metaData)");
}

TEST_F(TableLogTest, AFileIsAddedOnce) {
  make_table({});
  write("_delta_log/00000000000000000001.json", encode_actions(adding({"a", "a"}).actions));
  EXPECT_EQ(message_of([&] { log_.read(); }),
            "T/_delta_log/00000000000000000001.json: the file 'a' is added twice");
}

TEST_F(TableLogTest, AVersionHasSoManyFilesAtMost) {
  make_table({"a", "b"});
  commit(log_, log_.read(), replacing("b", "c"));
  EXPECT_EQ(TableLog(folder_, {.files = 2}).read().files.size(), 2U);
  // Also where a later version has fewer.
  EXPECT_EQ(message_of([&] { TableLog(folder_, {.files = 1}).read(); }),
            "T/_delta_log/00000000000000000000.json: the table has more than 1 files");
  EXPECT_EQ(TableLog(folder_).limits().files, kMaxTableFiles);
}

TEST_F(TableLogTest, SoManyVersionsAreReadAtMost) {
  make_table({"a"});
  commit(log_, log_.read(), adding({"b"}));
  commit(log_, log_.read(), adding({"c"}));
  EXPECT_EQ(TableLog(folder_, {.versions_read = 3}).read().version, 2);
  const TableLog fewer(folder_, {.versions_read = 2});
  EXPECT_EQ(message_of([&] { fewer.read(); }), "T: more than 2 versions would be read");
  EXPECT_EQ(fewer.read(1).version, 1);
  EXPECT_EQ(TableLog(folder_).limits().versions_read, kMaxVersionsRead);
}

TEST_F(TableLogTest, LimitsHoldWhereACheckpointIsRead) {
  make_table({"a", "b"});
  commit(log_, log_.read(), adding({"c"}));
  if (!testing::use_parquet_of_build()) GTEST_SKIP() << "built without Parquet";
  write_checkpoint(log_, 1, Sync::kNo);
  commit(log_, log_.read(), replacing("a", "d"));
  // Only what follows the checkpoint is read one by one.
  EXPECT_EQ(TableLog(folder_, {.files = 3, .versions_read = 1}).read().files.size(), 3U);
  EXPECT_EQ(message_of([&] { TableLog(folder_, {.versions_read = 0}).read(); }),
            "T: more than 0 versions would be read");
  std::filesystem::remove(log_.version_file(0));
  const std::string message = message_of([&] { TableLog(folder_, {.files = 2}).read(); });
  EXPECT_TRUE(message.starts_with("T: the versions before 1 are only in a checkpoint: "));
  EXPECT_TRUE(message.ends_with("the table has more than 2 files")) << message;
}

TEST_F(TableLogTest, OtherNamesAreNotVersions) {
  make_table({"a"});
  for (const char* name : {"_last_checkpoint", "1.json", "0000000000000000000x.json",
                           "00000000000000000001.json.tmp", ".tmp-1.json"}) {
    write(std::string("_delta_log/") + name, "not JSON");
  }
  EXPECT_EQ(paths_at(), Paths{"a"});
}

TEST_F(TableLogTest, FindsTheVersionOfATime) {
  make_table({});
  for (const int64_t time : {2000, 3000}) {
    TableChange change = adding({});
    change.actions.info->timestamp = time;
    write("_delta_log/0000000000000000000" + std::to_string(time / 1000 - 1) + ".json",
          encode_actions(change.actions));
  }
  const int64_t made = *log_.read(0).timestamp;
  EXPECT_EQ(log_.version_at(2999), 1);
  EXPECT_EQ(log_.version_at(made), 2);
  EXPECT_EQ(message_of([&] { log_.version_at(1999); }), "T: all versions are later than that time");
}

}  // namespace
}  // namespace penstock
