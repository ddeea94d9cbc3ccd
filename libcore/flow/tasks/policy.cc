#include "libcore/flow/tasks/policy.h"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <optional>

namespace penstock {
namespace {

using Kind = Verdict::Kind;

bool has_ended(const TaskState& state) {
  return state.phase == TaskState::Phase::kEnded && state.error == 0 && !state.is_ended_by_us;
}

bool died_of_pipe(const TaskState& state) {
  if (!has_ended(state)) return false;
  if (WIFSIGNALED(state.wait_status)) return WTERMSIG(state.wait_status) == SIGPIPE;
  return WEXITSTATUS(state.wait_status) == 128 + SIGPIPE;
}

// Whether it failed by itself.
bool has_failed(const TaskState& ended) {
  return has_ended(ended) && ended.wait_status != 0 && !died_of_pipe(ended);
}

// The first of `tasks` that `is_it`, as a failure of that kind; nothing when there is none.
template <typename Is, typename Value>
std::optional<Verdict> first(std::span<const TaskState> tasks, Kind kind, Is is_it, Value value) {
  auto found = std::find_if(tasks.begin(), tasks.end(), is_it);
  if (found == tasks.end()) return std::nullopt;
  return Verdict{kind, static_cast<size_t>(found - tasks.begin()), value(*found)};
}

}  // namespace

AfterEnd after_end(const TaskState& ended) {
  if (ended.error != 0 || has_failed(ended)) return AfterEnd::kFailure;
  return died_of_pipe(ended) ? AfterEnd::kNothing : AfterEnd::kReaderGone;
}

bool is_made_to_notice(const Task& writer) {
  return writer.is_tool && !writer.has_more_readers;
}

Verdict verdict_on(std::span<const TaskState> tasks) {
  auto not_run = first(
      tasks, Kind::kNotRun, [](const TaskState& state) { return state.error != 0; },
      [](const TaskState& state) { return state.error; });
  if (not_run) return *not_run;
  auto died = first(
      tasks, Kind::kDied,
      [](const TaskState& state) { return has_failed(state) && WIFSIGNALED(state.wait_status); },
      [](const TaskState& state) { return WTERMSIG(state.wait_status); });
  if (died) return *died;
  auto status = [](const TaskState& state) { return WEXITSTATUS(state.wait_status); };
  auto cause = first(
      tasks, Kind::kEndedBadly,
      [](const TaskState& state) { return has_failed(state) && !state.is_of_peer; }, status);
  if (cause) return *cause;
  auto bad = first(tasks, Kind::kEndedBadly, has_failed, status);
  if (bad) return *bad;
  Verdict done;
  done.output_closed = std::any_of(tasks.begin(), tasks.end(), [](const TaskState& state) {
    return !state.task.reader && died_of_pipe(state);
  });
  return done;
}

}  // namespace penstock
