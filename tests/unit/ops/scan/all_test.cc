// Several operands read as one input.
#include <gtest/gtest.h>

#include "libcore/ops/scan/scan.h"
#include "tests/unit/folder_test.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::error_of;

class ScanAllTest : public FolderTest {
 protected:
  void SetUp() override { options_.threads = false; }

  std::string types(const std::vector<std::string>& operands) {
    std::string text;
    SchemaPtr schema = open_scan(operands, options_)->schema();
    for (const Field& field : schema->fields())
      text += (text.empty() ? "" : " ") + field.name + ":" + field.type->to_string();
    return text;
  }

  std::vector<std::string> rows(const std::vector<std::string>& operands) {
    OperatorPtr scan = open_scan(operands, options_);
    return testing::run(*scan).rows;
  }

  ScanOptions options_;
};

TEST_F(ScanAllTest, ColumnsAreAsWideAsTheValuesOfAllFiles) {
  struct {
    const char* one;
    const char* other;
    const char* both;
  } cases[] = {{"1", "2", "int64"},         {"1", "2.5", "float64"},      {"1", "x", "utf8"},
               {"2024-01-01", "1", "utf8"}, {"", "2024-01-01", "date32"}, {"true", "false", "bool"},
               {"true", "1", "utf8"}};
  for (const auto& [one, other, both] : cases) {
    std::string a = write("a.csv", std::string("v,n\n") + one + ",1\n");
    std::string b = write("b.csv", std::string("v,n\n") + other + ",2\n");
    std::string expected = std::string("v:") + both + " n:int64";
    EXPECT_EQ(types({a, b}), expected) << one << " and " << other;
    EXPECT_EQ(types({b, a}), expected) << other << " and " << one;
    EXPECT_EQ(rows({a, b}).size(), 2U);
  }
}

TEST_F(ScanAllTest, RowsComeFileAfterFile) {
  std::string a = write("a.csv", "v\n1\n2\n");
  std::string none = write("none.csv", "v\n");
  std::string b = write("b.csv", "v\n3.5\n");
  EXPECT_EQ(rows({a, none, b, a}), (std::vector<std::string>{"1", "2", "3.5", "1", "2"}));
}

TEST_F(ScanAllTest, TheKeysOfJsonFilesAreBroughtTogether) {
  std::string a = write("a.ndjson", "{\"x\":1}\n");
  std::string b = write("b.ndjson", "{\"y\":\"t\",\"x\":2.5}\n");
  EXPECT_EQ(types({a, b}), "x:float64 y:utf8");
  EXPECT_EQ(rows({a, b}), (std::vector<std::string>{"1|null", "2.5|t"}));
}

TEST_F(ScanAllTest, ColumnsThatDifferAreSaidBeforeAnyRowIsRead) {
  std::string a = write("a.csv", "x,y\n1,2\n");
  for (const char* text : {"x\n1\n", "x,z\n1,2\n", "y,x\n1,2\n"}) {
    std::string b = write("b.csv", text);
    std::string error = error_of([&] { open_scan(std::vector<std::string>{a, b}, options_); });
    EXPECT_EQ(error.find(b + ": "), 0U) << error;
    EXPECT_NE(error.find(a), std::string::npos) << error;
  }
}

TEST_F(ScanAllTest, TheNameOfTheInputIsTheLastColumn) {
  std::string a = write("a.csv", "v\n1\n2\n");
  std::string b = write("b.csv", "v\n3\n");
  options_.file_column = "f";
  EXPECT_EQ(types({a, b}), "v:int64 f:utf8");
  EXPECT_EQ(rows({a, b}), (std::vector<std::string>{"1|" + a, "2|" + a, "3|" + b}));
  options_.text.columns = ColumnList{"f", "v"};
  options_.where = "v > 1";
  EXPECT_EQ(rows({a, b}), (std::vector<std::string>{a + "|2", b + "|3"}));
  options_.text.columns = ColumnList::parse("!f");
  options_.where = "f like '%b.csv'";
  EXPECT_EQ(rows({a, b}), (std::vector<std::string>{"3"}));
  EXPECT_EQ(rows({b}), (std::vector<std::string>{"3"}));
  options_.text.columns = ColumnList::parse("!x");
  EXPECT_EQ(error_of([&] { open_scan(a, options_); }),
            "--columns: unknown column 'x'; the columns are v, f");
  options_.text.columns.reset();
  options_.where = {};
  options_.file_column = "v";
  EXPECT_EQ(error_of([&] { open_scan(a, options_); }),
            "--file-name: the input has a column 'v' of its own; choose another name");
}

TEST_F(ScanAllTest, ColumnsAreUnitedByName) {
  std::string a = write("a.csv", "v,w\n1,x\n");
  std::string b = write("b.csv", "u,v\n2024-01-01,2.5\n");
  std::string c = write("c.ndjson", "{\"w\":5,\"t\":[1]}\n");
  options_.union_by_name = true;
  EXPECT_EQ(types({a, b}), "v:float64 w:utf8 u:date32");
  EXPECT_EQ(rows({a, b}), (std::vector<std::string>{"1|x|null", "2.5|null|2024-01-01"}));
  EXPECT_EQ(types({a, b, c}), "v:float64 w:utf8 u:date32 t:list<int64>");
  options_.text.columns = ColumnList{"u", "w"};
  options_.where = "v is null or v > 2";
  EXPECT_EQ(rows({a, b, c}), (std::vector<std::string>{"2024-01-01|null", "null|5"}));
  options_.text.columns.reset();
  options_.where = {};
  options_.text.schema = make_schema({{"v", utf8_type(), true, {}}, {"w", utf8_type(), true, {}}});
  EXPECT_EQ(types({a, c}), "v:utf8 w:utf8");
  EXPECT_NE(error_of([&] { rows({a, b}); }).find("'u'"), std::string::npos);
}

// Part I of N of all files: one after the other they are the files one after the other.
TEST_F(ScanAllTest, PartsOfAllFilesAreTheFilesInOrder) {
  std::vector<std::string> operands;
  std::vector<std::string> expected;
  for (int number = 0; number < 3; ++number) {
    std::string text = "v\n";
    for (int row = 0; row < 40 * number + 1; ++row) {
      expected.push_back(std::to_string(number * 1000 + row));
      text += expected.back() + "\n";
    }
    operands.push_back(write(std::to_string(number) + ".csv", text));
  }
  for (int64_t parts : {1, 2, 3, 5}) {
    std::vector<std::string> all;
    for (int64_t part = 1; part <= parts; ++part) {
      options_.text.partition = part;
      options_.text.partitions = parts;
      std::vector<std::string> some = rows(operands);
      all.insert(all.end(), some.begin(), some.end());
    }
    EXPECT_EQ(all, expected) << parts << " parts";
  }
}

}  // namespace
}  // namespace penstock
