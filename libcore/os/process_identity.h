// Names a process so exactly that no other is ever taken for it: numbers of processes are used
// again, and mean something else on each host and in each container.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "libcore/os/descriptor.h"

namespace penstock {

struct ProcessIdentity {
  std::string host;           // the name of the machine
  std::string boot;           // the kernel's identifier of the time since the machine was started
  uint64_t namespace_id = 0;  // of the numbers of processes
  pid_t pid = 0;
  uint64_t start = 0;  // when the process began, in clock ticks since the boot

  bool operator==(const ProcessIdentity&) const = default;
};

// Returns the identity of the calling process. Throws Error when /proc does not have it.
ProcessIdentity own_identity();

// Returns a descriptor of exactly that process (a pidfd), or of none when it has ended. Throws
// Error when it cannot be seen from here, because it runs on another host or in another namespace.
Descriptor open_process(const ProcessIdentity& identity);

// Sends a signal to the process of such a descriptor. Returns false when it has ended. Throws Error
// when the signal is not permitted.
bool signal_process(const Descriptor& process, int number);

}  // namespace penstock
