// Reads the rows of a checkpoint.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/table/actions.h"
#include "libcore/table/log_json.h"

namespace penstock {

// Makes actions of the rows of one checkpoint's files, one file after the other. Columns and
// members that checkpoint_schema() does not have are left out. A row is read as the line of a
// version's file that has the same action, so both are checked in the same way.
class CheckpointDecoder {
 public:
  // The checkpoint may have so many files, and so many that were removed.
  explicit CheckpointDecoder(int64_t most_files) : most_files_(most_files) {}

  // Begins a file of these columns. Throws Error when a column that is read is of another type, or
  // there twice.
  void begin(const Schema& schema);

  // Reads rows. Throws Error that begins with the number of a row ("row 3: …") for one that has no
  // action or several, for an action that decode_action() refuses, for a second protocol or
  // metaData, for a file of actions beside the checkpoint (a sidecar), and when there are too many.
  void take(const Batch& batch);

  // Returns all actions. Throws Error when there was no protocol or no metaData.
  VersionActions finish();

 private:
  // A column or a member that is read.
  struct Member {
    std::string name;
    size_t place;  // among those that are there
    TypeId kind;   // that checkpoint_schema() has
    std::vector<Member> members;
  };
  static std::vector<Member> members_of(const std::vector<Field>& wanted,
                                        const std::vector<Field>& there, const std::string& within);
  class LineOf;

  void take_row(const Batch& batch, int64_t row);
  void take_one(VersionActions one);

  int64_t most_files_;
  std::vector<Member> members_;            // of the file, by kind of action
  std::vector<std::optional<size_t>> at_;  // for each column of the file: in members_
  LogText parser_;
  int64_t rows_ = 0;
  VersionActions actions_;
};

}  // namespace penstock
