// What one host is given of a step: its channels and secrets, numbered for itself.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "libcore/flow/tasks/job.h"

namespace penstock {

struct HostJobs {
  std::vector<Channel> channels;
  std::vector<std::string> secrets;
  // By the number of the task; only those that run on the host.
  std::vector<std::optional<Job>> jobs;

  // Returns the number of tasks that run on the host.
  size_t count() const;
};

// Divides a step's jobs among so many hosts. A channel goes to the host whose jobs name it; each
// host's secrets are numbered from 0. REQUIRES that a pipe joins jobs of one host.
std::vector<HostJobs> divide_jobs(const std::vector<Job>& jobs,
                                  const std::vector<Channel>& channels,
                                  const std::vector<std::string>& secrets, size_t hosts);

}  // namespace penstock
