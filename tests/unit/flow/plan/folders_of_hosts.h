// Hosts of a plan whose files are those of a folder each.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "libcore/flow/plan/host_files.h"

namespace penstock {

// Hosts a, b, … are numbers 1, 2, …; their folders have their names.
class FoldersOfHosts : public HostFiles {
 public:
  FoldersOfHosts(std::filesystem::path folder, size_t count) : folder_(std::move(folder)) {
    for (size_t i = 0; i < count; ++i) {
      std::string name(1, static_cast<char>('a' + i));
      add_hosts(hosts_, name);
      std::filesystem::create_directories(folder_ / name);
    }
  }

  std::optional<HostPath> split(std::string_view operand) const override {
    std::optional<HostPath> there = split_host_path(operand, hosts_);
    if (there) ++there->host;
    return there;
  }
  // A pattern is "*" alone.
  std::vector<std::string> find(size_t host, const std::string& path) override {
    if (path != "*") return {of(host, path)};
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::directory_iterator(of(host, "")))
      paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    return paths;
  }
  PlannedFile look(size_t /*host*/, const std::string& path) override { return look_at_file(path); }
  std::vector<FoundFile> survey(const Stage& scan) override {
    ++surveys;
    std::vector<FoundFile> found;
    const FileSurvey how{scan.inputs().size(), !scan.reading().scan.text.schema};
    for (const StageInput& input : scan.inputs()) {
      if (!input.host) continue;
      found.push_back(find_in_file(scan, input, look_at_file(input.path_there), how));
    }
    return found;
  }

  std::string write(size_t host, const std::string& name, const std::string& bytes) const {
    std::ofstream(of(host, name), std::ios::binary) << bytes;
    return of(host, name);
  }

  int64_t surveys = 0;

 private:
  std::string of(size_t host, const std::string& path) const {
    return folder_ / hosts_[host - 1].name / path;
  }

  std::filesystem::path folder_;
  std::vector<Host> hosts_;
};

}  // namespace penstock
