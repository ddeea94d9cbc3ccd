#include "tests/simulate/simulation.h"

#include <gtest/gtest.h>

#include <cstddef>

#include "libcore/base/error.h"
#include "tests/simulate/figure.h"

namespace penstock {
namespace {

// 10 hosts of 2 slots, 3 steps of 50 tasks of 10 s.
Scenario small() {
  Scenario scenario;
  scenario.hosts = 10;
  scenario.slots = 2;
  scenario.steps.assign(3, std::vector<double>(50, 10));
  return scenario;
}

TEST(Simulation, WithoutFaultsTheTimeIsThatOfTheWaves) {
  const Outcome outcome = simulate(small());
  EXPECT_TRUE(outcome.is_done);
  EXPECT_DOUBLE_EQ(outcome.seconds, 3 * 3 * 10) << "50 tasks on 20 slots are three waves a step";
  EXPECT_DOUBLE_EQ(outcome.work_seconds, 3 * 50 * 10);
  EXPECT_DOUBLE_EQ(outcome.twice_seconds, 0);
}

TEST(Simulation, ABusyManagerIsTheBottleneck) {
  Scenario scenario = small();
  scenario.limits.backups.is_on = false;
  scenario.manager_seconds = 10;
  const Outcome outcome = simulate(scenario);
  EXPECT_TRUE(outcome.is_done);
  EXPECT_GE(outcome.seconds, 3 * 50 * 2 * 10) << "a start and an end of each task";
  EXPECT_LE(outcome.seconds, 3 * 50 * 2 * 10 + 3 * 3 * 10);
}

// One host of a hundred is ten times slower.
Scenario with_a_slow_host() {
  Scenario scenario;
  scenario.hosts = 100;
  scenario.steps.assign(1, std::vector<double>(1000, 10));
  scenario.slow_share = 0.01;
  scenario.slow_factor = 10;
  scenario.seed = 3;
  return scenario;
}

TEST(Simulation, CopiesSaveTheTimeOfStragglers) {
  Scenario scenario = with_a_slow_host();
  const Outcome with = simulate(scenario);
  scenario.limits.backups.is_on = false;
  const Outcome without = simulate(scenario);
  EXPECT_LE(with.seconds, 1.3 * 100);
  EXPECT_GE(without.seconds, 1.7 * 100);
  EXPECT_GT(with.twice_seconds, 0);
  EXPECT_LT(with.twice_seconds, 0.02 * with.work_seconds);
  EXPECT_EQ(without.twice_seconds, 0);
}

TEST(Simulation, AThirdOfTheHostsMayDie) {
  Scenario scenario = small();
  scenario.days_between_deaths = 200.0 / 86400;
  const Outcome outcome = simulate(scenario);
  EXPECT_TRUE(outcome.is_done);
  EXPECT_GE(outcome.deaths, 3U);
  EXPECT_GT(outcome.twice_seconds, 0);
  EXPECT_GT(outcome.counts.made_again, 0U);
  scenario.limits.retries = 0;
  EXPECT_FALSE(simulate(scenario).is_done) << "a death ends the run";
}

// Each dies once in 100 days.
TEST(Simulation, ADayOnAThousandServersIsHardlyLongerWithTenDeaths) {
  Scenario scenario;
  scenario.steps = make_steps(1000, 2, 24, 120, 0.3, 1);
  const double undisturbed = simulate(scenario).seconds;
  EXPECT_NEAR(undisturbed, 24 * 3600, 0.01 * 24 * 3600);
  scenario.days_between_deaths = 100;
  const Outcome outcome = simulate(scenario);
  EXPECT_TRUE(outcome.is_done);
  EXPECT_GE(outcome.deaths, 5U);
  EXPECT_LE(outcome.seconds, 1.02 * undisturbed);
  EXPECT_GE(seconds_with_restarts(undisturbed, 10.0 / 86400), 2000 * undisturbed);
}

TEST(Simulation, RestartsTakeTheirTime) {
  EXPECT_DOUBLE_EQ(seconds_with_restarts(100, 0), 100);
  EXPECT_NEAR(seconds_with_restarts(100, 1e-6), 100, 0.01);
  EXPECT_NEAR(seconds_with_restarts(1, 1), 1.718, 0.001);
}

TEST(Steps, AreReadFromText) {
  EXPECT_EQ(read_steps("1 2.5\n2 3\n1 4\n"), (std::vector<std::vector<double>>{{2.5, 4}, {3}}));
  for (const char* wrong : {"1\n", "0 1\n", "1 -1\n", "1 1 1\n", "one 1\n", "2 1\n", "1001 1\n"})
    EXPECT_THROW(read_steps(wrong), Error) << wrong;
}

TEST(Figure, HasACurveForEach) {
  const std::string svg = svg_of({{"a < b", "x", "y", 2, {{"c", {{0, 1}, {10, 4}}}}}});
  EXPECT_NE(svg.find("a &lt; b"), std::string::npos);
  // The second point is above the edge, and drawn there.
  EXPECT_NE(svg.find("points=\"60.0,122.5 365.0,40.0 \""), std::string::npos) << svg;
}

}  // namespace
}  // namespace penstock
