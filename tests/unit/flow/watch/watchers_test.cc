#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "libcore/base/error.h"
#include "libcore/flow/watch/log.h"
#include "libcore/flow/watch/progress.h"
#include "libcore/flow/watch/report.h"

namespace penstock {
namespace {

class WatchersTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = (std::filesystem::temp_directory_path() / "watch-XXXXXX").string();
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    tool_.fragment = 2;
    tool_.worker = 3;
    tool_.is_tool = true;
    tool_.programs = {"pscan", "pagg"};
    tool_.spec.words = {"pscan", "a\"b"};
    other_.programs = {"cat"};
    other_.stage = 4;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string text(const std::string& name) const {
    std::ifstream file(folder_ + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // A run of one process that is killed and one that we end.
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

TEST_F(WatchersTest, TheLogHasALineAnEvent) {
  EventLog log(folder_ + "/log");
  EventStream events;
  events.add(log);
  tell(events);
  std::string lines = std::regex_replace(text("log"), std::regex("\"seconds\":[0-9.]+,"), "");
  EXPECT_EQ(
      lines,
      R"({"event":"flow","text":"pscan <{{flow}} | cat"}
{"event":"start","fragment":2,"worker":3,"stage":1,"pid":41,"words":["pscan","a\"b"]}
{"event":"start","fragment":1,"worker":1,"stage":4,"pid":42,"words":[]}
)"
      R"({"event":"end","fragment":2,"worker":3,"stage":1,"pid":41,"signal":9,"cpu_seconds":1.500,)"
      R"("peak_bytes":2048,"rows_in":10,"rows_out":5,"bytes_out":50}
)"
      R"({"event":"end","fragment":1,"worker":1,"stage":4,"pid":42,"signal":15,"cpu_seconds":1.500,)"
      R"("peak_bytes":2048}
{"event":"fragment","fragment":2,"workers":1,"rows_in":10,"rows_out":5,"bytes_out":50,"skew":1.500}
{"event":"done","message":"died & gone"}
)");
  EXPECT_THROW(EventLog(folder_ + "/no/log"), Error);
}

TEST_F(WatchersTest, TheReportHasAllParts) {
  RunReport report(folder_ + "/page");
  EventStream events;
  events.add(report);
  EXPECT_EQ(text("page"), "");
  tell(events);
  std::string page = text("page");
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">\n"));
  EXPECT_NE(page.find("<h1>pflow -n 5</h1>\n<pre>pscan &lt;{{flow}} | cat</pre>\n"), page.npos)
      << "what stands in a part is not looked through for names";
  EXPECT_NE(page.find("<p class=\"bad\">died &amp; gone</p>"), page.npos);
  EXPECT_NE(page.find("</p>\n<h2>Fragments</h2>\n<svg "), page.npos);
  EXPECT_NE(page.find("</svg>\n<h2>Processes</h2>\n<svg "), page.npos);
  EXPECT_NE(page.find(" class=\"bad\">2.3 pscan | pagg<"), page.npos);
  EXPECT_NE(page.find("\"end\">1.1 cat<"), page.npos) << "what we ended has not failed";
  EXPECT_EQ(page.find("{{workers"), page.npos);
}

TEST_F(WatchersTest, ProgressIsHandedOn) {
  std::vector<FlowProgress> seen;
  ProgressWatcher progress([&](const FlowProgress& now) { seen.push_back(now); });
  EventStream events;
  events.add(progress);
  tell(events);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_FALSE(seen[0].ended || seen[0].output_began);
  EXPECT_TRUE(seen[1].ended && seen[1].output_began);
  EXPECT_EQ(seen[1].fragments.at(0).skew, 1.5);
  EXPECT_GE(seen[1].elapsed, seen[0].elapsed);
  EXPECT_LT(seen[1].elapsed, std::chrono::minutes(5)) << "since the step began";
}

}  // namespace
}  // namespace penstock
