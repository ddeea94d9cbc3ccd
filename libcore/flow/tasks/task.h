// The tasks of a flow and what happens to them, as values: nothing here knows a process.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace penstock {

// The one clock of a flow. A simulation may count it as it likes.
using FlowTime = std::chrono::steady_clock::time_point;

// Returns what that clock says.
inline FlowTime now() {
  return std::chrono::steady_clock::now();
}

// A worker of a fragment, or one of several processes that a worker consists of. Tasks are numbered
// from 0 in the order in which rows pass them: the writer comes before its reader.
struct Task {
  size_t host = 0;  // its slot: where its attempts run
  int64_t fragment = 1;
  int64_t worker = 1;
  int64_t stage = 1;              // the first of those that run in it
  std::optional<size_t> reader;   // the task that reads its output; none for the flow's own output
  bool has_more_readers = false;  // `reader` is one of several: its end says nothing of the others
  bool is_tool = false;           // a program of the family
};

// A task may be tried more than once. What happens, happens to one of its attempts.
struct Attempt {
  size_t task = 0;
  int64_t number = 1;

  bool operator==(const Attempt&) const = default;
};

struct TaskStarted {
  Attempt attempt;
  pid_t pid = 0;
};

// The program could not be run; there is no process.
struct TaskNotRun {
  Attempt attempt;
  int error = 0;  // ENOENT, EACCES, …
};

struct TaskEnded {
  Attempt attempt;
  int wait_status = 0;  // as waitpid() has it
  rusage used{};
  std::string said;         // the last of what it wrote to standard error
  bool is_of_peer = false;  // it failed because another process had failed, or was gone
  // It ended with a status, but for a reason of its host, as a full disk. The launcher says so: the
  // status alone does not. A signal is such a reason without it.
  bool is_of_machine = false;
};

// It has moved rows since the last event of this kind, or since its start.
struct TaskProgressed {
  Attempt attempt;
};

struct TaskStopped {
  Attempt attempt;
};

struct TaskContinued {
  Attempt attempt;
};

// A scan asks for a chunk of its fragment's input: a ChunkRequest as its bytes, which may be wrong
// (os/chunks/messages.h). The schedule has no part in it.
struct ChunksAsked {
  Attempt attempt;
  std::string request;
};

// A signal to us that asks the flow to end.
struct EndingAsked {
  int signal = 0;
};

// Nothing is heard of a host any more, or its agent cannot go on: its attempts are lost.
struct HostLost {
  size_t host = 0;
  std::string why;  // for people, beginning with the host's name
};

// No more tasks can be started: the system refused a process, or memory.
struct LauncherFailed {};

// Nothing happened until now.
struct TimePassed {};

struct TaskEvent {
  FlowTime at;
  std::variant<TaskStarted, TaskNotRun, TaskEnded, TaskProgressed, TaskStopped, TaskContinued,
               ChunksAsked, EndingAsked, HostLost, LauncherFailed, TimePassed>
      what;
};

}  // namespace penstock
