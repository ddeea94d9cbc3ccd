// A materialized run on many hosts in virtual time: the real MaterializedSchedule, and a world of
// hosts that die and slots that are slow.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/flow/tasks/materialized_schedule.h"

namespace penstock {

struct Scenario {
  size_t hosts = 1000;
  size_t slots = 1;                        // of a host
  std::vector<std::vector<double>> steps;  // of each task of each step: its seconds on a slot
  double days_between_deaths = 0;          // of one host, on average; 0: none dies
  double slow_share = 0;                   // of the slots
  double slow_factor = 1;                  // a task takes so many times its seconds there
  double manager_seconds = 0;              // that each event takes, one after the other
  bool outlives_hosts = false;             // outputs do
  uint32_t seed = 1;
  RunLimits limits = {};
};

// Returns `count` steps that keep all slots busy for `hours`, of tasks that take `seconds`, more or
// less by up to the share `spread`.
std::vector<std::vector<double>> make_steps(size_t slots, size_t count, double hours,
                                            double seconds, double spread, uint32_t seed);

// Returns steps from text with a line "STEP SECONDS" for each task, steps counted from 1. Throws
// Error for any other line, and for a step without tasks.
std::vector<std::vector<double>> read_steps(const std::string& text);

struct Outcome {
  bool is_done = false;
  double seconds = 0;        // of virtual time
  double work_seconds = 0;   // of slots that were busy
  double twice_seconds = 0;  // of these, what was not the first output of a task
  size_t deaths = 0;
  RerunCounts counts;
  size_t events = 0;
  double schedule_seconds = 0;  // of CPU, in the schedule
};

// Returns what becomes of a scenario; the same for the same one, but for schedule_seconds.
Outcome simulate(const Scenario& scenario);

// Returns the seconds until a run of `seconds` has had no death from its beginning to its end, when
// each death makes it begin again: the mean, (e^(deaths x seconds) - 1) / deaths.
double seconds_with_restarts(double seconds, double deaths_per_second);

}  // namespace penstock
