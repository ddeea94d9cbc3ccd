// Files of this host that are copied to the other hosts of a run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "libcore/flow/agent/run_hosts.h"
#include "libcore/os/planned_files.h"

namespace penstock {

// Files that --send may name.
inline constexpr int64_t kMaxSentFiles = 1024;

// Adds a file to those of --send. Throws a usage Error when there are too many.
void add_sent_file(std::vector<std::string>& files, const std::string& path);

// Looks at a file that is to be sent. Throws Error when it is not a regular file, or cannot be
// read.
PlannedFile look_at_sendable(const std::string& path);

// Copies lie in the run's folder of each host, under the whole path that the file has here, so that
// files keep their places to each other; they go with that folder. Not thread-safe.
class SentFiles {
 public:
  // REQUIRES hosts that are ready; they outlive this.
  explicit SentFiles(RunHosts& hosts) : hosts_(hosts), sent_(hosts.size()) {}

  // Copies the file, of the size that it had when it was looked at, to these hosts, to all at the
  // same time, and returns when they have it. Hosts that have this very file are left out. Returns
  // false when a signal asks us to end. Throws Error when it changes meanwhile, and when a host
  // cannot store it.
  bool send(const PlannedFile& file, const std::vector<size_t>& hosts);
  // As send(), but goes on without hosts that are lost, before or meanwhile.
  bool send_to_those_left(const PlannedFile& file, std::vector<size_t> hosts);

  // Returns the files that a host has: by sent_key() their paths there.
  const std::map<std::string, std::string>& on(size_t host) const { return sent_[host].paths; }

 private:
  struct OfHost {
    std::map<std::string, std::string> paths;
    std::map<std::string, PlannedFile> files;  // as they were when they were sent
  };

  bool send_bytes(const PlannedFile& file, const std::string& key,
                  const std::vector<size_t>& hosts);
  bool check(const PlannedFile& file, const std::string& key, size_t host);

  RunHosts& hosts_;
  std::vector<OfHost> sent_;  // by host
};

}  // namespace penstock
