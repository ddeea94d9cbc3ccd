#include <gtest/gtest.h>

#include <csignal>
#include <vector>

#include "tests/unit/flow/tasks/schedule_by_hand.h"

namespace penstock {
namespace {

// Tasks 0 and 2 on host 1, the others here.
std::vector<Task> on_two_hosts() {
  std::vector<Task> tasks = chain(4);
  tasks[0].host = tasks[2].host = 1;
  return tasks;
}

TEST_F(ScheduleTest, ALostHostEndsWhatRunsElsewhere) {
  begin(on_two_hosts());
  EXPECT_EQ(give(HostLost{1, "h: gone"}), (Actions{EndAttempt{{1}}, EndAttempt{{3}}}));
  EXPECT_EQ(end(1, died(SIGTERM)), Actions{});
  EXPECT_EQ(end(3, died(SIGTERM)), finished(Kind::kHostLost, 0, 1));
}

TEST_F(ScheduleTest, OfALostHostNothingIsWaitedFor) {
  begin(on_two_hosts());
  end(3);
  end(1);
  EXPECT_EQ(give(HostLost{1, "h: gone"}), finished(Kind::kHostLost, 0, 1));
}

// Others fail because of it, perhaps before it is noticed.
TEST_F(ScheduleTest, ALostHostIsReportedBeforeWhatFollowedFromIt) {
  begin(on_two_hosts());
  EXPECT_EQ(end(1, exited(1)), Actions{});
  EXPECT_EQ(give(HostLost{1, "h: gone"}), Actions{EndAttempt{{3}}});
  EXPECT_EQ(end(3, died(SIGTERM)), finished(Kind::kHostLost, 0, 1));
}

TEST_F(ScheduleTest, AHostWhoseTasksHaveEndedMayGo) {
  begin(on_two_hosts());
  end(0);
  end(2);
  EXPECT_EQ(give(HostLost{1, "h: gone"}), Actions{});
  end(1);
  EXPECT_EQ(end(3), finished(Kind::kDone));
}

TEST_F(ScheduleTest, AHostThatIsLostWhileItStartsIsNotStartedOn) {
  make(on_two_hosts());
  EXPECT_EQ(schedule_->begin(), (Actions{StartTask{{0}, 1}}));
  EXPECT_EQ(give(HostLost{1, "h: gone"}), finished(Kind::kHostLost, 0, 1));
}

// It may have been cut off a moment ago, which nobody has noticed yet.
TEST_F(ScheduleTest, AHostThatDoesNotReportItsEndsIsGivenUp) {
  begin(on_two_hosts());
  EXPECT_EQ(end(1, exited(1)), Actions{});
  EXPECT_EQ(after(40), (Actions{EndAttempt{{0}}, EndAttempt{{2}}, EndAttempt{{3}}}));
  EXPECT_EQ(end(3, died(SIGTERM)), Actions{});
  EXPECT_EQ(after(300), (Actions{KillAttempt{{0}}, KillAttempt{{2}}}));
  EXPECT_EQ(after(1999), Actions{});
  EXPECT_EQ(after(1), Actions{GiveUpHost{1}});
  EXPECT_EQ(give(HostLost{1, "h: does not answer"}), finished(Kind::kEndedBadly, 1, 1));
}

TEST_F(ScheduleTest, ThisHostIsNotGivenUp) {
  begin(2);
  EXPECT_EQ(give(EndingAsked{SIGINT}), (Actions{EndAttempt{{0}}, EndAttempt{{1}}}));
  EXPECT_EQ(after(300), (Actions{KillAttempt{{0}}, KillAttempt{{1}}}));
  EXPECT_EQ(after(60'000), Actions{});
}

}  // namespace
}  // namespace penstock
