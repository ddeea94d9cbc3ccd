#include "libcore/flow/detached/runs_folder.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "libcore/base/error.h"
#include "tests/unit/flow/detached/kept_runs.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

class RunsFolderTest : public KeptRunsTest {
 protected:
  static mode_t mode_of(const std::string& path) {
    struct stat about {};
    EXPECT_EQ(stat(path.c_str(), &about), 0) << path;
    return about.st_mode & 0777;
  }
  static std::string refusal_of(const std::function<void()>& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  }
};

TEST_F(RunsFolderTest, LiesWhereTheEnvironmentSays) {
  const char* home = std::getenv("HOME");
  const std::string kept = home == nullptr ? "" : home;
  setenv("HOME", "/users/me", 1);
  setenv("XDG_STATE_HOME", "/state", 1);
  EXPECT_EQ(RunsFolder::of_user().path(), "/state/penstock/runs");
  setenv("XDG_STATE_HOME", "state", 1);
  EXPECT_EQ(RunsFolder::of_user().path(), "/users/me/.local/state/penstock/runs");
  unsetenv("XDG_STATE_HOME");
  EXPECT_EQ(RunsFolder::of_user().path(), "/users/me/.local/state/penstock/runs");
  unsetenv("HOME");
  EXPECT_NE(refusal_of([] { RunsFolder::of_user(); }).find("HOME is not set"), std::string::npos);
  if (home != nullptr) setenv("HOME", kept.c_str(), 1);
}

TEST_F(RunsFolderTest, ARunIsSeenOnceItIsPublished) {
  EXPECT_TRUE(runs().list().empty());
  NewRun run = runs().create();
  EXPECT_EQ(mode_of(runs().path()), 0700U);
  EXPECT_EQ(mode_of(run.path), 0700U);
  EXPECT_TRUE(runs().list().empty());
  put(run, run_file::kRecord, encode(record_of(run)));
  runs().publish(run);
  EXPECT_EQ(runs().list(), std::vector<RunId>{run.id});
  EXPECT_EQ(runs().find(run.id.text()).status().state, RunState::kRunning);
  for (const char* id : {"abcd2345", "..", "", ".lock", "ABCD2345"}) {
    EXPECT_NE(refusal_of([&] { runs().find(id); }).find("there is no run"), std::string::npos);
  }
}

TEST_F(RunsFolderTest, WhatWasBegunAndKilledIsRemoved) {
  NewRun alive = runs().create();
  std::string killed;
  {
    NewRun run = runs().create();
    killed = run.path;
  }
  const std::string without_lock = runs().path() + "/.new-zzzzzzzz";
  fs::create_directory(without_lock);
  NewRun next = runs().create();
  EXPECT_FALSE(fs::exists(killed));
  EXPECT_FALSE(fs::exists(without_lock));
  EXPECT_TRUE(fs::exists(alive.path));
}

TEST_F(RunsFolderTest, ThereIsALimit) {
  fs::create_directories(runs().path());
  // Names are counted, and links to one file are made faster than folders.
  const std::string file = write("file", "");
  std::string last;
  for (int64_t made = 0; made < kMaxRuns;) {
    last = runs().path() + "/" + RunId::make().text();
    std::error_code error;
    fs::create_hard_link(file, last, error);
    if (!error) ++made;
  }
  EXPECT_NE(refusal_of([&] { runs().create(); }).find("has 1000 runs, which is the limit"),
            std::string::npos);
  fs::remove(last);
  EXPECT_EQ(refusal_of([&] { runs().create(); }), "");
}

TEST_F(RunsFolderTest, OldRunsAreRemovedUnlessTheyRun) {
  constexpr int64_t kDay = 24 * 60 * 60;
  const std::string ended = finished({RunState::kDone, 0, "", 1000, 0, 0, 0});
  const std::string later = finished({RunState::kDone, 0, "", 1001, 0, 0, 0});
  const std::string damaged = runs().path() + "/abcd2345";
  fs::create_directory(damaged);
  std::string running = start([](const NewRun&) { work_on(); });
  EXPECT_EQ(runs().remove_old(1000 + 30 * kDay - 1), 0);
  EXPECT_EQ(runs().remove_old(1000 + 30 * kDay), 1);
  EXPECT_FALSE(fs::exists(runs().path() + "/" + ended));
  EXPECT_TRUE(fs::exists(runs().path() + "/" + later));
  EXPECT_EQ(runs().remove_old(1000 + 60 * kDay), 1);
  EXPECT_TRUE(fs::exists(damaged));
  EXPECT_TRUE(fs::exists(runs().path() + "/" + running));
}

TEST_F(RunsFolderTest, OfAnotherUserOrOpenToOthersItIsRefused) {
  fs::create_directories(runs().path());
  chmod(runs().path().c_str(), 0770);
  EXPECT_NE(refusal_of([&] { runs().create(); }).find("others may write to it"), std::string::npos);
  EXPECT_NE(refusal_of([&] { runs().list(); }).find("others may write to it"), std::string::npos);
  chmod(runs().path().c_str(), 0700);
  if (geteuid() == 0) {
    ASSERT_EQ(chown(runs().path().c_str(), 12345, 0), 0);
    EXPECT_NE(refusal_of([&] { runs().find("abcd2345"); }).find("belongs to another user"),
              std::string::npos);
  }
}

TEST_F(RunsFolderTest, AFolderThatCannotBeMadeIsAnError) {
  write("state", "a file");
  EXPECT_NE(refusal_of([&] { runs().create(); }).find("Not a directory"), std::string::npos);
}

}  // namespace
}  // namespace penstock
