// What a run with checkpoints keeps of itself besides its tasks' outputs, as values and as the JSON
// of its file (CHECKPOINTS.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

inline constexpr int64_t kCheckpointFormat = 2;
inline constexpr int64_t kMaxCheckpointBytes = int64_t{64} << 20;

// An input, as it was when the run began.
struct InputMark {
  std::string path;
  int64_t size = 0;
  int64_t changed_seconds = 0;  // when it was last written to
  int64_t changed_nanoseconds = 0;

  bool operator==(const InputMark&) const = default;
};

// A statement that has begun.
struct StatementRecord {
  std::vector<InputMark> inputs;
  std::string plan;  // a checksum of its fragments, in hexadecimal digits
  bool operator==(const StatementRecord&) const = default;
};

struct CheckpointRecord {
  std::string penstock;   // the version of the program
  std::string flow;       // its text
  std::string directory;  // the working folder
  int64_t workers = 1;    // of the plan
  // Of statements that go through pipes; 0 where all are over files. They have as many in all runs
  // that go on, so that fragments keep their numbers.
  int64_t piped_workers = 0;
  bool is_unordered = false;
  std::vector<StatementRecord> statements;
  bool operator==(const CheckpointRecord&) const = default;
};

std::string encode(const CheckpointRecord& record);

// Reads what encode() wrote. Any bytes are safe. Throws Error for other text: another version of
// the format, what is not JSON, members that are missing, unknown or of another kind.
CheckpointRecord decode_checkpoint_record(std::string_view json);

// Throws Error when the file is not there, or cannot be read.
InputMark mark_input(const std::string& path);

// Returns what is different in `now`, naming the first file; empty when nothing is.
std::string change_of(const std::vector<InputMark>& then, const std::vector<InputMark>& now);

}  // namespace penstock
