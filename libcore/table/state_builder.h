// Makes the state of a table by applying one version after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "libcore/table/actions.h"
#include "libcore/table/log.h"

namespace penstock {

class StateBuilder {
 public:
  // A state may have so many files.
  explicit StateBuilder(int64_t most_files) : most_files_(most_files) {}

  // Of the last version that was applied; -1 before the first.
  int64_t version() const { return state_.version; }

  // Begins with what a checkpoint of a version says. `schemas` as in TableState. Throws as apply().
  // REQUIRES that no version was applied.
  void begin(int64_t version, const VersionActions& actions, int64_t schemas);

  // Applies the next version. Throws Error when it adds a file twice, and when there are too many.
  void apply(const VersionActions& actions);

  // Returns the state, with its schema. Throws Error when there was no metaData, when its schema is
  // not understood or lacks a partition column, and as require_readable() does.
  TableState take();

 private:
  void add(const DataFile& file);
  void remove(const std::string& path);

  int64_t most_files_;
  TableState state_;
  // A file that is removed leaves a gap, so that the others keep their places.
  std::unordered_map<std::string, size_t> places_;  // in the files of state_
};

}  // namespace penstock
