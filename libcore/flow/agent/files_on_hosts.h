// The files of a run's hosts, through their agents.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
  std::string read(size_t host, const std::string& path, int64_t offset, int64_t size) override;

  // Forgets what was read, of which the beginnings of files are kept.
  void forget();

 private:
  struct Beginning {
    PlannedFile file;
    std::string bytes;
  };

  std::string ask(size_t host, const std::string& path, int64_t offset, int64_t size);
  [[noreturn]] void refuse(size_t host, const std::string& why) const;

  RunHosts& hosts_;
  std::vector<Host> others_;
  std::map<std::pair<size_t, std::string>, Beginning> beginnings_;
};

}  // namespace penstock
