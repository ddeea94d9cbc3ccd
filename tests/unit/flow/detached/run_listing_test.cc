#include "libcore/flow/detached/run_listing.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <string>

namespace penstock {
namespace {

ListedRun listed(const std::string& id, int64_t began, const std::string& flow) {
  RunRecord record{*RunId::parse(id), "0.1",   flow,  4,
                   {"here", "h1"},    "/data", began, {{}, {"here", "boot", 1, 77, 2}}};
  RunStatus status;
  status.progress.fragments = {{1, 4, 1000, 10, 0, 1.0}, {2, 1, 10, 3, 0, 1.0}};
  return {record, status, began};
}

class RunListingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC", 1);
    tzset();
  }
  void TearDown() override {
    unsetenv("TZ");
    tzset();
  }
};

TEST_F(RunListingTest, TheLatestRunStandsFirst) {
  EXPECT_EQ(table_of_runs({}, {}), "");
  std::string table = table_of_runs({listed("abcd2345", 1'790'000'000, "pscan a.csv"),
                                     listed("bbcd2345", 1'790'000'060, "pscan\n  b.csv ")},
                                    {});
  EXPECT_EQ(table,
            "id        state    since                hosts    rows_in  rows_out  flow\n"
            "--------  -------  -------------------  -------  -------  --------  -----------\n"
            "bbcd2345  running  2026-09-21 14:14:20  here,h1     1000         3  pscan b.csv\n"
            "abcd2345  running  2026-09-21 14:13:20  here,h1     1000         3  pscan a.csv\n");
}

TEST_F(RunListingTest, ALongFlowIsCut) {
  std::string flow;
  for (int i = 0; i < 61; ++i)
    flow += "ä";
  std::string table = table_of_runs({listed("abcd2345", 0, flow)}, {});
  std::string shown = flow.substr(0, 2 * 59) + "…\n";
  EXPECT_TRUE(table.ends_with("  " + shown)) << table;
  std::string whole = flow.substr(0, 2 * 60);
  EXPECT_TRUE(table_of_runs({listed("abcd2345", 0, whole)}, {}).ends_with("  " + whole + "\n"));
}

TEST_F(RunListingTest, DetailsOfARunThatHasEnded) {
  ListedRun run = listed("abcd2345", 1'790'000'000, "pscan a.csv\n| pprint");
  run.since += 100;
  run.status.state = RunState::kDone;
  run.status.end = RunEnd{RunState::kDone, 0, "", run.since, 648, 1000, 3};
  EXPECT_EQ(details_of_run(run, "/state/abcd2345"),
            "id         abcd2345\n"
            "state      done\n"
            "began      2026-09-21 14:13:20\n"
            "ended      2026-09-21 14:15:00\n"
            "place      process 77 of here\n"
            "hosts      here, h1\n"
            "workers    4\n"
            "rows_in    1000\n"
            "rows_out   3\n"
            "output     648 bytes\n"
            "penstock   0.1\n"
            "directory  /data\n"
            "folder     /state/abcd2345\n"
            "flow       pscan a.csv\\n| pprint\n");
}

}  // namespace
}  // namespace penstock
