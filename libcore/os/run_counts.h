// What each process of a run has moved so far, in a file that all of them map: so whoever watches a
// run sees its rows without a word between the processes. A cache line a process; a count costs its
// process an addition a batch, and nobody waits.
//
// The file begins with a line of text (kRunCountsMagic) that fills 64 bytes; line i of the counts
// is at 64 * (i + 1), seven int64 of this machine, as MovedRows has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace penstock {

inline constexpr const char* kRunCountsMagic = "penstock run counts 1\n";
// The environment variable by which a process is told of its line: PLACE:PATH.
inline constexpr const char* kRunCountsVariable = "PENSTOCK_COUNTS";

struct MovedRows {
  int64_t rows_in = 0;
  int64_t rows_out = 0;
  int64_t bytes_out = 0;
  // What readers refused: values that became null; lines, or records of no line, left out.
  int64_t null_values = 0;
  int64_t left_out_lines = 0;
  int64_t left_out_records = 0;
  int64_t faulty_headers = 0;  // taken as they stand
};

// The file as it is mapped; for its maker and, of one line, for each process. Not copied. Counting
// and reading are safe in all threads and processes.
class RunCounts {
 public:
  // Makes the file with `places` lines of zeros. Throws Error when it cannot be made.
  RunCounts(std::string path, int64_t places);
  ~RunCounts();
  RunCounts(RunCounts&& other) noexcept;
  RunCounts(const RunCounts&) = delete;
  RunCounts& operator=(const RunCounts&) = delete;
  RunCounts& operator=(RunCounts&&) = delete;

  // What the process with line `place` (from 0) is to find in its environment, as NAME=VALUE.
  std::string variable(int64_t place) const;
  MovedRows at(int64_t place) const;

  // The line that our environment names, which is taken out of it, so that no child counts there
  // too. Empty when none is named, or what is named is no such file of this user: who runs a tool
  // must not have other files written to.
  static std::optional<RunCounts> from_environment();

  // To the line of from_environment(), or line 0 of one's own file.
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
