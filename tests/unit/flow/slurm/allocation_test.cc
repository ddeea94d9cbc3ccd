#include "libcore/flow/slurm/allocation.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

using Words = std::vector<std::string>;

std::string option_refusal(const std::string& text) {
  try {
    parse_slurm_options(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUsage);
    return error.message();
  }
  return "nothing was refused";
}

TEST(SlurmOptions, AreSplitAsInTheShell) {
  EXPECT_EQ(parse_slurm_options(" "), Words{});
  EXPECT_EQ(parse_slurm_options("-p debug --mem=2G"), (Words{"-p", "debug", "--mem=2G"}));
  EXPECT_EQ(parse_slurm_options("--comment 'two words' -N4 -Q"),
            (Words{"--comment", "two words", "-N4", "-Q"}));
  EXPECT_NE(option_refusal("-p 'debug"), "nothing was refused");
  EXPECT_NE(option_refusal("-p debug | cat"), "nothing was refused");
}

TEST(SlurmOptions, AWordThatIsNotOneIsRefused) {
  for (const char* text : {"debug", "-p debug hostname", "--mem=2G hostname", "-N4 hostname", "--",
                           "-N4 --", "-p a : -p b", "-"}) {
    EXPECT_NE(option_refusal(text).find("is not an option of Slurm"), std::string::npos) << text;
  }
}

TEST(SlurmOptions, WithoutAJobThereIsNoFlow) {
  for (const char* text :
       {"--no-shell", "--no-she", "-N4 --help", "-h", "--usage", "--version", "--vers", "-V"}) {
    EXPECT_NE(option_refusal(text).find("there is no job for the flow"), std::string::npos) << text;
  }
  EXPECT_EQ(parse_slurm_options("--verbose --no-kill --hold"),
            (Words{"--verbose", "--no-kill", "--hold"}));
}

// A salloc that is a shell script.
class AllocationTest : public FolderTest {
 protected:
  AllocationTest() : path_(std::getenv("PATH")) {
    setenv("PATH", (folder_.string() + ":" + path_).c_str(), 1);
  }
  ~AllocationTest() override { setenv("PATH", path_.c_str(), 1); }

  void write_salloc(const std::string& script) {
    write("salloc", "#!/bin/sh\ncd '" + folder_.string() + "'\n" + script);
    std::filesystem::permissions(folder_ / "salloc", std::filesystem::perms::owner_all);
  }
  // It grants two nodes, and runs the command that it is given.
  void write_granting_salloc(const std::string& before = "") {
    write_salloc(before + R"(
echo "$@" | head -n 1 >words
while [ "$1" != -- ]; do shift; done
shift
export SLURM_JOB_ID=7 SLURM_JOB_NODELIST='n[1-2]' SLURM_JOB_CPUS_PER_NODE='2(x2)' SLURM_NTASKS=
"$@"
echo over >over
)");
  }

  std::string path_;
  LocalLauncher launcher_;
  int notes_ = 0;
  std::function<void(const std::string&)> note_ = [this](const std::string&) { ++notes_; };
};

TEST_F(AllocationTest, NodesAreGrantedAndGivenBack) {
  write_granting_salloc("echo a message of the site");
  {
    Allocation allocation(launcher_, {"-p", "debug"}, 3);
    ASSERT_TRUE(allocation.wait(note_));
    EXPECT_EQ(allocation.job().number, "7");
    ASSERT_EQ(allocation.job().nodes.size(), 2U);
    EXPECT_EQ(allocation.job().nodes[1].name, "n2");
    EXPECT_EQ(allocation.job().nodes[1].slots, 2);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "over"));
  }
  EXPECT_TRUE(std::filesystem::exists(folder_ / "over"));
  EXPECT_TRUE(read("words").starts_with("--quiet --job-name=pflow --ntasks=3 -p debug -- sh -c"));
  EXPECT_EQ(notes_, 0);
}

TEST_F(AllocationTest, WithoutNumberSlurmDecides) {
  write_granting_salloc();
  Allocation allocation(launcher_, {}, {});
  ASSERT_TRUE(allocation.wait(note_));
  EXPECT_TRUE(read("words").starts_with("--quiet --job-name=pflow -- sh -c"));
}

TEST_F(AllocationTest, ALongWaitIsReported) {
  write_granting_salloc("sleep 1.3");
  Allocation allocation(launcher_, {}, {});
  ASSERT_TRUE(allocation.wait(note_));
  EXPECT_EQ(notes_, 1);
}

TEST_F(AllocationTest, ARequestThatIsRefused) {
  write_salloc("echo 'salloc: error: no such partition' >&2; echo and more >&2; exit 1");
  Allocation allocation(launcher_, {}, {});
  try {
    allocation.wait(note_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "Slurm allocates no nodes: salloc ended with status 1: salloc: error: no such "
              "partition\n  salloc: error: no such partition\n  and more");
  }
}

TEST_F(AllocationTest, WithoutSlurm) {
  setenv("PATH", folder_.c_str(), 1);
  try {
    Allocation allocation(launcher_, {}, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "Slurm's salloc cannot be run: No such file or directory; --slurm is for hosts that "
              "have Slurm");
  }
}

TEST_F(AllocationTest, ASignalGivesTheRequestUp) {
  write_salloc("trap 'echo gone >gone; exit 1' TERM; echo begun >begun; sleep 100 & wait");
  {
    Allocation allocation(launcher_, {}, {});
    while (!std::filesystem::exists(folder_ / "begun"))
      launcher_.processes().loop().run_one(now() + std::chrono::milliseconds(5));
    raise(SIGTERM);
    EXPECT_FALSE(allocation.wait(note_));
    EXPECT_EQ(allocation.signal(), SIGTERM);
  }
  EXPECT_TRUE(std::filesystem::exists(folder_ / "gone"));
}

}  // namespace
}  // namespace penstock
