#include "libcore/flow/detached/kept_run.h"

#include <sys/stat.h>

#include <filesystem>

#include "libcore/base/error.h"
#include "tests/unit/flow/detached/kept_runs.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

class KeptRunTest : public KeptRunsTest {
 protected:
  std::string refusal(const std::string& id) const {
    try {
      KeptRun run = runs().find(id);
      run.status();
    } catch (const Error& error) {
      std::string message = error.message();
      const std::string folder = runs().path() + "/" + id;
      return message.starts_with(folder) ? message.substr(folder.size()) : message;
    }
    return "";
  }
};

TEST_F(KeptRunTest, RunsAsLongAsItsManagerLives) {
  std::string id = start([](const NewRun& run) {
    put(run, run_file::kProgress, encode(RunProgress{1, {{1, 1, 5, 4, 3, 1.0}}}));
    work_on();
  });
  KeptRun run = runs().find(id);
  EXPECT_EQ(run.record().flow, "pscan a.csv");
  EXPECT_EQ(run.status().state, RunState::kRunning);
  EXPECT_FALSE(run.ended());
  EXPECT_THROW(run.forget(), Error);
  kill(manager_, SIGKILL);
  reap();
  run.wait();
  EXPECT_EQ(run.status().state, RunState::kLost);
  EXPECT_EQ(run.status().exit_status(), 125);
  EXPECT_TRUE(run.ended());
  EXPECT_FALSE(run.cancel());
  run.forget();
  EXPECT_TRUE(runs().list().empty());
}

TEST_F(KeptRunTest, EndsAsItsManagerWrote) {
  std::string id = finished({RunState::kFailed, 3, "stage 1: no", 200, 0, 1, 2});
  KeptRun run = runs().find(id);
  RunStatus status = run.status();
  EXPECT_EQ(status.state, RunState::kFailed);
  EXPECT_EQ(status.exit_status(), 3);
  EXPECT_EQ(status.end->message, "stage 1: no");
  EXPECT_EQ(run.ended(), 200);
  EXPECT_FALSE(run.cancel());
}

TEST_F(KeptRunTest, ACancelIsATermForWhichItWaits) {
  std::string id = start([](const NewRun&) { work_on(); });
  KeptRun run = runs().find(id);
  // As a user does with Ctrl-Z, or a scheduler.
  kill(manager_, SIGSTOP);
  // The test's child must be reaped by somebody, but its end is seen without.
  EXPECT_TRUE(run.cancel());
  int status = 0;
  waitpid(manager_, &status, 0);
  manager_ = -1;
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
  EXPECT_FALSE(run.cancel());
}

TEST_F(KeptRunTest, AManagerThatDoesNotObeyIsKilled) {
  std::string id = start([](const NewRun& run) {
    std::signal(SIGTERM, SIG_IGN);
    put(run, run_file::kMessages, "deaf");
    work_on();
  });
  KeptRun run = runs().find(id);
  while (read("state/runs/" + id + "/" + run_file::kMessages) != "deaf")
    usleep(1000);
  EXPECT_TRUE(run.cancel(std::chrono::milliseconds(50)));
  int status = 0;
  waitpid(manager_, &status, 0);
  manager_ = -1;
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

// Its number may have been given to another process, which must not be hit.
TEST_F(KeptRunTest, ACancelHitsNoOtherProcess) {
  std::string id = start([](const NewRun& run) {
    RunRecord record = record_of(run);
    record.place.process.pid = getppid();
    put(run, run_file::kRecord, encode(record));
    put(run, run_file::kMessages, "written");
    work_on();
  });
  std::string path = runs().path() + "/" + id;
  while (read("state/runs/" + id + "/" + run_file::kMessages) != "written")
    usleep(1000);
  EXPECT_FALSE(runs().find(id).cancel());
  RunRecord elsewhere = runs().find(id).record();
  elsewhere.place.process.host = "elsewhere";
  std::ofstream(path + "/" + run_file::kRecord) << encode(elsewhere);
  EXPECT_THROW(runs().find(id).cancel(), Error);
  EXPECT_EQ(runs().find(id).status().state, RunState::kRunning);
}

TEST_F(KeptRunTest, WhatIsDamagedOrNotOursAloneIsRefused) {
  std::string id = finished({RunState::kDone, 0, "", 200, 0, 0, 0});
  const std::string folder = runs().path() + "/" + id;
  auto write_file = [&](const char* name, const std::string& bytes) {
    std::ofstream(folder + "/" + name) << bytes;
  };
  const std::string record = read("state/runs/" + id + "/" + run_file::kRecord);
  EXPECT_EQ(refusal(id), "");
  write_file(run_file::kEnd, "{");
  EXPECT_NE(refusal(id).find("/end.json: is not what was written"), std::string::npos);
  write_file(run_file::kEnd, encode(RunEnd()));
  write_file(run_file::kRecord, record.substr(0, record.size() / 2));
  EXPECT_NE(refusal(id).find("/run.json: is not what was written"), std::string::npos);
  write_file(run_file::kRecord, std::string(static_cast<size_t>(kMaxRunFileBytes) + 1, ' '));
  EXPECT_EQ(refusal(id), "/run.json: has more than 8388608 bytes");
  std::string other = record;
  other.replace(other.find(id), id.size(), "abcd2345");
  write_file(run_file::kRecord, other);
  EXPECT_EQ(refusal(id), "/run.json: is of run abcd2345");
  write_file(run_file::kRecord, record);
  EXPECT_EQ(refusal(id), "");

  chmod((folder + "/" + run_file::kRecord).c_str(), 0620);
  EXPECT_NE(refusal(id).find("/run.json: others may write to it"), std::string::npos);
  chmod((folder + "/" + run_file::kRecord).c_str(), 0600);
  chmod(folder.c_str(), 0702);
  EXPECT_NE(refusal(id).find(": others may write to it"), std::string::npos);
  chmod(folder.c_str(), 0700);
  if (geteuid() == 0) {
    ASSERT_EQ(chown(folder.c_str(), 12345, 0), 0);
    EXPECT_NE(refusal(id).find(": belongs to another user"), std::string::npos);
    ASSERT_EQ(chown(folder.c_str(), 0, 0), 0);
  }
  fs::remove(folder + "/" + run_file::kLock);
  EXPECT_EQ(refusal(id), "/lock: No such file or directory");
  fs::rename(folder, folder + "x");
  fs::create_directory_symlink(folder + "x", folder);
  EXPECT_NE(refusal(id), "");
}

TEST_F(KeptRunTest, OutputOfAnotherSizeIsNotHandedOver) {
  std::string id = finished({RunState::kDone, 0, "", 200, 5, 0, 0});
  KeptRun run = runs().find(id);
  const RunEnd end = *run.status().end;
  EXPECT_THROW(run.open_output(end), Error);
  std::ofstream(run.file(run_file::kOutput)) << "1234";
  EXPECT_THROW(run.open_output(end), Error);
  std::ofstream(run.file(run_file::kOutput)) << "12345";
  EXPECT_GE(run.open_output(end).get(), 0);
}

}  // namespace
}  // namespace penstock
