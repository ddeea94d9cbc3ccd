// What each process of a run has moved so far, in a file that all of them map. So a process that
// watches the run sees its rows although they exchange no messages. Each process has cache lines
// of its own; counting costs it one addition for each batch, and no process waits.
//
// The file begins with a line of text (kRunCountsMagic) that fills 128 bytes. Line i of the counts
// is at 128 * (i + 1): ten int64 in this machine's byte order, as in MovedRows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace penstock {

inline constexpr const char* kRunCountsMagic = "penstock run counts 4\n";
// The environment variable that names a process its line: PLACE:PATH.
inline constexpr const char* kRunCountsVariable = "PENSTOCK_COUNTS";

struct MovedRows {
  int64_t rows_in = 0;
  int64_t rows_out = 0;
  int64_t bytes_out = 0;
  // Values and records that readers refused: values that became null; lines that were left out, or
  // records where lines are not counted.
  int64_t null_values = 0;
  int64_t left_out_lines = 0;
  int64_t left_out_records = 0;
  int64_t faulty_headers = 0;  // taken as they stand
  int64_t peer_failures = 0;   // failures of which another process is the cause
  // Bytes that were read of regular files, by readers of the rows in; of Arrow files those of the
  // batches, whichever of their columns were read.
  int64_t bytes_in = 0;
  int64_t machine_failures = 0;  // failures of which the machine is the cause

  bool operator==(const MovedRows&) const = default;
};

// The mapped file: the process that made it uses all lines, each other process one line. Not
// copied. Counting and reading are safe in all threads and processes.
class RunCounts {
 public:
  // Makes the file with `places` lines of zeros. Throws Error when it cannot be made.
  RunCounts(std::string path, int64_t places);
  ~RunCounts();
  RunCounts(RunCounts&& other) noexcept;
  RunCounts(const RunCounts&) = delete;
  RunCounts& operator=(const RunCounts&) = delete;
  RunCounts& operator=(RunCounts&&) = delete;

  // Returns the variable, as NAME=VALUE, for the environment of the process with line `place` (from
  // 0).
  std::string variable(int64_t place) const;
  MovedRows at(int64_t place) const;

  // Returns the line that our environment names, and removes the variable, so that child processes
  // do not count there too. Empty when there is no variable, or when it does not name such a file
  // of this user: a user must not be made to write to other files.
  static std::optional<RunCounts> from_environment();

  // Adds to the line of from_environment(), or to line 0 of a file that this process made.
  void add(const MovedRows& moved);

 private:
  RunCounts(void* memory, int64_t bytes, int64_t place);
  int64_t* line(int64_t place) const;

  std::string path_;
  void* memory_ = nullptr;
  int64_t bytes_ = 0;
  int64_t place_ = 0;
};

}  // namespace penstock
