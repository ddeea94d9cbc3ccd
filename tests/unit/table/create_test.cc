#include "libcore/table/create.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/table/log.h"
#include "tests/unit/table/made_table_test.h"

namespace penstock {
namespace {

class CreateTest : public MadeTableTest {
 protected:
  std::string refusal(const std::string& csv, const TableLayout& layout,
                      const std::vector<std::string>& by = {}) const {
    try {
      make(csv, layout, by);
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  }

  int64_t entries() const {
    return std::distance(std::filesystem::directory_iterator(path("T")), {});
  }
};

TEST_F(CreateTest, TheLogSaysWhatIsThere) {
  const TableWritten written = make("k,v\n1,a\n2,b\n3,c\n", hash_of("k", 2));
  EXPECT_EQ(written.version, 0);
  EXPECT_EQ(written.rows, 3);
  const TableState state = TableLog(path("T")).read();
  EXPECT_EQ(state.files.size(), static_cast<size_t>(written.files));
  EXPECT_EQ(state.protocol.reader_features, std::vector<std::string>{kArrowFeature});
  EXPECT_EQ(state.schema->names(), (std::vector<std::string>{"k", "v"}));
  for (const DataFile& file : state.files) {
    EXPECT_EQ(std::filesystem::file_size(path("T") + "/" + file.path),
              static_cast<uintmax_t>(file.size));
    EXPECT_EQ(file.tag(kChecksumTag).size(), 16U);
  }
  // Nothing else: no folder of files without names.
  EXPECT_EQ(entries(), 1 + written.files);
}

TEST_F(CreateTest, ATableIsReplacedOnlyWhenThatIsAskedFor) {
  make("k\n1\n", hash_of("k", 1));
  EXPECT_NE(refusal("k\n2\n", hash_of("k", 1)).find("is a table already"), std::string::npos);
  EXPECT_EQ(make("k\n2\n", hash_of("k", 1), {}, true).version, 1);
  EXPECT_EQ(scan(), "2\n");
  EXPECT_EQ(TableLog(path("T")).read().removed.size(), 1U);
}

TEST_F(CreateTest, WhatAKilledProcessLeftIsMadeATable) {
  std::filesystem::create_directories(path("T") + "/_delta_log");
  std::filesystem::create_directories(path("T") + "/p00000");
  std::ofstream(path("T") + "/p00000/left.arrow") << "x";
  EXPECT_EQ(make("k\n1\n", hash_of("k", 1)).version, 0);
  EXPECT_EQ(scan(), "1\n");
}

TEST_F(CreateTest, ATableThatCannotBeMadeLeavesNoFolderOfItsOwn) {
  EXPECT_NE(refusal("k\n1\nx,2\n", hash_of("k", 1)), "");
  EXPECT_FALSE(std::filesystem::exists(path("T")));
  std::filesystem::create_directory(path("T"));
  EXPECT_NE(refusal("k\n1\nx,2\n", hash_of("k", 1)), "");
  EXPECT_EQ(entries(), 0);
}

TEST_F(CreateTest, ADirectoryOfOtherFilesIsLeftAlone) {
  std::filesystem::create_directory(path("T"));
  std::ofstream(path("T") + "/precious") << "x";
  EXPECT_NE(refusal("k\n1\n", hash_of("k", 1)).find("has files, but is not a table"),
            std::string::npos);
  EXPECT_EQ(entries(), 1);
  std::filesystem::remove(path("T") + "/precious");
  EXPECT_EQ(refusal("k\n1\n", hash_of("k", 1)), "");
}

TEST_F(CreateTest, AFailedInputLeavesNothing) {
  EXPECT_NE(refusal("k,v\n1,2\n3\n", hash_of("k", 1)), "");
  EXPECT_FALSE(std::filesystem::exists(path("T")));
}

TEST_F(CreateTest, AnInputWithoutRowsIsATable) {
  EXPECT_EQ(make("k,v\n", hash_of("k", 4)).files, 0);
  EXPECT_EQ(scan(), "");
}

TEST_F(CreateTest, ColumnsThatCannotBeAreRefused) {
  EXPECT_NE(refusal("k\n1\n", {}, {"k"}).find("all columns would be partition columns"),
            std::string::npos);
  EXPECT_NE(refusal("k,x\n1,0.5\n", {}, {"x"}).find("cannot be a partition column"),
            std::string::npos);
  EXPECT_NE(refusal("k,x\n1,0.5\n", {}, {"y"}).find("unknown column 'y'"), std::string::npos);
  EXPECT_NE(refusal("k\n1\n", hash_of("y", 2)).find("unknown column 'y'"), std::string::npos);
}

TEST_F(CreateTest, PartitionValuesHaveALimit) {
  const std::string most(10'000, 'x');
  EXPECT_EQ(refusal("k,v\n" + most + ",1\n", {}, {"k"}), "");
  EXPECT_EQ(scan(), most + ",1\n");
  std::filesystem::remove_all(path("T"));
  EXPECT_NE(refusal("k,v\n" + most + "x,1\n", {}, {"k"}).find("more than 10000 bytes"),
            std::string::npos);
  std::string many = "k,v\n";
  for (int i = 0; i <= 4096; ++i)
    many += std::to_string(i) + ",1\n";
  EXPECT_NE(refusal(many, {}, {"k"}).find("more than 4096 values"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path("T")));
}

TEST_F(CreateTest, ManyPartitionsAreWrittenWithFewOpenFiles) {
  std::string csv = "k,v\n";
  for (int i = 0; i < 20'000; ++i)
    csv += std::to_string(i) + "," + std::to_string(i % 7) + "\n";
  const TableWritten written = make(csv, hash_of("k", 700));
  EXPECT_EQ(written.rows, 20'000);
  EXPECT_EQ(written.files, 700);
  EXPECT_EQ(where("k = 12345"), "12345," + std::to_string(12345 % 7) + "\n");
  EXPECT_EQ(reported().substr(0, 25), "read 1 of 700 partitions,");
}

}  // namespace
}  // namespace penstock
