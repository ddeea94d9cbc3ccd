#include "libcore/os/run_counts.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "libcore/base/error.h"

namespace penstock {
namespace {

class RunCountsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string folder = (std::filesystem::temp_directory_path() / "counts-XXXXXX").string();
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
  }
  void TearDown() override {
    unsetenv(kRunCountsVariable);
    std::filesystem::remove_all(folder_);
  }
  std::string path() const { return folder_ + "/counts"; }

  // As the environment of a process would have it.
  static std::optional<RunCounts> given(const std::string& value) {
    setenv(kRunCountsVariable, value.c_str(), 1);
    return RunCounts::from_environment();
  }

  std::string folder_;
};

TEST_F(RunCountsTest, AnotherProcessCountsWhereItIsTold) {
  RunCounts counts(path(), 3);
  std::string variable = counts.variable(1);
  pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto own = given(variable.substr(variable.find('=') + 1));
    if (!own || std::getenv(kRunCountsVariable) != nullptr) _exit(1);
    own->add({1000, 0, 0});
    own->add({.rows_in = 24,
              .rows_out = 7,
              .bytes_out = 4096,
              .peer_failures = 1,
              .bytes_in = 12,
              .machine_failures = 2});
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(counts.at(0).rows_in, 0);
  EXPECT_EQ(counts.at(1).rows_in, 1024);
  EXPECT_EQ(counts.at(1).rows_out, 7);
  EXPECT_EQ(counts.at(1).bytes_out, 4096);
  EXPECT_EQ(counts.at(1).peer_failures, 1);
  EXPECT_EQ(counts.at(1).bytes_in, 12);
  EXPECT_EQ(counts.at(1).machine_failures, 2);
  EXPECT_EQ(counts.at(2).bytes_out, 0);
}

TEST_F(RunCountsTest, PlacesFromTheFirstToTheLastAndNoOther) {
  RunCounts counts(path(), 2);
  EXPECT_TRUE(given("0:" + path()));
  EXPECT_TRUE(given("1:" + path()));
  for (const char* place : {"2:", "-1:", ":", "x:", "9223372036854775807:"})
    EXPECT_FALSE(given(place + path())) << place;
  EXPECT_FALSE(given(path()));
  EXPECT_FALSE(RunCounts::from_environment());
}

TEST_F(RunCountsTest, OtherFilesAreLeftAlone) {
  EXPECT_FALSE(given("0:" + path()));
  EXPECT_FALSE(given("0:" + folder_));
  std::string text(4096, 'x');
  std::ofstream(path()) << text;
  EXPECT_FALSE(given("0:" + path()));
  std::ifstream again(path());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(again), {}), text);
  // A cut file of counts, and a link to one.
  std::string cut = folder_ + "/cut";
  { RunCounts counts(cut, 1); }
  std::filesystem::create_symlink(cut, folder_ + "/link");
  EXPECT_FALSE(given("0:" + folder_ + "/link"));
  EXPECT_TRUE(given("0:" + cut));
  std::filesystem::resize_file(cut, 100);
  EXPECT_FALSE(given("0:" + cut));
}

TEST_F(RunCountsTest, AFileThatCannotBeMadeIsAnError) {
  std::ofstream(path()) << "here";
  EXPECT_THROW(RunCounts(path(), 1), Error);
  EXPECT_THROW(RunCounts("/dev/null/counts", 1), Error);
}

}  // namespace
}  // namespace penstock
