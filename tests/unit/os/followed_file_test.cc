#include "libcore/os/followed_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

using std::chrono::milliseconds;

class FollowedFileTest : public FolderTest {
 protected:
  // What one read() gives.
  static std::string next(FollowedFile& file) {
    std::string bytes(100, '\0');
    bytes.resize(static_cast<size_t>(file.read(bytes.data(), 100)));
    return bytes;
  }

  void append(const std::string& bytes) const { std::ofstream(path_, std::ios::app) << bytes; }

  std::string path_ = folder_ / "log";
  std::atomic<bool> stops_ = false;
};

TEST_F(FollowedFileTest, ReadsWhatIsThereAndWhatComes) {
  write("log", "one");
  FollowedFile file(path_, stops_);
  EXPECT_EQ(file.size(), std::nullopt);
  EXPECT_EQ(next(file), "one");
  EXPECT_FALSE(file.wait(milliseconds(1), milliseconds(1)));
  append("two");
  EXPECT_TRUE(file.wait(milliseconds(1), milliseconds(1)));
  EXPECT_EQ(next(file), "two");
  std::thread writer([&] { append("three"); });
  EXPECT_EQ(next(file), "three");
  writer.join();
}

TEST_F(FollowedFileTest, EndsWhenAnotherFileHasTheName) {
  write("log", "one");
  FollowedFile file(path_, stops_);
  EXPECT_EQ(next(file), "one");
  std::filesystem::rename(path_, folder_ / "log.1");
  std::ofstream(folder_ / "log.1", std::ios::app) << "last";
  // Nobody has the name, for a moment.
  EXPECT_EQ(next(file), "last");
  EXPECT_FALSE(file.is_replaced());
  write("log", "new");
  EXPECT_TRUE(file.wait(milliseconds(1), milliseconds(1)));
  EXPECT_EQ(next(file), "");
  EXPECT_TRUE(file.is_replaced());
  EXPECT_EQ(next(file), "");
}

TEST_F(FollowedFileTest, AFileThatIsCutIsAnError) {
  write("log", "some bytes");
  FollowedFile file(path_, stops_);
  EXPECT_EQ(next(file), "some bytes");
  std::filesystem::resize_file(path_, 4);
  try {
    next(file);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              path_ +
                  ": the file became shorter while it was followed (4 bytes, of which 10 were "
                  "read); rotate it by its name, not by copying and cutting it");
  }
}

TEST_F(FollowedFileTest, EndsWhenItIsStopped) {
  write("log", "");
  FollowedFile file(path_, stops_);
  stops_ = true;
  EXPECT_EQ(next(file), "");
  EXPECT_FALSE(file.is_replaced());
}

TEST_F(FollowedFileTest, WhatCannotBeFollowed) {
  EXPECT_THROW(FollowedFile(folder_ / "none", stops_), Error);
  EXPECT_THROW(FollowedFile(folder_, stops_), Error);
  const std::string fifo = folder_ / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THROW(FollowedFile(fifo, stops_), Error);
}

}  // namespace
}  // namespace penstock
