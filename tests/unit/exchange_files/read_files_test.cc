#include "libcore/exchange_files/read_files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <random>

#include "libcore/base/error.h"
#include "tests/unit/exchange_files/written_files.h"

namespace penstock {
namespace {

using testing::column;
using testing::error_of;
using testing::keyed_rows;
using testing::table;

class ReadFilesTest : public testing::WrittenFilesTest {
 protected:
  // Writes a table as one file and returns it.
  InputFile file(const std::string& name, const Batch& rows) const {
    PartitionOptions how;
    how.kind = PartitionKind::kSingle;
    written(rows, how, name);
    return files_of(0, name)[0];
  }

  // What an error of the machine says when the file is read.
  static std::string damage(const InputFile& input) {
    try {
      testing::run(*read_files({input}));
    } catch (const Error& error) {
      EXPECT_TRUE(error.is_of_machine()) << error.message();
      EXPECT_TRUE(error.message().starts_with(input.path + ": is ")) << error.message();
      return error.message().substr(input.path.size() + 2);
    }
    return "no error";
  }

  static std::string bytes_of(const std::string& path) {
    std::ostringstream bytes;
    bytes << std::ifstream(path, std::ios::binary).rdbuf();
    return bytes.str();
  }
  static void put(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
  }
};

Batch numbers(const std::vector<std::string>& values, const Metadata& metadata = {}) {
  return table({{"v", column(int64_type(), values)}}, metadata);
}

TEST_F(ReadFilesTest, FilesComeOneAfterTheOtherOrMerged) {
  const std::vector<InputFile> files = {file("a", numbers({"1", "4", "9"})),
                                        file("b", numbers({"2", "4"})), file("c", numbers({"0"}))};
  EXPECT_EQ(testing::run(*read_files(files)).rows,
            (std::vector<std::string>{"1", "4", "9", "2", "4", "0"}));
  EXPECT_EQ(testing::run(*read_files(files, parse_sort_keys("v"))).rows,
            (std::vector<std::string>{"0", "1", "2", "4", "4", "9"}));
}

TEST_F(ReadFilesTest, AFileWithoutRowsGivesItsSchema) {
  const InputFile empty = file("a", numbers({}));
  EXPECT_EQ(empty.facts.rows, 0);
  for (const char* keys : {"", "v"}) {
    const std::vector<SortKey> merge =
        *keys == '\0' ? std::vector<SortKey>{} : parse_sort_keys(keys);
    OperatorPtr none = read_files({empty}, merge);
    EXPECT_EQ((*none->schema())[0].name, "v");
    EXPECT_FALSE(none->next().has_value());
    EXPECT_EQ(
        testing::run(*read_files({empty, file(std::string("b") + keys, numbers({"1"}))}, merge))
            .rows,
        std::vector<std::string>{"1"});
  }
}

TEST_F(ReadFilesTest, MetadataInWhichAllAgreeIsKept) {
  const std::string order(kOrderKey);
  const InputFile a = file("a", numbers({"1"}, {{order, "v"}, {"x", "1"}, {"y", "1"}}));
  const InputFile b = file("b", numbers({"0"}, {{order, "v"}, {"x", "1"}, {"y", "2"}}));
  EXPECT_EQ(read_files({a})->schema()->metadata(),
            (Metadata{{order, "v"}, {"x", "1"}, {"y", "1"}}));
  EXPECT_EQ(read_files({a, b})->schema()->metadata(), (Metadata{{"x", "1"}}));
  EXPECT_EQ(read_files({a, b}, parse_sort_keys("v"))->schema()->metadata(),
            (Metadata{{"x", "1"}, {order, "v"}}));
}

TEST_F(ReadFilesTest, ColumnsThatDifferAreNamed) {
  const std::vector<InputFile> files = {file("a", numbers({"1"})), file("b", keyed_rows(1))};
  EXPECT_EQ(error_of([&] { read_files(files); }),
            "the schemas of '" + files[0].path + "' and '" + files[1].path +
                "' differ: 1 columns and 3; make them equal with pproject");
}

TEST_F(ReadFilesTest, ARowThatBreaksTheOrderIsAnErrorOfTheData) {
  const InputFile input = file("a", numbers({"2", "1"}));
  try {
    testing::run(*read_files({input, input}, parse_sort_keys("v")));
    FAIL();
  } catch (const Error& error) {
    EXPECT_FALSE(error.is_of_machine());
    EXPECT_TRUE(error.message().starts_with(input.path)) << error.message();
  }
}

TEST_F(ReadFilesTest, EveryFlippedBitIsFound) {
  const InputFile input = file("a", keyed_rows(20));
  const std::string whole = bytes_of(input.path);
  EXPECT_EQ(damage(input), "no error");
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
    put(input.path, changed);
    EXPECT_TRUE(damage(input).starts_with("is damaged: ")) << at;
  }
}

TEST_F(ReadFilesTest, AFileOfAnotherSizeIsFoundBeforeItIsRead) {
  const InputFile input = file("a", keyed_rows(20));
  const std::string whole = bytes_of(input.path);
  const std::string size = std::to_string(whole.size());
  put(input.path, whole.substr(0, whole.size() - 1));
  EXPECT_EQ(damage(input),
            "is damaged: has " + std::to_string(whole.size() - 1) + " bytes, not " + size);
  put(input.path, whole + "x");
  EXPECT_EQ(damage(input),
            "is damaged: has " + std::to_string(whole.size() + 1) + " bytes, not " + size);
  put(input.path, "");
  EXPECT_EQ(damage(input), "is damaged: has 0 bytes, not " + size);
}

TEST_F(ReadFilesTest, AFileThatIsGoneOrNotAFileIsNamed) {
  const InputFile input = file("a", keyed_rows(20));
  std::filesystem::remove(input.path);
  EXPECT_EQ(damage(input), "is gone");
  std::filesystem::create_directory(input.path);
  EXPECT_EQ(damage(input), "is damaged: is not a file");
  std::filesystem::remove_all(path("a"));
  EXPECT_EQ(damage(input), "is gone");
}

TEST_F(ReadFilesTest, AnotherFilesContentIsFound) {
  const InputFile input = file("a", numbers({"1", "2"}));
  const InputFile other = file("b", numbers({"1", "3"}));
  ASSERT_EQ(input.facts.bytes, other.facts.bytes);
  std::filesystem::copy_file(other.path, input.path,
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(damage(input), "is damaged: its checksum is not that of its writer");
}

TEST_F(ReadFilesTest, TheRowsAreThoseThatTheWriterStated) {
  InputFile input = file("a", numbers({"1", "2"}));
  for (int64_t rows : {0, 1, 3}) {
    input.facts.rows = rows;
    EXPECT_EQ(damage(input), "is damaged: does not have " + std::to_string(rows) + " rows");
  }
}

// The rows before the damage are given: the reader must throw them away.
TEST_F(ReadFilesTest, AFileThatChangesOnceItIsOpenIsFoundAtItsEnd) {
  const InputFile input = file("a", numbers({"1", "2"}));
  const OperatorPtr rows = read_files({input});
  std::string changed = bytes_of(input.path);
  changed[changed.size() - 16] ^= 1;
  put(input.path, changed);
  EXPECT_NE(error_of([&] { testing::run(*rows); }), "no error");
  const OperatorPtr gone = read_files({{input.path, {2, input.facts.bytes, 0}}});
  std::filesystem::remove(input.path);
  EXPECT_NE(error_of([&] { testing::run(*gone); }), "no error");
}

TEST_F(ReadFilesTest, AsManyAreMergedAsTheLimitAndNotMore) {
  const std::vector<InputFile> one(static_cast<size_t>(kMaxMergedFiles) + 1,
                                   file("a", numbers({"1"})));
  EXPECT_EQ(error_of([&] { read_files(one, parse_sort_keys("v")); }),
            "4097 files cannot be merged, only 4096; use fewer writers");
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const std::vector<InputFile> most(one.begin(), one.end() - 1);
  if (limit.rlim_max < 5000) GTEST_SKIP() << "too few descriptors";
  EXPECT_EQ(std::ssize(testing::run(*read_files(most, parse_sort_keys("v"))).rows),
            kMaxMergedFiles);
  // One after the other there is no such limit, because one is open at a time.
  EXPECT_EQ(std::ssize(testing::run(*read_files(one)).rows), kMaxMergedFiles + 1);
}

}  // namespace
}  // namespace penstock
