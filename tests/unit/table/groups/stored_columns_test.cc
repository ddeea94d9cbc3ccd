#include "libcore/table/groups/stored_columns.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "libcore/base/error.h"
#include "libcore/table/upkeep/check.h"
#include "tests/unit/table/made_table_test.h"

namespace penstock {
namespace {

constexpr const char* kRows = "k,v,w,x\n1,a,10,p\n2,b,20,q\n3,c,30,r\n4,d,40,s\n";

// The table T of the groups (k, v), (w) and the others, in one data file.
class StoredColumnsTest : public MadeTableTest {
 protected:
  void SetUp() override {
    MadeTableTest::SetUp();
    TableLayout layout;
    layout.groups = {{"k", "v"}, {"w"}};
    make(kRows, layout);
  }

  std::vector<GroupFile> files() const { return files_of(TableLog(path("T")).read().files[0]); }
  std::string file(size_t number) const { return path("T") + "/" + files()[number].path; }
  void remove(size_t number) const { std::filesystem::remove(file(number)); }

  std::string columns(const std::vector<std::string>& names, const std::string& condition = "") {
    ScanOptions options;
    options.text.columns = ColumnList(names);
    options.where.text = condition;
    return scan(options);
  }

  std::string refusal(const std::vector<std::string>& names) {
    try {
      columns(names);
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  }
};

TEST_F(StoredColumnsTest, AllRowsAndColumnsComeBack) {
  ASSERT_EQ(files().size(), 3U);
  EXPECT_EQ(scan(), "1,a,10,p\n2,b,20,q\n3,c,30,r\n4,d,40,s\n");
  EXPECT_EQ(columns({"x", "k"}), "p,1\nq,2\nr,3\ns,4\n");
  EXPECT_EQ(columns({"x"}, "w >= 30 and v <> 'd'"), "r\n");
  EXPECT_EQ(columns({"v"}, "k = 2"), "b\n");
  EXPECT_EQ(where("w = 99"), "");
}

TEST_F(StoredColumnsTest, OnlyTheFilesOfUsedColumnsAreOpened) {
  remove(1);
  EXPECT_EQ(columns({"v", "k"}, "k > 2"), "c,3\nd,4\n");
  EXPECT_EQ(columns({"x"}, "k > 2"), "r\ns\n");
  EXPECT_NE(refusal({"w"}).find(files()[1].path + ": of version 0 of the table: No such file"),
            std::string::npos)
      << refusal({"w"});
  remove(0);
  EXPECT_EQ(columns({"x"}), "p\nq\nr\ns\n");
}

TEST_F(StoredColumnsTest, ProgressIsThatOfWholeDataFiles) {
  const auto read = [&](const std::vector<std::string>& names) {
    ScanOptions options;
    options.text.columns = ColumnList(names);
    double bytes = 0;
    options.on_read = [&](int64_t more) { bytes += static_cast<double>(more); };
    scan(options);
    double all = 0;
    for (const GroupFile& file : files())
      all += static_cast<double>(file.size);
    return bytes / all;
  };
  EXPECT_GT(read({"w"}), 0.1);
  EXPECT_LT(read({"w"}), 1.0);
  EXPECT_GT(read({"w", "k", "x"}), 0.1);
  EXPECT_LT(read({"w", "k", "x"}), 1.0);
}

TEST_F(StoredColumnsTest, AFileOfAnotherSizeIsRefused) {
  std::ofstream(file(1), std::ios::app) << "x";
  EXPECT_EQ(columns({"v"}), "a\nb\nc\nd\n");
  EXPECT_NE(refusal({"v", "w"}).find("it was changed, or not written whole"), std::string::npos);
}

TEST_F(StoredColumnsTest, AFileUnderTheNameOfAnotherIsRefused) {
  const std::string kept = file(1);
  const std::string name = files()[1].path;
  const std::string size = std::to_string(files()[1].size);
  TableLayout layout;
  layout.groups = {{"k", "v"}, {"w"}};
  make("k,v,w,x\n1,a,11,p\n2,b,21,q\n3,c,31,r\n4,d,41,s\n", layout, {}, true);
  ASSERT_EQ(std::to_string(files()[1].size), size);
  std::filesystem::copy_file(kept, file(1), std::filesystem::copy_options::overwrite_existing);
  const std::string expected =
      "is the data file " + name.substr(0, name.size() - 6) + " under another name";
  EXPECT_NE(refusal({"w"}).find(expected), std::string::npos) << refusal({"w"});
  EXPECT_NE(refusal({"k", "w"}).find(expected), std::string::npos);
  std::string told;
  const TableCheck found =
      check_table(TableLog(path("T")), {}, [&](const std::string& message) { told += message; });
  EXPECT_EQ(found.files, 3);
  EXPECT_EQ(found.damaged, 1);
  EXPECT_NE(told.find("has the checksum"), std::string::npos) << told;
}

TEST_F(StoredColumnsTest, EachFileIsCheckedAndKnown) {
  const auto check = [&] {
    return check_table(TableLog(path("T")), {}, [](const std::string&) {});
  };
  EXPECT_EQ(check().files, 3);
  EXPECT_EQ(check().unnamed, 0);
  EXPECT_EQ(check().damaged, 0);
  EXPECT_EQ(check().bytes, TableLog(path("T")).read().files[0].size);
  remove(2);
  EXPECT_EQ(check().damaged, 1);
}

}  // namespace
}  // namespace penstock
