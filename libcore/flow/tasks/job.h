// A process of a flow and what it is connected to, as values: what planning hands over to run, on
// this host or on another. How a flow went.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

// What processes read and write. On the host where they run it becomes a descriptor
// (launch/open_channels.h).
struct Channel {
  enum class Kind {
    kNothing,     // is empty when it is read
    kPipe,        // from one process to another on the same host
    kFlowInput,   // the standard input of pflow
    kFlowOutput,  // where the statement writes
    kShared,  // a file without a name that a step writes and later ones read; `number` says which
    kRunFolder,  // the folder of the run
    kChunks,     // over it one process asks for chunks of its fragment's input
    kListener,   // a socket that listens for an exchange; `number` says which of its host's
    kSecret,     // a file without a name that one process alone reads; `number` says which
  };
  Kind kind = Kind::kNothing;
  int64_t number = 0;

  bool operator==(const Channel&) const = default;
};

// A channel that a process inherits besides its standard streams, as the descriptor `as`: so its
// words can name it, as /dev/fd/N, before it is opened anywhere.
struct InheritedChannel {
  size_t channel = 0;
  int as = 0;

  bool operator==(const InheritedChannel&) const = default;
};

// An input that the workers of a fragment take in chunks (chunk_grants.h).
struct ChunkedInput {
  int64_t chunks = 0;          // at most so many
  std::vector<int64_t> sizes;  // of the files, in bytes
  // The host that alone has a file, as Job::host, for each file; empty when all hosts have all.
  std::vector<std::optional<size_t>> homes = {};
};

// Jobs stand in the order in which rows pass them: who writes comes before who reads.
struct Job {
  size_t host = 0;  // where it runs, as in the plan
  // The words of its stages; one stage unless several share the process.
  std::vector<std::vector<std::string>> commands;
  bool is_tool =
      false;  // the stages are of the family, which says what is wrong in a line with its name
  // A stage is another program, or runs one: it may be at work without moving rows that we count.
  bool runs_programs = false;
  size_t in = 0;  // the channels of its standard input and output
  size_t out = 0;
  std::vector<InheritedChannel> inherited;
  int64_t fragment = 1;
  int64_t worker = 1;
  int64_t workers = 1;
  int64_t stage = 1;          // the first of those that run in it
  int64_t reader = -1;        // the job that reads its output; -1 for what is the flow's own output
  bool writes_files = false;  // its rows go to files, and not to its standard output
  bool has_more_readers = false;  // `reader` is one of several: its end says nothing of the others

  // Returns the names of the stages' programs, without their folders.
  std::vector<std::string> programs() const;
  // Returns its command line: the words of the stages, with a "|" between two stages.
  std::vector<std::string> words() const;
};

// What pflow ends with when it fails itself, and not a stage.
inline constexpr int kOwnFailure = 125;

// And for a wrong flow or command line.
inline constexpr int kUsageFailure = 2;

// How it went.
struct FlowOutcome {
  int status = 0;              // what pflow ends with
  std::string message;         // of a failure: one line, or three with an expression
  bool is_stopped = false;     // by a signal to us
  bool output_closed = false;  // the reader of the flow's output has gone; not an error
  bool is_of_machine = false;  // a failure that may go well on another machine, or later
};

// Returns how a flow went that a signal to us ended.
FlowOutcome stopped_by(int signal);

}  // namespace penstock
