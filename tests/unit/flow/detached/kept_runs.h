// Detached runs for tests: a folder of them, and processes that stand for their managers.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>

#include "libcore/flow/detached/runs_folder.h"
#include "tests/unit/folder_test.h"

namespace penstock {

class KeptRunsTest : public FolderTest {
 protected:
  RunsFolder runs() const { return RunsFolder(folder_ / "state/runs"); }

  static RunRecord record_of(const NewRun& run) {
    return {run.id, "0.1", "pscan a.csv", 2, {"here"}, "/", 100, {{}, own_identity()}};
  }

  // What counts its progress is read while it is replaced, and so never seen half written.
  static void put(const NewRun& run, const std::string& name, const std::string& bytes) {
    const std::string path = run.path + "/" + name;
    const bool is_replaced = name == run_file::kProgress;
    std::ofstream(is_replaced ? path + ".part" : path, std::ios::binary) << bytes;
    if (is_replaced) std::filesystem::rename(path + ".part", path);
  }

  // A run whose manager, a child of ours, does `work` and ends. Returns when it is published, with
  // its record and messages in place, as a RunRecorder leaves it.
  std::string start(const std::function<void(const NewRun&)>& work) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    manager_ = fork();
    if (manager_ == 0) {
      NewRun run = runs().create();
      put(run, run_file::kRecord, encode(record_of(run)));
      put(run, run_file::kMessages, "");
      runs().publish(run);
      bool wrote = ::write(ends[1], run.id.text().data(), run.id.text().size()) > 0;
      if (wrote) work(run);
      _exit(0);
    }
    close(ends[1]);
    std::string id(8, '\0');
    EXPECT_EQ(::read(ends[0], id.data(), id.size()), 8);
    close(ends[0]);
    return id;
  }

  void reap() {
    waitpid(manager_, nullptr, 0);
    manager_ = -1;
  }

  [[noreturn]] static void work_on() {
    for (;;)
      pause();
  }

  void TearDown() override {
    if (manager_ < 0) return;
    kill(manager_, SIGKILL);
    reap();
  }

  // A run that has ended.
  std::string finished(const RunEnd& end) {
    std::string id = start([&](const NewRun& run) { put(run, run_file::kEnd, encode(end)); });
    reap();
    return id;
  }

  pid_t manager_ = -1;
};

}  // namespace penstock
