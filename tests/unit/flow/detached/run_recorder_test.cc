#include "libcore/flow/detached/run_recorder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "libcore/base/error.h"
#include "tests/unit/flow/detached/kept_runs.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

class RunRecorderTest : public KeptRunsTest {
 protected:
  RunRecorderTest() : run_(runs().create()) {}

  RunRecorder recorder() { return {run_.path, record_of(run_), Sync::kYes}; }
  KeptRun kept() {
    if (run_.path.find(".new-") != std::string::npos) runs().publish(run_);
    return runs().find(run_.id.text());
  }
  static void start(RunRecorder& recorder, FlowTime at = {}) {
    recorder.see({at, FlowBegan{"pscan a.csv", 7}});
    recorder.see({at, StepBegan{}});
  }
  static void put_output(const RunRecorder& recorder, const std::string& bytes) {
    EXPECT_EQ(::write(recorder.output(), bytes.data(), bytes.size()), std::ssize(bytes));
  }

  NewRun run_;
};

TEST_F(RunRecorderTest, RecordsTheStartOnce) {
  RunRecorder recorder = this->recorder();
  int starts = 0;
  recorder.on_start([&] {
    EXPECT_EQ(kept().record().workers, 7);
    EXPECT_GT(kept().record().began, 100);
    ++starts;
  });
  EXPECT_THROW(kept(), Error);
  start(recorder);
  recorder.see({{}, StepBegan{}});
  EXPECT_EQ(starts, 1);
}

// By the one who submits a job, in which the manager starts later.
TEST_F(RunRecorderTest, ARunCanBeLookedAtBeforeItsManagerStarts) {
  write_run_record(run_.path, record_of(run_), Sync::kNo);
  EXPECT_EQ(kept().status().state, RunState::kRunning);
  EXPECT_EQ(kept().record().workers, 2);
  RunRecorder recorder = this->recorder();
  start(recorder);
  EXPECT_EQ(kept().record().workers, 7);
}

TEST_F(RunRecorderTest, WritesHowFarItIsOnceASecond) {
  RunRecorder recorder = this->recorder();
  FlowTime at{};
  start(recorder, at);
  auto rows_then = [&](int64_t rows, milliseconds after) {
    recorder.see({at + after, StepMoved{{{1, 2, rows, rows, 0, 1.0}}, false}});
    return kept().status().progress.rows_in();
  };
  EXPECT_EQ(rows_then(5, milliseconds(200)), 5);
  EXPECT_EQ(rows_then(6, milliseconds(1199)), 5);
  EXPECT_EQ(rows_then(7, milliseconds(1200)), 7);
  EXPECT_EQ(kept().status().progress.elapsed, 1.2);
}

TEST_F(RunRecorderTest, OutputIsThereWhenAllWentWell) {
  RunRecorder recorder = this->recorder();
  start(recorder);
  put_output(recorder, "1,2\n");
  recorder.see({{}, StepMoved{{{1, 2, 9, 9, 0, 1.0}, {2, 1, 9, 3, 0, 1.0}}, false}});
  EXPECT_FALSE(fs::exists(kept().file(run_file::kOutput)));
  EXPECT_EQ(kept().status().state, RunState::kRunning);
  recorder.end({});
  RunStatus status = kept().status();
  ASSERT_EQ(status.state, RunState::kDone);
  EXPECT_EQ(status.end->output_bytes, 4);
  EXPECT_EQ(status.end->rows_in, 9);
  EXPECT_EQ(status.end->rows_out, 3);
  EXPECT_GE(kept().open_output(*status.end).get(), 0);
  EXPECT_FALSE(fs::exists(kept().file(run_file::kReserve)));
}

TEST_F(RunRecorderTest, OfAFailedFlowTheErrorIsThereAndNoOutput) {
  RunRecorder recorder = this->recorder();
  start(recorder);
  put_output(recorder, "1,2\n");
  recorder.end({3, std::string(2 * kMaxRunFailureBytes, 'x'), false, false});
  RunStatus status = kept().status();
  EXPECT_EQ(status.state, RunState::kFailed);
  EXPECT_EQ(status.exit_status(), 3);
  EXPECT_EQ(std::ssize(status.end->message), kMaxRunFailureBytes);
  EXPECT_FALSE(fs::exists(kept().file(run_file::kOutput)));
  EXPECT_FALSE(fs::exists(kept().file(run_file::kPartialOutput)));
}

TEST_F(RunRecorderTest, ASignalCancelsIt) {
  RunRecorder recorder = this->recorder();
  start(recorder);
  recorder.end({143, "stopped by Terminated", true, false});
  EXPECT_EQ(kept().status().state, RunState::kCancelled);
  EXPECT_EQ(kept().status().exit_status(), 143);
}

// Somebody has removed what the run wrote.
TEST_F(RunRecorderTest, WithoutItsOutputItHasNotEndedWell) {
  RunRecorder recorder = this->recorder();
  start(recorder);
  fs::remove(kept().file(run_file::kPartialOutput));
  recorder.end({});
  EXPECT_EQ(kept().status().state, RunState::kFailed);
  EXPECT_EQ(kept().status().exit_status(), 125);
}

TEST_F(RunRecorderTest, MessagesHaveALimit) {
  RunRecorder recorder = this->recorder();
  start(recorder);
  EXPECT_TRUE(recorder.keeps_message(static_cast<size_t>(kMaxRunMessageBytes) - 1));
  EXPECT_TRUE(recorder.keeps_message(1));
  EXPECT_FALSE(recorder.keeps_message(1));
  EXPECT_FALSE(recorder.keeps_message(1));
  EXPECT_EQ(kept().id().text(), run_.id.text());  // the folder has its name from now on
  EXPECT_EQ(read("state/runs/" + run_.id.text() + "/messages"),
            "pflow: more was said, but only the first 4 MiB of messages are kept\n");
}

TEST_F(RunRecorderTest, AFolderThatIsGoneIsAnError) {
  fs::remove_all(run_.path);
  EXPECT_THROW(recorder(), Error);
}

}  // namespace
}  // namespace penstock
