// Simulates a run over files on many hosts: the time that it takes with deaths, slow slots and a
// busy manager, and the time that it would take without what the schedule does about them.
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/command/command.h"
#include "tests/simulate/figure.h"
#include "tests/simulate/simulation.h"

namespace penstock {
namespace {

constexpr Option kHostsOption{'\0', "hosts", "N", "how many hosts there are (1000)"};
constexpr Option kSlotsOption{'\0', "slots", "N", "how many attempts a host runs at once (1)"};
constexpr Option kStepsOption{'\0', "steps", "N", "how many steps follow each other (2)"};
constexpr Option kHoursOption{'\0', "hours", "H", "how long all slots are busy (24)"};
constexpr Option kTaskOption{'\0', "task-seconds", "S", "how long a task takes (120)"};
constexpr Option kSpreadOption{'\0', "spread", "P",
                               "by up to how many percent tasks take more or less (30)"};
constexpr Option kTimesOption{
    '\0', "times", "FILE", "take the tasks from FILE, which has a line \"STEP SECONDS\" for each",
    Complete::kFile};
constexpr Option kDaysOption{'\0', "days-between-deaths", "D",
                             "how often a host dies (100); 0 for never"};
constexpr Option kSlowOption{'\0', "slow", "P", "how many percent of the slots are slow (1)"};
constexpr Option kFactorOption{'\0', "slow-factor", "F", "how much longer tasks take on these (5)"};
constexpr Option kManagerOption{'\0', "manager-us", "N",
                                "how many microseconds the manager needs for an event (0)"};
constexpr Option kRetriesOption{'\0', "retries", "N", "how often a task is tried again (3)"};
constexpr Option kSharedOption{'\0', "shared", "", "outputs are on a disk that all hosts share"};
constexpr Option kSeedOption{'\0', "seed", "N", "where chance begins (1)"};
constexpr Option kSvgOption{'\0', "svg", "FILE", "draw curves, of shorter runs, into FILE",
                            Complete::kFile};
constexpr Option kHelpOption{'h', "help", "", "print this help"};

struct Asked {
  Scenario scenario;
  size_t steps = 2;
  double hours = 24;
  double task_seconds = 120;
  double spread = 0.3;
  std::string times;
  std::string svg;
  bool help = false;
};

double number_of(const std::string& text, double least, double most) {
  const std::optional<double> number = parse_float64(text);
  if (!number || !(*number >= least && *number <= most)) {
    throw Error::usage(fmt::format("'{}' is not a number from {:g} to {:g}", text, least, most));
  }
  return *number;
}

size_t count_of(const std::string& text, double least, double most) {
  const double number = number_of(text, least, most);
  if (number != static_cast<double>(static_cast<size_t>(number))) {
    throw Error::usage(fmt::format("'{}' is not a whole number", text));
  }
  return static_cast<size_t>(number);
}

void declare(Command& command, Asked& asked) {
  Scenario& scenario = asked.scenario;
  auto count = [&](const Option& option, size_t& target, double most) {
    command.add(option,
                [&target, most](const std::string& text) { target = count_of(text, 1, most); });
  };
  auto number = [&](const Option& option, double& target, double least, double most, double unit) {
    command.add(option, [&target, least, most, unit](const std::string& text) {
      target = number_of(text, least, most) * unit;
    });
  };
  count(kHostsOption, scenario.hosts, 100'000);
  count(kSlotsOption, scenario.slots, 1000);
  count(kStepsOption, asked.steps, 1000);
  number(kHoursOption, asked.hours, 0.001, 10'000, 1);
  number(kTaskOption, asked.task_seconds, 0.001, 1e6, 1);
  number(kSpreadOption, asked.spread, 0, 100, 0.01);
  command.add(kTimesOption, [&asked](const std::string& text) { asked.times = text; });
  number(kDaysOption, scenario.days_between_deaths, 0, 1e6, 1);
  number(kSlowOption, scenario.slow_share, 0, 100, 0.01);
  number(kFactorOption, scenario.slow_factor, 1, 1000, 1);
  number(kManagerOption, scenario.manager_seconds, 0, 1e9, 1e-6);
  command.add(kRetriesOption, [&scenario](const std::string& text) {
    scenario.limits.retries = static_cast<int64_t>(count_of(text, 0, 1000));
  });
  command.add(kSharedOption, scenario.outlives_hosts);
  command.add(kSeedOption, [&scenario](const std::string& text) {
    scenario.seed = static_cast<uint32_t>(count_of(text, 0, 4e9));
  });
  command.add(kSvgOption, [&asked](const std::string& text) { asked.svg = text; });
  command.add_answer(kHelpOption, asked.help);
}

// The same without what goes wrong.
Scenario undisturbed(Scenario scenario) {
  scenario.days_between_deaths = 0;
  scenario.slow_share = 0;
  scenario.manager_seconds = 0;
  return scenario;
}

Scenario without_copies(Scenario scenario) {
  scenario.limits.backups.is_on = false;
  return scenario;
}

double deaths_per_second(const Scenario& scenario) {
  if (scenario.days_between_deaths == 0) return 0;
  return static_cast<double>(scenario.hosts) / (scenario.days_between_deaths * 24 * 3600);
}

// In hours, or seconds where it is less than one.
std::string time_of(double seconds) {
  return seconds < 3600 ? fmt::format("{:>12.2f} s", seconds)
                        : fmt::format("{:>12.2f} h", seconds / 3600);
}

std::string line_of(const char* name, const Outcome& outcome, double undisturbed_seconds) {
  return fmt::format("{:<34}{}{:>9.3f}{:>11.2f} %{:>9}{:>9}{:>9}{}\n", name,
                     time_of(outcome.seconds), outcome.seconds / undisturbed_seconds,
                     100 * outcome.twice_seconds / outcome.work_seconds, outcome.deaths,
                     outcome.counts.retried + outcome.counts.made_again, outcome.counts.copies,
                     outcome.is_done ? "" : "  (failed)");
}

std::string table_of(const Scenario& scenario) {
  const Outcome best = simulate(undisturbed(scenario));
  const Outcome outcome = simulate(scenario);
  std::string text = fmt::format("{:<34}{:>14}{:>9}{:>13}{:>9}{:>9}{:>9}\n", "", "time", "ratio",
                                 "work twice", "deaths", "again", "copies");
  text += line_of("undisturbed", best, best.seconds);
  text += line_of("checkpoints, retries and copies", outcome, best.seconds);
  text += line_of("without copies", simulate(without_copies(scenario)), best.seconds);
  const double again = seconds_with_restarts(best.seconds, deaths_per_second(scenario));
  text += fmt::format("{:<34}{}{:>9.3f}  (begins again at each death; in closed form)\n",
                      "without retries or checkpoints", time_of(again), again / best.seconds);
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return text + fmt::format(
                    "the schedule: {} events, {:.2f} s of CPU, {:.2f} us an event; "
                    "{} MB at most with the simulation\n",
                    outcome.events, outcome.schedule_seconds,
                    1e6 * outcome.schedule_seconds / static_cast<double>(outcome.events),
                    used.ru_maxrss / 1024);
}

Curve curve_of(const std::string& name, const std::vector<double>& at,
               const std::function<double(double)>& y) {
  Curve curve{name, {}};
  for (double x : at)
    curve.points.emplace_back(x, y(x));
  return curve;
}

// Each over the undisturbed time.
std::string picture_of(const Scenario& scenario) {
  const Scenario calm = undisturbed(scenario);
  const double best = simulate(calm).seconds;
  auto ratio = [&](const Scenario& each) { return simulate(each).seconds / best; };
  auto dying = [&](double deaths) {
    Scenario each = calm;
    each.days_between_deaths = deaths == 0 ? 0 : static_cast<double>(each.hosts) / deaths;
    return each;
  };
  auto slow = [&](double factor) {
    Scenario each = calm;
    each.slow_share = 0.01;
    each.slow_factor = factor;
    return each;
  };
  auto managed = [&](double milliseconds) {
    Scenario each = calm;
    each.manager_seconds = milliseconds / 1000;
    return ratio(each);
  };
  const std::vector<double> deaths{0, 5, 10, 20, 40, 80};
  const std::vector<double> factors{1, 2, 3, 5, 8, 10};
  Panel of_deaths{"Hosts that die", "deaths a day", "times undisturbed", 2, {}};
  of_deaths.curves = {curve_of("with retries", deaths, [&](double x) { return ratio(dying(x)); }),
                      curve_of("begun again at each death", deaths, [&](double x) {
                        return seconds_with_restarts(best, deaths_per_second(dying(x))) / best;
                      })};
  Panel of_slow{"Slow slots, 1 in 100", "times slower", "times undisturbed", 0, {}};
  of_slow.curves = {
      curve_of("with copies", factors, [&](double x) { return ratio(slow(x)); }),
      curve_of("without", factors, [&](double x) { return ratio(without_copies(slow(x))); })};
  Panel of_manager{"A busy manager", "ms for an event", "times undisturbed", 0, {}};
  of_manager.curves = {curve_of("with retries and copies", {0, 20, 40, 80, 120, 200}, managed)};
  return svg_of({of_deaths, of_slow, of_manager});
}

void make_tasks(Asked& asked) {
  Scenario& scenario = asked.scenario;
  if (asked.times.empty()) {
    scenario.steps = make_steps(scenario.hosts * scenario.slots, asked.steps, asked.hours,
                                asked.task_seconds, asked.spread, scenario.seed);
    return;
  }
  std::ifstream file(asked.times);
  std::ostringstream text;
  if (!(text << file.rdbuf())) throw Error("cannot read '" + asked.times + "'");
  scenario.steps = read_steps(text.str());
}

void run(int argc, const char* const* argv) {
  Asked asked;
  asked.scenario.days_between_deaths = 100;
  asked.scenario.slow_share = 0.01;
  asked.scenario.slow_factor = 5;
  Command command({"simulate", "[OPTION...]", "simulate a run over files on many hosts"});
  declare(command, asked);
  const std::vector<std::string> operands = command.parse(argc, argv);
  if (asked.help) {
    fmt::print("{}", help_text(command));
    return;
  }
  if (!operands.empty()) throw Error::usage("'" + operands[0] + "' is not an option");
  make_tasks(asked);
  fmt::print("{}", table_of(asked.scenario));
  if (asked.svg.empty()) return;
  std::ofstream file(asked.svg);
  if (!(file << picture_of(asked.scenario)).flush()) {
    throw Error("cannot write '" + asked.svg + "'");
  }
}

}  // namespace
}  // namespace penstock

int main(int argc, char** argv) {
  try {
    penstock::run(argc, argv);
  } catch (const penstock::Error& error) {
    fmt::print(stderr, "simulate: {}\n", error.what());
    return error.kind() == penstock::Error::Kind::kUsage ? 2 : 1;
  }
  return 0;
}
