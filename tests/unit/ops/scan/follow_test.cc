#include "libcore/ops/scan/follow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/value_text.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class FollowTest : public FolderTest {
 protected:
  void append(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::app) << bytes;
  }

  // The next so many values of the first column, sorted, as text.
  static std::vector<std::string> take(Operator& rows, size_t count) {
    std::vector<std::string> values;
    while (values.size() < count) {
      Batch batch = *rows.next();
      for (int64_t row = 0; row < batch.rows; ++row)
        append_text(values.emplace_back(), *batch.columns[0], row);
    }
    std::sort(values.begin(), values.end());
    return values;
  }
};

using Values = std::vector<std::string>;

TEST_F(FollowTest, RowsComeWhenTheyAreWritten) {
  const std::string log = write("log.csv", "n,w\n1,a\n");
  OperatorPtr rows = open_follow({log}, {});
  EXPECT_EQ(take(*rows, 1), Values{"1"});
  append("log.csv", "2,b\n3,c\n4");
  EXPECT_EQ(take(*rows, 2), (Values{"2", "3"}));
  append("log.csv", "4,d\n");
  EXPECT_EQ(take(*rows, 1), Values{"44"});
}

TEST_F(FollowTest, TheFileThatTakesTheNameIsReadFromItsBeginning) {
  const std::string log = write("log.csv", "n\n1\n");
  OperatorPtr rows = open_follow({log}, {});
  EXPECT_EQ(take(*rows, 1), Values{"1"});
  std::filesystem::rename(log, folder_ / "log.csv.1");
  append("log.csv.1", "2");  // its last line has no end
  write("log.csv", "n\n3\n");
  EXPECT_EQ(take(*rows, 2), (Values{"2", "3"}));
  std::filesystem::rename(log, folder_ / "log.csv.1");
  write("log.csv", "other\n3\n");
  EXPECT_THROW(rows->next(), Error);
}

TEST_F(FollowTest, SeveralFilesHaveOneSchema) {
  std::vector<std::string> logs = {write("a.csv", "n\n1\n"), write("b.csv", ""),
                                   write("c.csv", "n\n2.5\n")};
  OperatorPtr rows = open_follow(logs, {});
  EXPECT_EQ((*rows->schema())[0].type->id, TypeId::kFloat64);
  EXPECT_EQ(take(*rows, 2), (Values{"1", "2.5"}));
  append("b.csv", "n\n3\n");
  append("c.csv", "4\n");
  EXPECT_EQ(take(*rows, 2), (Values{"3", "4"}));
  std::filesystem::resize_file(logs[0], 2);
  EXPECT_THROW(rows->next(), Error);
}

TEST_F(FollowTest, RowsHaveTheNameThatIsFollowed) {
  const std::string log = write("log.csv", "n\n1\n");
  const std::string other = write("other.csv", "");
  ScanOptions options;
  options.file_column = "f";
  for (const std::vector<std::string>& logs : {Values{log}, Values{log, other}}) {
    options.text.columns = ColumnList::parse("f");
    OperatorPtr rows = open_follow(logs, options);
    EXPECT_EQ(rows->schema()->names(), Values{"f"});
    EXPECT_EQ(take(*rows, 1), Values{log});
    std::filesystem::rename(log, folder_ / "log.csv.1");
    write("log.csv", "n\n2\n");
    EXPECT_EQ(take(*rows, 1), Values{log});
    if (logs.size() == 1) continue;
    append("other.csv", "n\n3\n");
    EXPECT_EQ(take(*rows, 1), Values{other});
  }
  options.text.columns.reset();
  options.where = {"f like '%other%'"};
  OperatorPtr rows = open_follow({log, other}, options);
  EXPECT_EQ(rows->schema()->names(), (Values{"n", "f"}));
  EXPECT_EQ(take(*rows, 1), Values{"3"});
  options.file_column = "n";
  EXPECT_THROW(open_follow({log, other}, options), Error);
}

// Every file is empty at the beginning.
TEST_F(FollowTest, NamesDoNotChangeWhichTypesAreGuessed) {
  const std::string log = write("log.csv", "");
  ScanOptions options;
  options.file_column = "f";
  std::thread writer([&] { append("log.csv", "n\n1.5\n"); });
  OperatorPtr rows = open_follow({log}, options);
  writer.join();
  EXPECT_EQ((*rows->schema())[0].type->id, TypeId::kFloat64);
  EXPECT_EQ(rows->schema()->size(), 2U);
  EXPECT_EQ(take(*rows, 1), Values{"1.5"});
}

TEST_F(FollowTest, TooManyFilesAreRefused) {
  const std::string log = write("log.csv", "n\n1\n");
  std::vector<std::string> logs(kMaxFollowedFiles, log);
  EXPECT_EQ(take(*open_follow(logs, {}), logs.size()), Values(logs.size(), "1"));
  logs.push_back(log);
  EXPECT_THROW(open_follow(logs, {}), Error);
}

}  // namespace
}  // namespace penstock
