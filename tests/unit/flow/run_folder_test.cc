#include "libcore/flow/run_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class RunFolderTest : public FolderTest {
 protected:
  void SetUp() override { setenv("TMPDIR", folder_.c_str(), 1); }
  void TearDown() override { unsetenv("TMPDIR"); }
};

TEST_F(RunFolderTest, IsOfItsOwnerAloneAndGoesWithIt) {
  std::string made;
  {
    RunFolder folder;
    made = folder.path();
    struct stat about {};
    ASSERT_EQ(stat(made.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0700U);
    folder.write("a", "one");
    folder.write("a", "two");
    std::ifstream file(made + "/a");
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "two");
    EXPECT_THROW(folder.write("no/a", "x"), Error);
  }
  EXPECT_FALSE(std::filesystem::exists(made));
}

// One whose owner was killed is not locked any more.
TEST_F(RunFolderTest, TheNextOneRemovesThoseThatNobodyHas) {
  std::string left = folder_ / "pflow-abcdef";
  std::filesystem::create_directories(left);
  std::string other = folder_ / "pflow-notours";
  std::filesystem::create_directories(other);
  RunFolder first;
  EXPECT_FALSE(std::filesystem::exists(left));
  EXPECT_TRUE(std::filesystem::exists(other));
  RunFolder second;
  EXPECT_TRUE(std::filesystem::exists(first.path()));
}

TEST_F(RunFolderTest, APathMayBeChosenBefore) {
  const std::string path = RunFolder::choose_path();
  EXPECT_NE(path, RunFolder::choose_path());
  RunFolder::remove_left(path);
  {
    RunFolder folder(path);
    EXPECT_EQ(folder.path(), path);
    EXPECT_THROW(RunFolder{path}, Error);
    RunFolder::remove_left(path);
    EXPECT_TRUE(std::filesystem::exists(path)) << "its owner lives";
  }
  std::filesystem::create_directories(path + "/files");
  RunFolder::remove_left(path);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(RunFolderTest, AFileWithoutANameIsNotInTheFolder) {
  RunFolder folder;
  Descriptor file = folder.make_nameless();
  EXPECT_EQ(::write(file.get(), "x", 1), 1);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace penstock
