// Where the tasks of a run with checkpoints leave what they write, on one host: a folder for each
// attempt, which gets another name when the attempt has ended well. flow/CHECKPOINTS.md, "The
// directory", has the names.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libcore/exchange_files/output_file.h"
#include "libcore/exchange_files/partition_files.h"

namespace penstock {

// A task of a fragment, both numbered from 1, and one of its attempts.
struct TaskAttempt {
  int64_t fragment = 1;
  int64_t task = 1;
  int64_t attempt = 1;

  auto operator<=>(const TaskAttempt&) const = default;
};

// Returns where the output of an attempt lies, seen from the directory.
std::string output_name(const TaskAttempt& attempt);

class TaskFolders {
 public:
  // `path` is absolute; the directory need not be there before begin().
  explicit TaskFolders(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }

  // Makes the folder in which an attempt writes, without anything in it, and returns its path.
  // Throws Error when it cannot be made.
  std::string begin(const TaskAttempt& attempt) const;
  // Returns the path that begin() returns.
  std::string unfinished(const TaskAttempt& attempt) const;

  // The attempt has ended well: its folder becomes its output, whole or not at all. Throws Error
  // when it cannot be renamed.
  void finish(const TaskAttempt& attempt) const;
  // Returns the path of the output.
  std::string output_of(const TaskAttempt& attempt) const;
  // Returns the files of the output. Throws Error as read_partition_list() does, and an Error of
  // the machine when one of them is not there, or has another size than the list states.
  std::vector<PartitionFile> files_of(const TaskAttempt& attempt) const;
  // Returns whether all files are as the list states them. Reads all of them.
  bool is_whole(const TaskAttempt& attempt, const OnPiece& on_piece = {}) const;

  // The rest throws nothing: what cannot be removed takes space, and harms nothing.
  // Removes what an attempt has written, finished or not, if it is there.
  void remove(const TaskAttempt& attempt) const;
  // Removes what all other attempts have written.
  void keep_only(std::span<const TaskAttempt> kept) const;
  void remove_all() const;

 private:
  std::string path_;
};

}  // namespace penstock
