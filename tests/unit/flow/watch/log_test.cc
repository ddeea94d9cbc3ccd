#include "libcore/flow/watch/log.h"

#include <gtest/gtest.h>

#include <regex>

#include "libcore/base/error.h"
#include "tests/unit/flow/watch/recorded_run.h"

namespace penstock {
namespace {

class LogTest : public RecordedRun {};

TEST_F(LogTest, TheLogHasALineAnEvent) {
  EventLog log(folder_ + "/log");
  EventStream events;
  events.add(log);
  tell(events);
  std::string lines = std::regex_replace(text("log"), std::regex("\"seconds\":[0-9.]+,"), "");
  EXPECT_EQ(
      lines,
      R"({"event":"flow","text":"pscan <{{flow}} | cat"}
{"event":"start","fragment":2,"worker":3,"stage":1,"pid":41,"words":["pscan","a\"b","|","pagg"]}
{"event":"start","fragment":1,"worker":1,"stage":4,"pid":42,"words":["cat"]}
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

TEST_F(LogTest, ProcessesOfSeveralHostsAreNamedWithThem) {
  EventLog log(folder_ + "/log");
  EventStream events;
  events.add(log);
  tell_of_hosts(events);
  std::string lines = text("log");
  EXPECT_NE(lines.find(R"("stage":1,"host":"b","pid":41,"words")"), lines.npos) << lines;
  EXPECT_NE(lines.find(R"("stage":4,"host":"a","pid":41,"status":0)"), lines.npos) << lines;
}

}  // namespace
}  // namespace penstock
