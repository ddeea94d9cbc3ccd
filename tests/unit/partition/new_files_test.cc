#include "libcore/partition/new_files.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "libcore/base/error.h"

namespace penstock {
namespace {

class NewFilesTest : public ::testing::Test {
 protected:
  NewFilesTest() {
    char name[] = "/tmp/new_files_XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~NewFilesTest() override { std::filesystem::remove_all(folder_); }

  std::string content(const std::string& name) const {
    std::ifstream in(folder_ + "/" + name);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
  }
  size_t entries(const std::string& folder) const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
  }

  std::string folder_;
};

TEST_F(NewFilesTest, FoldersOfKilledProcessesAreNoHindrance) {
  const std::string left = folder_ + "/.penstock-" + std::to_string(getpid());
  std::filesystem::create_directory(left);
  std::filesystem::create_directory(left + "-1");
  {
    NewFiles files(folder_, Sync::kNo);
    files.add();
    files.append(0, "x");
    files.give_names({folder_ + "/x"});
  }
  EXPECT_EQ(content("x"), "x");
  EXPECT_EQ(entries(folder_), 3U);
}

TEST_F(NewFilesTest, FewAreOpenAtOnce) {
  {
    NewFiles files(folder_ + "/a/b", Sync::kYes, 2);
    for (int i = 0; i < 3; ++i)
      files.add();
    EXPECT_EQ(files.openings(), 3);
    for (int round = 0; round < 2; ++round) {
      for (int i = 0; i < 3; ++i)
        files.append(i, std::to_string(i));
    }
    EXPECT_EQ(files.openings(), 9);
    files.append(2, "!");
    EXPECT_EQ(files.openings(), 9);
    EXPECT_EQ(entries(folder_ + "/a/b"), 1U);
    files.give_names({folder_ + "/a/b/x", folder_ + "/a/b/c/y", folder_ + "/a/b/c/z"});
  }
  EXPECT_EQ(content("a/b/x"), "00");
  EXPECT_EQ(content("a/b/c/y"), "11");
  EXPECT_EQ(content("a/b/c/z"), "22!");
  EXPECT_EQ(entries(folder_ + "/a/b"), 2U);
}

TEST_F(NewFilesTest, NothingIsLeftOfARunThatFailed) {
  {
    NewFiles files(folder_ + "/new", Sync::kNo);
    files.add();
    files.append(0, "x");
  }
  EXPECT_EQ(entries(folder_), 0U);
}

TEST_F(NewFilesTest, NothingIsLeftOfARunThatASignalEnds) {
  const pid_t child = fork();
  if (child == 0) {
    NewFiles files(folder_, Sync::kNo);
    for (int i = 0; i < 12; ++i)
      files.add();
    std::raise(SIGTERM);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
  EXPECT_EQ(entries(folder_), 0U);
}

TEST_F(NewFilesTest, SaysWhereFilesCannotBe) {
  std::ofstream(folder_ + "/file") << "x";
  EXPECT_THROW(NewFiles(folder_ + "/file", Sync::kNo), Error);
  EXPECT_THROW(NewFiles(folder_ + "/file/deep", Sync::kNo), Error);
}

}  // namespace
}  // namespace penstock
