#include "libcore/table/index/look_up.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "libcore/base/error.h"
#include "tests/unit/table/index/index_test.h"

namespace penstock {
namespace {

using LookUpTest = IndexTest;

TEST_F(LookUpTest, AKeyIsReadFromTheFilesThatHaveIt) {
  make(kIndexedRows, in_turn(4));
  index({"v"});
  EXPECT_EQ(where("v = 'e'"), "5,e\n");
  EXPECT_EQ(reported(), "read 1 of 4 partitions, 1 of 4 batches, by the index v");
  EXPECT_EQ(where("v = 'ea'"), "");
  EXPECT_EQ(reported(), "read 0 of 4 partitions, 0 of 4 batches, by the index v");
  EXPECT_EQ(where("v in ('a', 'e')"), "1,a\n5,e\n");
  EXPECT_EQ(reported(), "read 1 of 4 partitions, 1 of 4 batches, by the index v");
  EXPECT_EQ(where("v between 'd' and 'e'"), "5,e\n4,d\n");
  EXPECT_EQ(where("v = 'e' and k = 1"), "");
  EXPECT_EQ(where("v = 'e' or k = 1"), "1,a\n5,e\n");
  EXPECT_EQ(where("v is null"), "");
}

TEST_F(LookUpTest, AConditionOnOtherColumnsDoesNotReadTheIndex) {
  make(kIndexedRows, in_turn(2));
  index({"v"});
  EXPECT_EQ(where("k = 5"), "5,e\n");
  EXPECT_EQ(reported().find("index"), std::string::npos) << reported();
}

TEST_F(LookUpTest, AKeyOfSeveralColumnsIsFoundByItsParts) {
  make(kIndexedRows, in_turn(4));
  index({"v", "k"});
  EXPECT_EQ(where("v = 'e' and k = 5"), "5,e\n");
  EXPECT_EQ(reported(), "read 1 of 4 partitions, 1 of 4 batches, by the index v,k");
  EXPECT_EQ(where("v = 'e' and k = 4"), "");
  EXPECT_EQ(reported(), "read 0 of 4 partitions, 0 of 4 batches, by the index v,k");
  EXPECT_EQ(where("k = 3"), "3,c\n");
}

TEST_F(LookUpTest, TwoIndexesNarrowTheSameFiles) {
  make("k,v\n1,a\n2,a\n1,b\n2,b\n", in_turn(2));
  index({"v"});
  index({"k"});
  EXPECT_EQ(where("v = 'a' and k = 2"), "2,a\n");
  EXPECT_EQ(reported(), "read 1 of 2 partitions, 1 of 2 batches, by the index k and v");
}

TEST_F(LookUpTest, NumbersAreFoundAcrossTypesAndAtTheirEdges) {
  make("f,d,t\n0.5,1.50,2024-01-02\n-0.0,2.25,2024-01-03\nNaN,3.00,2024-01-04\n,,\n", in_turn(4));
  index({"f"});
  index({"d"});
  index({"t"});
  EXPECT_EQ(where("f = 0"), "-0,2.25,2024-01-03\n");
  EXPECT_EQ(where("f = 'NaN'"), "nan,3,2024-01-04\n");
  EXPECT_EQ(where("f > 1"), "nan,3,2024-01-04\n");
  EXPECT_EQ(where("f is null"), ",,\n");
  EXPECT_EQ(where("d = 2.250"), "-0,2.25,2024-01-03\n");
  EXPECT_EQ(where("d = 3"), "nan,3,2024-01-04\n");
  EXPECT_EQ(where("t = date '2024-01-02'"), "0.5,1.5,2024-01-02\n");
  EXPECT_EQ(where("t < '2024-01-03'"), "0.5,1.5,2024-01-02\n");
}

TEST_F(LookUpTest, FilesWithoutAPieceAreReadAsEver) {
  make(kIndexedRows, in_turn(2));
  index({"v"});
  const std::vector<std::string> before = pieces();
  insert("k,v\n9,e\n");
  const std::vector<std::string> after = pieces();
  ASSERT_EQ(after.size(), 2);
  EXPECT_EQ(where("v = 'e'"), "5,e\n9,e\n");
  for (const std::string& path : after) {
    if (path != before[0]) std::filesystem::remove(path);
  }
  EXPECT_EQ(where("v = 'e'"), "5,e\n9,e\n");
  std::filesystem::remove(before[0]);
  EXPECT_EQ(where("v = 'e'"), "5,e\n9,e\n");
}

TEST_F(LookUpTest, ADamagedPieceIsNotedAndLeftOut) {
  make(kIndexedRows, in_turn(2));
  index({"v"});
  std::filesystem::resize_file(pieces()[0], 100);
  std::string noted;
  ScanOptions options;
  options.where.text = "v = 'e'";
  options.note = [&](const std::string& text) { noted = text; };
  EXPECT_EQ(scan(options), "5,e\n");
  EXPECT_TRUE(noted.starts_with(pieces()[0] + ": ")) << noted;
  EXPECT_TRUE(noted.ends_with("; the index is not used here")) << noted;
}

TEST_F(LookUpTest, ALargeRangeDoesNotReadThePiece) {
  std::string csv = "k,v\n";
  for (int i = 0; i < 100'000; ++i)
    csv += std::to_string(i) + "," + std::to_string(i * 7919 % 100'003) + "\n";
  make(csv, in_turn(2));
  index({"v"});
  EXPECT_EQ(where("v = 7919"), "1,7919\n");
  EXPECT_TRUE(reported().ends_with("by the index v")) << reported();
  where("v > 10");
  EXPECT_EQ(reported().find("index"), std::string::npos) << reported();
}

TEST_F(LookUpTest, AnUnknownColumnIsAnError) {
  make(kIndexedRows, in_turn(2));
  index({"v"});
  EXPECT_THROW(where("nosuch = 1"), Error);
}

}  // namespace
}  // namespace penstock
