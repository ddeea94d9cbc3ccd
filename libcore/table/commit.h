// Commits: how a version gets its number, which only one of several writers can have. FORMAT.md
// beside this file says how.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libcore/table/actions.h"
#include "libcore/table/log.h"

namespace penstock {

// How often a commit whose number another writer has taken is tried again.
inline constexpr int64_t kDefaultCommitRetries = 20;
inline constexpr int64_t kMostCommitRetries = 10'000;

// A change of a table, which began at a state that its writer has read.
struct TableChange {
  VersionActions actions;  // with an info, whose timestamp and readVersion the commit sets
  // The files of that state whose rows it has read: the change is lost if another writer removes
  // one. Those that it removes are such files in any case.
  std::set<std::string> read_files = {};
  // Whether the change would have read a file, had it been there: it is lost if another writer adds
  // such a file. Empty for a change that only adds rows.
  std::function<bool(const DataFile&)> would_have_read = {};
  // Whether the files that it adds were written for it: they are removed when it is certainly no
  // version. Not for files that are or were the table's.
  bool owns_added = false;
  // Files that were written for it besides, in the table's directory, and that are removed with
  // those: pieces of indexes.
  std::vector<std::string> files_beside = {};
};

struct CommitOutcome {
  // The version that the change is; empty when it is lost, and certainly no version.
  std::optional<int64_t> version = {};
  std::string conflict = {};     // why it is lost: what another writer did
  int64_t rebases = 0;           // how often it was looked at, and found true, on later versions
  int64_t versions_between = 0;  // the versions of others that these had
  std::string note = {};         // why a checkpoint that is due was not written; else empty
};

struct CommitOptions {
  int64_t retries = kDefaultCommitRetries;
  bool sync = true;  // so that the commit stands even if the machine loses power
};

// Commits a change to the table that `began` is a state of; its version is -1 for a table that is
// made, whose log then has its directory already (LogFolder). Waits and tries again while other
// writers take the next number, as long as their changes leave this one true. Then writes a
// checkpoint where one is due. The data files that the change adds must be written, and
// synchronized, before. Throws Error when the version would have more files than the log's limits
// say, and when the log cannot be read or written; then the change may be a version only if the
// message says that it is, or that this is not known.
CommitOutcome commit(const TableLog& log, const TableState& began, TableChange change,
                     const CommitOptions& options = {});

}  // namespace penstock
