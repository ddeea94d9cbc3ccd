#include "libcore/exchange_files/copy_files.h"

#include <gtest/gtest.h>

#include "libcore/base/checksum.h"
#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::error_of;

class CopyFilesTest : public FolderTest {
 protected:
  InputFile file(const std::string& name, const std::string& bytes) const {
    Checksum checksum;
    checksum.add(bytes.data(), std::ssize(bytes));
    return {write(name, bytes), {7, std::ssize(bytes), checksum.value()}};
  }

  static std::string copied(const std::vector<InputFile>& files) {
    std::string out;
    copy_files(files, *sink_to_string(out));
    return out;
  }
};

TEST_F(CopyFilesTest, WritesTheBytesOfAllInTheirOrder) {
  std::vector<InputFile> files;
  std::string all;
  for (int i = 0; i < 40; ++i) {
    const std::string bytes(static_cast<size_t>(i * i * 400), static_cast<char>('A' + i));
    files.push_back(file(std::to_string(i), bytes));
    all += bytes;
  }
  EXPECT_EQ(copied(files), all);
}

TEST_F(CopyFilesTest, CountsWhatItWrites) {
  std::string out;
  int64_t count = 0;
  copy_files({file("a", "one"), file("b", "three")}, *sink_to_string(out), {},
             [&](int64_t bytes) { count += bytes; });
  EXPECT_EQ(count, 8);
}

TEST_F(CopyFilesTest, ComparesSizeAndChecksum) {
  const InputFile one = file("a", "one");
  write("a", "two");
  EXPECT_EQ(error_of([&] { copied({one}); }),
            one.path + ": is damaged: its checksum is not that of its writer");
  write("a", "four");
  EXPECT_EQ(error_of([&] { copied({one}); }), one.path + ": is damaged: has 4 bytes, not 3");
  std::filesystem::remove(one.path);
  EXPECT_EQ(error_of([&] { copied({one}); }), one.path + ": is gone");
}

}  // namespace
}  // namespace penstock
