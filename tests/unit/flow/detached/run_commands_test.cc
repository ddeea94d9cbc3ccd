#include "libcore/flow/detached/run_commands.h"

#include <filesystem>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "tests/unit/flow/detached/kept_runs.h"

namespace penstock {
namespace {

class RunCommandsTest : public KeptRunsTest {
 protected:
  int do_it(RunCommand command, const std::vector<std::string>& ids) {
    printed_.clear();
    said_.clear();
    RunVoice voice;
    voice.print = [&](std::string_view text) { printed_ += text; };
    voice.note = [&](const std::string& text) { said_ += "note: " + text + "\n"; };
    voice.complain = [&](const std::string& text) { said_ += "error: " + text + "\n"; };
    voice.pass_on = [&](const std::string& lines) { said_ += lines; };
    return carry_out(command, runs(), ids, voice);
  }

  std::string done() { return finished({RunState::kDone, 0, "", 200, 0, 12, 3}); }
  std::string failed() { return finished({RunState::kFailed, 3, "stage 1: no", 300, 0, 1, 2}); }

  std::string printed_;
  std::string said_;
};

TEST_F(RunCommandsTest, StatusListsAllRuns) {
  EXPECT_EQ(do_it(RunCommand::kStatus, {}), 0);
  EXPECT_EQ(printed_, "");
  const std::string one = done();
  const std::string other = failed();
  EXPECT_EQ(do_it(RunCommand::kStatus, {}), 0);
  EXPECT_NE(printed_.find(one + "  done"), std::string::npos) << printed_;
  EXPECT_NE(printed_.find(other + "  failed"), std::string::npos) << printed_;
  std::filesystem::create_directory(runs().path() + "/abcd2345");
  EXPECT_EQ(do_it(RunCommand::kStatus, {}), 125);
  EXPECT_NE(printed_.find(one + "  done"), std::string::npos);
  EXPECT_EQ(said_, "error: " + runs().path() + "/abcd2345/lock: No such file or directory\n");
}

TEST_F(RunCommandsTest, StatusOfOneSaysAllThatIsKnown) {
  const std::string id = failed();
  EXPECT_EQ(do_it(RunCommand::kStatus, {id}), 0);
  for (const std::string& line :
       {"id         " + id, std::string("state      failed, with status 3"),
        std::string("message    stage 1: no"), std::string("rows_in    1"),
        std::string("rows_out   2"), std::string("hosts      here"),
        "folder     " + runs().path() + "/" + id, std::string("flow       pscan a.csv")}) {
    EXPECT_NE(printed_.find(line + "\n"), std::string::npos) << line << "\nin\n" << printed_;
  }
}

TEST_F(RunCommandsTest, WaitGivesTheFirstStatusThatIsNot0) {
  const std::string one = done();
  const std::string other = failed();
  EXPECT_EQ(do_it(RunCommand::kWait, {one}), 0);
  EXPECT_EQ(said_, "");
  EXPECT_EQ(do_it(RunCommand::kWait, {one, other, "abcd2345"}), 3);
  EXPECT_EQ(said_, "pflow: run " + other + ": failed: stage 1: no\n" +
                       "error: there is no run 'abcd2345'; pflow --status lists those that are "
                       "kept\n");
  EXPECT_EQ(do_it(RunCommand::kWait, {"abcd2345", other}), 125);
  const std::string lost = start([](const NewRun&) {});
  EXPECT_EQ(do_it(RunCommand::kWait, {lost}), 125);
  EXPECT_EQ(said_,
            "pflow: run " + lost + ": lost: its manager was killed, or its host was restarted\n");
}

TEST_F(RunCommandsTest, AttachShowsWhatWasSaidAndTheError) {
  const std::string id = start([](const NewRun& run) {
    put(run, run_file::kMessages, "psort: spilled\nno line end");
    put(run, run_file::kEnd, encode(RunEnd{RunState::kFailed, 3, "stage 1: no", 300, 0, 1, 2}));
  });
  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(do_it(RunCommand::kAttach, {id}), 3);
    EXPECT_EQ(said_, "psort: spilled\nno line endpflow: stage 1: no\n");
  }
}

TEST_F(RunCommandsTest, ACancelledRunStaysWhatItIs) {
  const std::string ended = done();
  EXPECT_EQ(do_it(RunCommand::kCancel, {ended}), 0);
  EXPECT_EQ(said_, "note: run " + ended + " has ended before: done\n");
  const std::string running = start([](const NewRun&) { work_on(); });
  EXPECT_EQ(do_it(RunCommand::kCancel, {running}), 0);
  EXPECT_EQ(said_, "");
  EXPECT_EQ(do_it(RunCommand::kStatus, {running}), 0);
  EXPECT_NE(printed_.find("state      lost: "), std::string::npos);
}

TEST_F(RunCommandsTest, OnlyAnEndedRunIsForgotten) {
  const std::string ended = done();
  const std::string running = start([](const NewRun&) { work_on(); });
  EXPECT_EQ(do_it(RunCommand::kForget, {running, ended}), 125);
  EXPECT_EQ(said_,
            "error: run " + running + " is running; pflow --cancel " + running + " ends it\n");
  EXPECT_EQ(runs().list().size(), 1U);
  EXPECT_EQ(do_it(RunCommand::kForget, {ended}), 125);
}

TEST_F(RunCommandsTest, IdsAreNeeded) {
  EXPECT_THROW(do_it(RunCommand::kWait, {}), Error);
  EXPECT_THROW(do_it(RunCommand::kAttach, {"abcd2345", "abcd2346"}), Error);
}

}  // namespace
}  // namespace penstock
