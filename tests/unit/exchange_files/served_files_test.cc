#include "libcore/exchange_files/served_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <limits>
#include <thread>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class ServedFilesTest : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    std::filesystem::create_directory(folder_ / "served");
    write("served/a", "0123456789");
  }

  // What a reply says: the bytes, or a status with its reason.
  std::string answer(const std::string& path, int64_t offset = 0, int64_t size = 100) {
    const Buffer frame = served().answer({5, path, offset, size});
    const FileReply reply = decode_reply(frame.span<uint8_t>());
    EXPECT_EQ(reply.id, 5U);
    file_bytes_ = reply.file_bytes;
    if (reply.status == FileStatus::kGone) return "gone";
    if (reply.status == FileStatus::kUnreadable) return "unreadable: " + std::string(reply.text);
    return {reply.content.begin(), reply.content.end()};
  }

  ServedFiles& served() {
    if (!served_) served_.emplace(folder_ / "served");
    return *served_;
  }

  int64_t file_bytes_ = 0;
  std::optional<ServedFiles> served_;
};

TEST_F(ServedFilesTest, GivesTheBytesThatAFileHasThere) {
  EXPECT_EQ(answer("a"), "0123456789");
  EXPECT_EQ(file_bytes_, 10);
  EXPECT_EQ(answer("a", 3, 4), "3456");
  EXPECT_EQ(answer("a", 8, 4), "89");
  EXPECT_EQ(answer("a", 10, 1), "");
  EXPECT_EQ(answer("a", std::numeric_limits<int64_t>::max(), kMostRequestBytes), "");
  EXPECT_EQ(file_bytes_, 10);
  write("served/empty", "");
  EXPECT_EQ(answer("empty"), "");
}

TEST_F(ServedFilesTest, SaysWhyThereAreNone) {
  EXPECT_EQ(answer("b"), "gone");
  EXPECT_EQ(answer("a/b"), "gone");
  std::filesystem::create_directory(folder_ / "served/below");
  EXPECT_EQ(answer("below"), "unreadable: is not a file");
  ASSERT_EQ(mkfifo((folder_ / "served/fifo").c_str(), 0600), 0);
  EXPECT_EQ(answer("fifo"), "unreadable: is not a file");
}

TEST_F(ServedFilesTest, ALinkIsFollowedOnlyWithinTheFolder) {
  write("secret", "secret");
  std::filesystem::create_symlink("a", folder_ / "served/inside");
  std::filesystem::create_symlink("../secret", folder_ / "served/outside");
  std::filesystem::create_symlink(folder_ / "secret", folder_ / "served/absolute");
  std::filesystem::create_directory_symlink("..", folder_ / "served/up");
  EXPECT_EQ(answer("inside"), "0123456789");
  for (const char* path : {"outside", "absolute", "up/secret"}) {
    EXPECT_EQ(answer(path), "unreadable: is not below the served folder") << path;
  }
}

TEST_F(ServedFilesTest, AFileThatTookThePlaceOfAnotherIsReadAtOnce) {
  EXPECT_EQ(answer("a"), "0123456789");
  std::filesystem::rename(write("b", "others"), folder_ / "served/a");
  EXPECT_EQ(answer("a"), "others");
  EXPECT_EQ(file_bytes_, 6);
  std::filesystem::remove(folder_ / "served/a");
  EXPECT_EQ(answer("a"), "gone");
  // A link out of the folder is not a way around that.
  write("served/a", "again");
  EXPECT_EQ(answer("a"), "again");
  std::filesystem::rename(folder_ / "served/a", folder_ / "moved");
  std::filesystem::create_symlink("../moved", folder_ / "served/a");
  write("other", "x");
  std::filesystem::remove(folder_ / "moved");
  std::filesystem::rename(folder_ / "other", folder_ / "moved");
  EXPECT_EQ(answer("a"), "unreadable: is not below the served folder");
}

TEST_F(ServedFilesTest, HoldsFewFilesOpenAndNotForLong) {
  const auto open_files = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  EXPECT_FALSE(served().close_old());
  const auto before = open_files();
  for (size_t i = 0; i < 2 * kMostServedFiles; ++i) {
    write("served/" + std::to_string(i), std::to_string(i));
    EXPECT_EQ(answer(std::to_string(i)), std::to_string(i));
  }
  EXPECT_EQ(open_files() - before, static_cast<std::ptrdiff_t>(kMostServedFiles));
  EXPECT_EQ(answer("0"), "0");
  EXPECT_TRUE(served().close_old());
  std::this_thread::sleep_for(kServedFileLife);
  EXPECT_FALSE(served().close_old());
  EXPECT_EQ(open_files(), before);
}

TEST_F(ServedFilesTest, MustBeThere) {
  EXPECT_THROW(ServedFiles("/none"), Error);
  EXPECT_THROW(ServedFiles(folder_ / "served/a"), Error);
}

}  // namespace
}  // namespace penstock
