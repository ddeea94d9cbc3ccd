#include "libcore/flow/detached/detach.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "libcore/base/error.h"
#include "tests/unit/flow/detached/kept_runs.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

class DetachTest : public KeptRunsTest {
 protected:
  // Detaches `work`; the ID, if there is a run.
  std::string detached(const ManagerWork& work) {
    std::string announced;
    outcome_ = detach(runs(), {"0.1", "pscan a.csv", 3, {"h1"}, ReadsInput::kNo, Sync::kNo}, work,
                      [&](const RunId& id) { announced = id.text(); });
    return announced;
  }
  static void start(RunRecorder& recorder) {
    recorder.see({{}, FlowBegan{"pscan a.csv", 3}});
    recorder.see({{}, StepBegan{}});
  }
  // Without a run nothing is left but the lock of the folder.
  bool is_empty() const {
    for (const auto& entry : fs::directory_iterator(runs().path())) {
      if (entry.path().filename() != ".lock") return false;
    }
    return true;
  }
  void TearDown() override {
    while (waitpid(-1, nullptr, 0) > 0) {
    }
  }

  std::optional<FlowOutcome> outcome_;
};

TEST_F(DetachTest, TheFlowRunsInASessionOfItsOwn) {
  const pid_t session = getsid(0);
  std::string id = detached([&](RunRecorder& recorder) {
    start(recorder);
    std::string seen = getsid(0) != session && getsid(0) == getpid() ? "own," : "same,";
    struct sigaction hup {};
    sigaction(SIGHUP, nullptr, &hup);
    seen += hup.sa_handler == SIG_IGN ? "ignored," : "heard,";  // NOLINT
    char byte = 0;
    seen += ::read(STDIN_FILENO, &byte, 1) < 0 ? "closed" : "open";
    bool wrote = ::write(STDOUT_FILENO, seen.data(), seen.size()) > 0 &&
                 ::write(STDERR_FILENO, "said\n", 5) == 5;
    return FlowOutcome{wrote ? 0 : 1, "", false, false};
  });
  ASSERT_NE(id, "");
  EXPECT_FALSE(outcome_);
  KeptRun run = runs().find(id);
  run.wait();
  EXPECT_EQ(run.status().state, RunState::kDone);
  EXPECT_EQ(read("state/runs/" + id + "/" + run_file::kOutput), "own,ignored,closed");
  EXPECT_EQ(read("state/runs/" + id + "/" + run_file::kMessages), "said\n");
  EXPECT_EQ(run.record().hosts.back(), "h1");
}

TEST_F(DetachTest, WhatFailsBeforeTheStartLeavesNoRun) {
  EXPECT_EQ(detached([](RunRecorder&) { return FlowOutcome{7, "no host", false, false}; }), "");
  ASSERT_TRUE(outcome_);
  EXPECT_EQ(outcome_->status, 7);
  EXPECT_EQ(outcome_->message, "no host");
  EXPECT_TRUE(is_empty());
  try {
    detached([](RunRecorder&) -> FlowOutcome {
      throw Error::with_excerpt("column 'x' is unknown", "\n  x\n  ^").as_usage();
    });
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUsage);
    EXPECT_EQ(error.line(), "column 'x' is unknown");
    EXPECT_EQ(error.excerpt(), "\n  x\n  ^");
  }
  EXPECT_THROW(detached([](RunRecorder&) -> FlowOutcome { throw Error("no room"); }), Error);
  EXPECT_THROW(detached([](RunRecorder&) -> FlowOutcome { _exit(1); }), Error);
  runs().create();  // which removes what the last one left
  EXPECT_TRUE(runs().list().empty());
}

TEST_F(DetachTest, WhatFailsBehindTheStartIsHowTheRunEnded) {
  std::string id = detached([](RunRecorder& recorder) -> FlowOutcome {
    start(recorder);
    throw Error::usage("a wrong statement");
  });
  KeptRun run = runs().find(id);
  run.wait();
  EXPECT_EQ(run.status().exit_status(), 2);
  EXPECT_EQ(run.status().end->message, "a wrong statement");
}

TEST_F(DetachTest, ARunWhoseIdNobodyLearnedDoesNotStart) {
  auto work = [&](RunRecorder& recorder) {
    start(recorder);
    write("started", "");
    return FlowOutcome();
  };
  EXPECT_THROW(detach(runs(), {"0.1", "pscan", 1, {}, ReadsInput::kNo, Sync::kNo}, work,
                      [](const RunId&) { throw Error("standard output is full"); }),
               Error);
  EXPECT_TRUE(is_empty());
  EXPECT_FALSE(fs::exists(folder_ / "started"));
}

TEST_F(DetachTest, TheManagerKeepsNoOtherDescriptors) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  std::string id = detached([](RunRecorder& recorder) {
    start(recorder);
    work_on();
    return FlowOutcome();
  });
  close(ends[1]);
  char byte = 0;
  EXPECT_EQ(::read(ends[0], &byte, 1), 0);
  close(ends[0]);
  // Nothing here reads signals, so TERM waits until the pause is over.
  EXPECT_TRUE(runs().find(id).cancel(std::chrono::milliseconds(1)));
  EXPECT_EQ(runs().find(id).status().state, RunState::kLost);
}

}  // namespace
}  // namespace penstock
