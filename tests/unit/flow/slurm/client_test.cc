#include "libcore/flow/slurm/client.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

// Programs of Slurm that are shell scripts.
class SlurmClient : public FolderTest {
 protected:
  SlurmClient() : before_(std::getenv("PATH")) {
    setenv("PATH", (folder_.string() + ":" + before_).c_str(), 1);
  }
  ~SlurmClient() override { setenv("PATH", before_.c_str(), 1); }

  void write_program(const std::string& name, const std::string& script) {
    write(name, "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(folder_ / name, std::filesystem::perms::owner_all);
  }

  std::string before_;
};

TEST_F(SlurmClient, WhatAProgramPrints) {
  write_program("sbatch", "echo \"$1\"; cat");
  EXPECT_EQ(ask_slurm({"sbatch", "a b"}, "script"), "a b\nscript");
  const std::string most(64 << 10, 'x');
  EXPECT_EQ(ask_slurm({"sbatch", ""}, most), "\n" + most);
  EXPECT_THROW(ask_slurm({"sbatch"}, most + "x"), Error);
}

TEST_F(SlurmClient, AProgramThatFails) {
  write_program("sbatch", "echo no such partition >&2; echo really; exit 3");
  try {
    ask_slurm({"sbatch"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "Slurm's sbatch ended with status 3: no such partition\n  no such partition\n  "
              "really");
  }
  setenv("PATH", folder_.c_str(), 1);
  EXPECT_THROW(ask_slurm({"squeue"}), Error);
}

TEST_F(SlurmClient, TheStateOfAJob) {
  auto state = [&](const std::string& script) {
    write_program("squeue", "for word; do [ \"$word\" != --name=pflow-x ] || " + script + "; done");
    return slurm_job_state("pflow-x");
  };
  EXPECT_EQ(state("echo PENDING"), SlurmJobState::kWaiting);
  EXPECT_EQ(state("echo RUNNING"), SlurmJobState::kRunning);
  EXPECT_EQ(state("echo COMPLETING"), SlurmJobState::kRunning);
  EXPECT_EQ(state("true"), SlurmJobState::kGone);
  EXPECT_THROW(state("exit 1"), Error);
}

}  // namespace
}  // namespace penstock
