#include "libcore/cli/stage_run.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/stage/scan.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class StageRunTest : public FolderTest {
 protected:
  std::string path(const std::string& name) const { return folder_ / name; }

  static int run_here(const std::vector<std::string>& words) {
    static const Tool kTool{scan_kind()};
    std::vector<const char*> argv{"pscan"};
    for (const std::string& word : words)
      argv.push_back(word.c_str());
    return run_tool(kTool, {static_cast<int>(argv.size()), argv.data()});
  }
  // In a process of its own, which ends when the tool has: its operators are never destroyed. An
  // Error's message is left in the file `error`.
  int run(const std::vector<std::string>& words) const {
    pid_t child = fork();
    if (child == 0) {
      int status = kFailed;
      try {
        status = run_here(words);
      } catch (const Error& error) {
        write("error", error.message());
      }
      _exit(status);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    return WEXITSTATUS(status);
  }
  std::string error_of(const std::vector<std::string>& words) const {
    return run(words) == kFailed ? read("error") : "";
  }

  static constexpr int kFailed = 99;
};

TEST_F(StageRunTest, InputsComeInAndAFileGoesOut) {
  write("a.csv", "x,y\n1,2\n");
  write("b.csv", "x,y\n3,4\n");
  EXPECT_EQ(run({"-c", "y", path("a.csv"), path("b.csv"), "-o", path("out.csv")}), 0);
  EXPECT_EQ(read("out.csv"), "y\n2\n4\n");
}

TEST_F(StageRunTest, WhatIsRefusedIsKept) {
  write("a.csv", "x\n1\nz\n");
  EXPECT_EQ(run({"--types", "x=int", "--on-error", "skip", "--rejects", path("r.csv"), "-q",
                 path("a.csv"), "-o", path("out.csv")}),
            0);
  EXPECT_EQ(read("out.csv"), "x\n1\n");
  EXPECT_NE(read("r.csv").find(",3,x,"), std::string::npos) << read("r.csv");
}

TEST_F(StageRunTest, AFailureLeavesNoOutput) {
  write("a.csv", "x\n1\nz\n");
  EXPECT_NE(error_of({"--types", "x=int", path("a.csv"), "-o", path("out.csv")}), "");
  EXPECT_FALSE(std::filesystem::exists(path("out.csv")));
}

TEST_F(StageRunTest, AWrongLineIsAUsageError) {
  EXPECT_EQ(error_of({"-", "-"}), "standard input ('-') cannot be two inputs at once");
  EXPECT_NE(error_of({"--nope"}), "");
  EXPECT_EQ(error_of({"-t", "yaml", "x"}).substr(0, 6), "--to: ");
}

TEST_F(StageRunTest, AnswersReadNothing) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(run({"--version", "/nowhere"}), 0);
  EXPECT_EQ(run({"--describe", "/nowhere"}), 0);
  std::string said = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(said.starts_with("pscan (Penstock) ")) << said;
  EXPECT_NE(said.find(R"("inputs":["/nowhere"])"), std::string::npos) << said;
}

}  // namespace
}  // namespace penstock
