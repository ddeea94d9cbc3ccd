// The folder in which a user's detached runs are kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/flow/detached/kept_run.h"
#include "libcore/flow/detached/run_id.h"
#include "libcore/os/descriptor.h"

namespace penstock {

// The folder of a run that is being started, which others do not see yet.
struct NewRun {
  RunId id;
  std::string path;  // of the folder, under its first name
  Descriptor lock;   // held by the manager as long as it lives
};

// Keeps no state besides the path, so several processes may use the folder at the same time.
class RunsFolder {
 public:
  // The user's, by $XDG_STATE_HOME or $HOME. Throws Error when neither says where it is.
  static RunsFolder of_user();
  explicit RunsFolder(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }

  // Makes the folder of a run and locks it. Removes before what managers left that were killed
  // before their run began. Throws Error when there are kMaxRuns, when the file system refuses it
  // or knows no locks, and when the folder is not the user's alone.
  NewRun create() const;
  // Gives it its name: from now on it is one of the runs. Throws Error.
  void publish(NewRun& run) const;

  // Removes the runs that ended long ago (kRunIsKept), seen from `now` in seconds since 1970.
  // Returns how many.
  int64_t remove_old(int64_t now) const;

  // Returns the IDs of all runs, in no order; none where there is no folder. Throws Error when the
  // folder is not the user's alone, or cannot be read.
  std::vector<RunId> list() const;

  // Returns a run. Throws Error for a text that is not an ID, for a run that does not exist, and as
  // KeptRun does.
  KeptRun find(std::string_view id) const;

 private:
  std::string path_of(const RunId& id) const { return path_ + "/" + id.text(); }
  void require_own() const;
  Descriptor lock_all() const;
  void sweep() const;

  std::string path_;
};

}  // namespace penstock
