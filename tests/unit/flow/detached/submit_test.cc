#include "libcore/flow/detached/submit.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/flow/detached/kept_run.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

// A Slurm that is shell scripts: its one job has the number 7 and the state in the file `state`;
// without it there is none.
class Submit : public FolderTest {
 protected:
  Submit() : path_(std::getenv("PATH")) {
    setenv("PATH", (folder_.string() + ":" + path_).c_str(), 1);
    write_slurm("sbatch", "cat >script; echo \"$@\" >words; echo PENDING >state; echo '7;c'");
    write_slurm("squeue", "[ ! -e state ] || cat state");
    write_slurm("scancel", "echo \"$@\" >>cancelled; rm -f state");
    options_.penstock = "1";
    options_.flow = "pscan a.csv";
    options_.slurm = {"-p", "debug"};
    options_.tasks = 3;
    options_.command = [](const RunId& id) { return "do " + id.text(); };
    options_.sync = Sync::kNo;
  }
  ~Submit() override {
    setenv("PATH", path_.c_str(), 1);
    unsetenv("SLURM_JOB_ID");
  }

  void write_slurm(const std::string& name, const std::string& script) {
    write(name, "#!/bin/sh\ncd '" + folder_.string() + "'\n" + script + "\n");
    std::filesystem::permissions(folder_ / name, std::filesystem::perms::owner_all);
  }
  RunsFolder runs() const { return RunsFolder((folder_ / "runs").string()); }
  std::string submit() {
    std::string text;
    submit_run(runs(), options_, [&](const RunId& id) { text = id.text(); });
    return text;
  }
  RunState state_of(const std::string& id) const { return runs().find(id).status().state; }

  std::string path_;
  SubmitOptions options_;
};

TEST_F(Submit, ARunThatWaitsAndIsCancelled) {
  const std::string id = submit();
  EXPECT_TRUE(read("words").starts_with("--ntasks=3 -p debug --parsable --job-name=pflow-" + id));
  EXPECT_NE(read("script").find("exec do " + id + " 2>>"), std::string::npos);
  EXPECT_EQ(runs().find(id).record().place.job, "7");
  EXPECT_EQ(state_of(id), RunState::kWaiting);
  EXPECT_TRUE(runs().find(id).cancel());
  EXPECT_EQ(read("cancelled"), "--quiet 7\n");
  EXPECT_EQ(state_of(id), RunState::kCancelled);
  EXPECT_EQ(runs().find(id).status().exit_status(), 128 + SIGTERM);
  EXPECT_FALSE(runs().find(id).cancel());
  runs().find(id).forget();
}

TEST_F(Submit, ARunThatRunsIsAskedToEndFirst) {
  const std::string id = submit();
  write("state", "RUNNING\n");
  EXPECT_EQ(state_of(id), RunState::kRunning);
  EXPECT_THROW(runs().find(id).forget(), Error);
  EXPECT_TRUE(runs().find(id).cancel());
  EXPECT_EQ(read("cancelled"), "--quiet --batch --signal=TERM 7\n");
}

TEST_F(Submit, AJobThatIsGoneWithoutAnEndIsLost) {
  const std::string id = submit();
  std::filesystem::remove(folder_ / "state");
  EXPECT_EQ(state_of(id), RunState::kLost);
}

TEST_F(Submit, WhatIsRefusedLeavesNothing) {
  options_.reads = ReadsInput::kYes;
  EXPECT_THROW(submit(), Error);
  options_.reads = ReadsInput::kNo;
  EXPECT_THROW(submit_run(runs(), options_, [](const RunId&) { throw Error("full"); }), Error);
  EXPECT_EQ(read("cancelled"), "--quiet 7\n");
  for (const char* script : {"exit 1", "echo done", "true"}) {
    write_slurm("sbatch", script);
    EXPECT_THROW(submit(), Error) << script;
  }
  EXPECT_TRUE(runs().list().empty());
}

// In a process of its own, whose streams are the run's.
TEST_F(Submit, TheJobCarriesItOut) {
  const std::string id = submit();
  auto carry_out = [&](const std::string& flow, const FlowOutcome& outcome) {
    return run_submitted(runs(), id, flow, Sync::kNo, [&](RunRecorder&) {
      (void)!::write(STDOUT_FILENO, "out", 3);
      return outcome;
    });
  };
  EXPECT_THROW(carry_out("pscan a.csv", {}), Error);
  setenv("SLURM_JOB_ID", "8", 1);
  EXPECT_THROW(carry_out("pscan a.csv", {}), Error);
  setenv("SLURM_JOB_ID", "7", 1);
  EXPECT_EXIT(_exit(carry_out("pscan b.csv", {})), testing::ExitedWithCode(125), "");
  EXPECT_EQ(runs().find(id).status().end->message,
            "the file of the flow was changed after it was submitted");
  EXPECT_EXIT(_exit(carry_out("pscan a.csv", {3, "failed", false, false})),
              testing::ExitedWithCode(3), "");
  EXPECT_EQ(state_of(id), RunState::kFailed);
  EXPECT_EXIT(_exit(carry_out("pscan a.csv", {})), testing::ExitedWithCode(0), "");
  EXPECT_EQ(state_of(id), RunState::kDone);
  EXPECT_EQ(runs().find(id).status().end->output_bytes, 3);
}

}  // namespace
}  // namespace penstock
