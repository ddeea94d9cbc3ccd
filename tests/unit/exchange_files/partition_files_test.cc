#include "libcore/exchange_files/partition_files.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "libcore/base/error.h"
#include "libcore/exchange_files/list_text.h"
#include "libcore/partition/partitioner.h"
#include "tests/unit/folder_test.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::error_of;

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

std::vector<PartitionFile> some_files() {
  return {{"1.arrow", {3, 400, 0xABCDEF}, {0}},
          {"with space", {kMost, kMost, ~uint64_t{0}}, {1, 2, kMaxPartitions - 1}},
          {"schema.arrow", {0, 200, 0}, {}}};
}

std::string with_line(const std::string& line) {
  return "penstock partition files 1\n" + line + "\nend 1\n";
}

std::string refusal(const std::string& text) {
  return error_of([&] { decode_partition_files(text); });
}

TEST(PartitionFiles, ComeBackFromTheirText) {
  const std::string text = encode_partition_files(some_files());
  EXPECT_EQ(text,
            "penstock partition files 1\n"
            "3 400 0000000000abcdef 0 1.arrow\n"
            "9223372036854775807 9223372036854775807 ffffffffffffffff 1,2,4095 with space\n"
            "0 200 0000000000000000 - schema.arrow\n"
            "end 3\n");
  EXPECT_EQ(decode_partition_files(text), some_files());
  EXPECT_TRUE(decode_partition_files(encode_partition_files({})).empty());
}

TEST(PartitionFiles, ALineIsChecked) {
  const std::string sum = "0000000000000000";
  EXPECT_EQ(refusal(with_line("1 2 " + sum + " 0 a")), "no error");
  EXPECT_EQ(refusal(with_line("")), "line 2: the number of rows is missing");
  EXPECT_EQ(refusal(with_line("-1 2 " + sum + " 0 a")), "line 2: '-1' is not a number of rows");
  EXPECT_EQ(refusal(with_line("+1 2 " + sum + " 0 a")), "line 2: '+1' is not a number of rows");
  EXPECT_EQ(refusal(with_line("1 9223372036854775808 " + sum + " 0 a")),
            "line 2: '9223372036854775808' is not a number of bytes");
  EXPECT_EQ(refusal(with_line("1 2 00 0 a")),
            "line 2: '00' is not a checksum of 16 hexadecimal digits");
  EXPECT_EQ(refusal(with_line("1 2 000000000000000g 0 a")),
            "line 2: '000000000000000g' is not a checksum of 16 hexadecimal digits");
  EXPECT_EQ(refusal(with_line("1 2 " + sum)), "line 2: the list of partitions is missing");
  for (const char* partitions : {"x", ",", "0,", ",0", "0;1", "0x", "99999999999"}) {
    EXPECT_EQ(refusal(with_line("1 2 " + sum + " " + partitions + " a")),
              std::string("line 2: '") + partitions + "' is not a list of partitions");
  }
  EXPECT_EQ(refusal(with_line("1 2 " + sum + " 1,1 a")),
            "line 2: partition 1 does not ascend below 4096");
  EXPECT_EQ(refusal(with_line("1 2 " + sum + " -1 a")),
            "line 2: partition -1 does not ascend below 4096");
  EXPECT_EQ(refusal(with_line("1 2 " + sum + " 4096 a")),
            "line 2: partition 4096 does not ascend below 4096");
}

TEST(PartitionFiles, ANameIsThatOfAFileInTheFolder) {
  const std::string facts = "1 2 0000000000000000 0 ";
  EXPECT_EQ(refusal(with_line("1 2 0000000000000000 0")), "line 2: the name is missing");
  for (const char* name : {".", "..", "/etc/passwd", "a/b"}) {
    EXPECT_EQ(refusal(with_line(facts + name)),
              std::string("line 2: '") + name + "' is not the name of a file in the folder");
  }
  EXPECT_EQ(refusal(with_line(facts + std::string(255, 'n'))), "no error");
  EXPECT_EQ(refusal(with_line(facts + std::string(256, 'n'))),
            "line 2: a name has 256 bytes, not 1 to 255");
  EXPECT_EQ(refusal(with_line(facts + "a\tb")), "line 2: the name 'a\tb' has a control character");
  EXPECT_EQ(refusal("penstock partition files 1\n" + facts + "a\n" + facts + "a\nend 2\n"),
            "line 3: 'a' is listed twice");
  const std::string trick = "a\n" + facts + "b";
  EXPECT_NE(error_of([&] { encode_partition_files({{trick, {}, {}}}); }), "no error");
  EXPECT_NE(error_of([&] { encode_partition_files({{"", {}, {}}}); }), "no error");
}

TEST(PartitionFiles, AListThatIsCutOrGrewIsRefused) {
  const std::string text = encode_partition_files(some_files());
  for (size_t size = 0; size < text.size(); ++size)
    EXPECT_NE(refusal(text.substr(0, size)), "no error") << size;
  EXPECT_EQ(refusal(text + "x"), "bytes follow the end of the list");
  EXPECT_EQ(refusal("penstock partition files 2\nend 0\n"),
            "line 1: 'penstock partition files 2' is not 'penstock partition files 1'");
  EXPECT_EQ(refusal("penstock partition files 1\nend 1\n"), "'end 1' ends a list of 0 files");
}

TEST(PartitionFiles, AtMostOneAPartitionAndTheSchema) {
  std::vector<PartitionFile> files;
  for (int64_t i = 0; i <= kMaxPartitions; ++i)
    files.push_back({std::to_string(i), {}, {}});
  EXPECT_EQ(decode_partition_files(encode_partition_files(files)).size(), files.size());
  files.push_back({"more", {}, {}});
  EXPECT_EQ(error_of([&] { encode_partition_files(files); }), "the list has more than 4097 files");
}

// Changed bytes give an error or another list, and nothing else.
TEST(PartitionFiles, ChangedBytesAreReadOrRefused) {
  std::mt19937_64 random(1);
  const std::string text = encode_partition_files(some_files());
  for (int round = 0; round < 20000; ++round) {
    std::string changed = text;
    for (uint64_t changes = 1 + random() % 3; changes > 0; --changes)
      changed[random() % changed.size()] = static_cast<char>(random());
    try {
      const std::vector<PartitionFile> files = decode_partition_files(changed);
      EXPECT_EQ(decode_partition_files(encode_partition_files(files)), files);
    } catch (const Error&) {
      continue;
    }
  }
}

class PartitionListTest : public FolderTest {};

TEST_F(PartitionListTest, IsInTheFolderOrAnErrorOfTheMachine) {
  auto refused = [&] {
    try {
      read_partition_list(folder_);
    } catch (const Error& error) {
      EXPECT_TRUE(error.is_of_machine());
      return error.message();
    }
    return std::string("no error");
  };
  const std::string path = folder_ / "files";
  EXPECT_EQ(refused(), path + ": No such file or directory");
  write_partition_list(folder_, some_files());
  EXPECT_EQ(read_partition_list(folder_), some_files());
  write("files", std::string(100, '\0'));
  EXPECT_EQ(refused(), path + ": is damaged: the list is cut: its last line does not end");
}

}  // namespace
}  // namespace penstock
