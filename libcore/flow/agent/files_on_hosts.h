// The files of a run's hosts, through their agents.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/flow/agent/run_hosts.h"
#include "libcore/flow/plan/host_files.h"

namespace penstock {

// REQUIRES hosts that are ready (RunHosts::wait_until_ready()); they outlive this. When a signal
// asks us to end, functions throw Error, and RunHosts::signal() says which it was.
class FilesOnHosts final : public HostFiles {
 public:
  explicit FilesOnHosts(RunHosts& hosts) : hosts_(hosts), others_(hosts.others()) {}

  std::optional<HostPath> split(std::string_view operand) const override;
  std::vector<std::string> find(size_t host, const std::string& path) override;
  PlannedFile look(size_t host, const std::string& path) override;
  std::vector<FoundFile> survey(const Stage& scan) override;

  // Forgets what was found in files.
  void forget() { found_.clear(); }

 private:
  // A file, and the words of the scan that looked into it.
  struct Asked {
    size_t host = 0;
    std::string path;
    std::vector<std::string> options;
    auto operator<=>(const Asked&) const = default;
  };

  // The files of a scan that have not been looked into, by hosts.
  using Missing = std::map<size_t, std::vector<StageInput>>;

  // `scan` has no inputs, and those that it is to have are so many on all hosts.
  void ask(const Stage& scan, int64_t inputs, const std::vector<std::string>& options,
           Missing& missing);
  void keep(Asked asked, SurveyedFile&& surveyed);
  [[noreturn]] void refuse(size_t host, const std::string& why) const;

  RunHosts& hosts_;
  std::vector<Host> others_;
  std::map<Asked, FoundFile> found_;
};

}  // namespace penstock
