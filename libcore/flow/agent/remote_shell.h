// How a command is run on a host that is not this one: by ssh (ssh_command.h) or srun
// (srun_command.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/flow/hosts/host_list.h"
#include "libcore/os/process.h"

namespace penstock {

// Who notices that a host is cut off.
enum class CutOff {
  kSeenByEnds,   // both ends of the connection, by the signs of life that they send
  kSeenByShell,  // the process that runs the command
};

// Of the lines that a shell writes to standard error when it fails, the one that says most.
enum class SaysMost { kFirst, kLast };

// Immutable.
class RemoteShell {
 public:
  virtual ~RemoteShell() = default;

  // Returns the process here that runs `command` in a shell of the host. Its standard streams are
  // the command's; the caller sets them.
  virtual ProcessSpec process(const Host& host, const std::string& command,
                              CutOff cut_off) const = 0;

  // Returns, of a process that ended so, what it was itself that ended: "ssh ended with status
  // 255". Returns nothing where it ended as the command did. `had_begun`: the command has written
  // what it begins with. `said`: all that the process has written to standard error.
  virtual std::optional<std::string> own_end(int wait_status, bool had_begun,
                                             std::string_view said) const = 0;

  // Returns how the command itself ended, for a process of which own_end() returns nothing.
  virtual std::string command_end(int wait_status) const = 0;

  virtual SaysMost says_most() const = 0;
};

using RemoteShellPtr = std::shared_ptr<const RemoteShell>;

}  // namespace penstock
