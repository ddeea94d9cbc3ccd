// Files that one host of a run alone has, as planning looks into them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/flow/hosts/host_list.h"
#include "libcore/flow/plan/found_file.h"
#include "libcore/os/planned_files.h"
#include "libcore/stage/stage.h"

namespace penstock {

// Hosts have their numbers in the plan. Paths are those that find() returned. All functions but
// split() throw Error, which begins with the host's name, when the host cannot be asked. Not
// thread-safe.
class HostFiles {
 public:
  virtual ~HostFiles() = default;

  // Returns what the operand HOST:PATH names (hosts/host_list.h); nothing for other operands.
  virtual std::optional<HostPath> split(std::string_view operand) const = 0;

  // Returns the absolute paths that PATH means there, in the order of their bytes where it is a
  // pattern: at least one. Throws Error for a pattern that nothing matches.
  virtual std::vector<std::string> find(size_t host, const std::string& path) = 0;

  // Throws Error when it is not there, not a regular file, or cannot be read.
  virtual PlannedFile look(size_t host, const std::string& path) = 0;

  // Returns what the hosts find in the files of theirs among the scan's inputs, in the order of the
  // inputs. All hosts look at the same time, and a file that was looked at with the same options is
  // not looked at again. Throws Error for a file that cannot be read, or is not what the options
  // say.
  virtual std::vector<FoundFile> survey(const Stage& scan) = 0;
};

// Returns the stage with its operands HOST:PATH as files of hosts (StageInput::host); a pattern
// becomes all its files. `files` is null where there are no other hosts. Throws a usage Error for a
// pattern of several files where the stage reads one, and for an operand of a host that is not in
// the list, unless there is a file of that name here, or the flow writes one (`outputs`).
StagePtr place_inputs(StagePtr stage, HostFiles* files,
                      const std::vector<std::string>& outputs = {});

// Whether one of the inputs is a file of a host.
bool has_host_files(const Stage& stage);

}  // namespace penstock
