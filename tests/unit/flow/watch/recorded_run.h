// A run that never was, for those that watch: one process is killed, the other ended by us.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "libcore/flow/watch/events.h"

namespace penstock {

class RecordedRun : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = (std::filesystem::temp_directory_path() / "watch-XXXXXX").string();
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    tool_.fragment = 2;
    tool_.worker = 3;
    tool_.is_tool = true;
    tool_.commands = {{"pscan", "a\"b"}, {"pagg"}};
    other_.commands = {{"cat"}};
    other_.stage = 4;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string text(const std::string& name) const {
    std::ifstream file(folder_ + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // A process with the same number on each of two hosts.
  void tell_of_hosts(EventStream& events) {
    rusage used{};
    std::vector<PlanStatement> plans;
    FlowOutcome outcome;
    std::string flow = "pscan";
    events.send(FlowBegan{flow, 2});
    events.send(StepBegan{});
    events.send(ProcessStarted{tool_, 41, "b"});
    events.send(ProcessStarted{other_, 41, "a"});
    events.send(ProcessEnded{tool_, 41, 256, used, {}, false, "b"});
    events.send(ProcessEnded{other_, 41, 0, used, {}, false, "a"});
    events.send(FlowEnded{outcome, plans});
  }

  void tell(EventStream& events) {
    rusage used{};
    used.ru_utime.tv_sec = 1;
    used.ru_stime.tv_usec = 500'000;
    used.ru_maxrss = 2;
    std::string flow = "pscan <{{flow}} | cat";
    std::vector<PlanStatement> plans;
    FlowOutcome outcome{137, "died & gone", false, false};
    events.send(FlowBegan{flow, 5});
    events.send(StepBegan{});
    events.send(ProcessStarted{tool_, 41});
    events.send(ProcessStarted{other_, 42});
    events.send(StepMoved{{{2, 1, 10, 5, 50, 1.0}}, false});
    events.send(ProcessEnded{tool_, 41, SIGKILL, used, {10, 5, 50, 0, 0, 0, 0}, false});
    events.send(ProcessEnded{other_, 42, SIGTERM, used, {}, true});
    events.send(StepEnded{{{2, 1, 10, 5, 50, 1.5}}, true});
    events.send(FlowEnded{outcome, plans});
  }

  std::string folder_;
  Job tool_;
  Job other_;
};

}  // namespace penstock
