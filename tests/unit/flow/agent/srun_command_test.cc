#include "libcore/flow/agent/srun_command.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace penstock {
namespace {

TEST(SrunCommand, RunsOneTaskOnTheNode) {
  ProcessSpec spec = srun_shell("7")->process({"", "n2"}, "exec pflow", CutOff::kSeenByEnds);
  const std::vector<std::string>& words = spec.words;
  EXPECT_EQ(words[0], "srun");
  for (const char* word : {"--jobid=7", "--nodelist=n2", "--nodes=1", "--ntasks=1"})
    EXPECT_EQ(std::count(words.begin(), words.end(), word), 1) << word;
  EXPECT_EQ(std::vector<std::string>(words.end() - 4, words.end()),
            (std::vector<std::string>{"--", "sh", "-c", "exec pflow"}));
  EXPECT_EQ(spec.death_signal, 0);
  EXPECT_EQ(std::count(spec.without.begin(), spec.without.end(), "SLURM_LABELIO"), 1);
}

// How one srun ended, as its shell says it: of itself, else of the command.
std::string srun_end(int wait_status, bool had_begun) {
  RemoteShellPtr shell = srun_shell("7");
  std::optional<std::string> own_end = shell->own_end(wait_status, had_begun, "");
  return own_end ? *own_end : "the command " + shell->command_end(wait_status);
}

TEST(SrunCommand, WhatItsEndSays) {
  auto exited = [](int status) { return status << 8; };
  EXPECT_EQ(srun_end(exited(1), false), "srun ended with status 1");
  EXPECT_EQ(srun_end(9, false), "srun died of signal 9 (Killed)");
  EXPECT_EQ(srun_end(9, true), "srun died of signal 9 (Killed)");
  EXPECT_EQ(srun_end(exited(0), true), "the command ended with status 0");
  EXPECT_EQ(srun_end(exited(128), true), "the command ended with status 128");
  EXPECT_EQ(srun_end(exited(137), true), "the command died of signal 9 (Killed)");
  EXPECT_EQ(srun_end(exited(255), true), "the command ended with status 255");
}

}  // namespace
}  // namespace penstock
