#include "libcore/arrow/ipc_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// A file whose one message has 16 bytes of metadata and 64 of body, the letters from 'a' on.
class BlockBody : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = ::testing::TempDir() + "ipc_file_test-" + std::to_string(getpid());
    std::FILE* file = std::fopen(path_.c_str(), "w");
    std::string bytes(16, '\0');
    for (int i = 0; i < 64; ++i)
      bytes += static_cast<char>('a' + i % 26);
    ASSERT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
    std::fclose(file);
    source_ = open_source(path_);
  }
  void TearDown() override { std::remove(path_.c_str()); }

  std::string error_of(const std::vector<BufferRange>& ranges) const {
    try {
      read_block_body(*source_, {0, 16, 64}, ranges);
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  }

  std::string path_;
  ByteSourcePtr source_;
};

TEST_F(BlockBody, RangesAreRead) {
  Buffer body = read_block_body(*source_, {0, 16, 64}, std::vector<BufferRange>{{1, 2}, {60, 4}});
  EXPECT_EQ(body.size(), 64);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(body.data()) + 1, 2), "bc");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(body.data()) + 60, 4), "ijkl");
}

// Sums of what a footer says do not overflow (found by the fuzz target `ipc`).
TEST_F(BlockBody, RangesOutsideAreRefused) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  for (const BufferRange& range : std::vector<BufferRange>{
           {61, 4}, {-1, 4}, {0, 65}, {65, 0}, {0, -1}, {kMost - 319, 80}, {8, kMost}}) {
    EXPECT_EQ(error_of({range}), "a buffer lies outside of its body") << range.offset;
    EXPECT_EQ(error_of({{0, 4}, range}), "a buffer lies outside of its body") << range.offset;
  }
  EXPECT_EQ(error_of({{0, 64}, {64, 0}}), "");
}

}  // namespace
}  // namespace penstock
