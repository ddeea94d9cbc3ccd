#include "libcore/flow/planned_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/flow/launch/sent_names.h"
#include "libcore/flow/plan/explain.h"

namespace penstock {
namespace {

// Agents begin in another folder.
std::string absolute(const std::string& path) {
  return std::filesystem::absolute(path).string();
}

std::vector<std::string> paths_of(const std::vector<PlannedFile>& files) {
  std::vector<std::string> paths;
  for (const PlannedFile& file : files)
    paths.push_back(absolute(file.path));
  return paths;
}

// As they are called on a host: those that were sent there by the names of the copies.
std::vector<std::string> paths_there(const std::vector<PlannedFile>& files, size_t host,
                                     const SentFiles* sent) {
  std::vector<std::string> paths = paths_of(files);
  for (std::string& path : paths) {
    if (sent != nullptr) path = sent_name(path, sent->on(host));
  }
  return paths;
}

// Whether a worker of the fragment that runs on the host reads the file, one that all hosts have.
bool reads(const PlanStatement& plan, const PlanFragment& fragment, size_t host,
           const std::string& file) {
  if (plan.runs_anywhere(fragment)) return plan.hosts[host].slots > 0;
  auto has = [&](const ScanShare& share) {
    for (size_t i = 0; i < share.files.size(); ++i) {
      if (share.files[i] == file && !fragment.homes[share.inputs[i]]) return true;
    }
    return false;
  };
  // Else it is the file of a join, which all workers read.
  bool is_shared_out = std::any_of(fragment.shares.begin(), fragment.shares.end(), has);
  for (size_t worker = 0; worker < fragment.hosts.size(); ++worker) {
    if (fragment.hosts[worker] != host) continue;
    if (!is_shared_out || has(fragment.shares[worker])) return true;
  }
  return false;
}

// Each path once.
std::vector<PlannedFile> files_on(size_t host, const PlanStatement& plan,
                                  const std::vector<const PlanFragment*>& fragments) {
  std::vector<PlannedFile> files;
  for (const PlanFragment* fragment : fragments) {
    for (const PlannedFile& file : fragment->files) {
      if (!reads(plan, *fragment, host, file.path)) continue;
      auto is_it = [&](const PlannedFile& each) { return each.path == file.path; };
      if (std::none_of(files.begin(), files.end(), is_it)) files.push_back(file);
    }
  }
  return files;
}

// Throws when what a host has is not what was planned with. The size is as planned for readers,
// even if the file has grown.
void require_same(const std::string& host, const PlannedFile& here, const SeenFile& there) {
  if (!there.refusal.empty()) {
    throw Error(
        fmt::format("{}: {}; every host needs the input at the same path, unless --transfer "
                    "sends it",
                    host, there.refusal));
  }
  if (there.file.size != here.size) {
    throw Error(fmt::format("{}: {} has {} bytes there, and {} here", host, there.file.path,
                            there.file.size, here.size));
  }
  if (there.file.head != here.head || there.file.tail != here.tail) {
    throw Error(fmt::format("{}: {} is another file there than here", host, there.file.path));
  }
}

}  // namespace

PlannedInputs::PlannedInputs(const PlanStatement& plan, std::string name)
    : plan_(&plan), name_(std::move(name)) {
  append_fragments(plan.pipeline, fragments_);
  for (const PlanFragment* fragment : fragments_) {
    files_.insert(files_.end(), fragment->files.begin(), fragment->files.end());
    any_there_ = any_there_ || !fragment->files_there.empty();
  }
}

std::vector<std::pair<PlannedFile, std::vector<size_t>>> PlannedInputs::readers(
    size_t hosts) const {
  std::vector<std::pair<PlannedFile, std::vector<size_t>>> readers;
  for (size_t host = 1; host < hosts; ++host) {
    for (const PlannedFile& file : files_on(host, *plan_, fragments_)) {
      auto found = std::find_if(readers.begin(), readers.end(),
                                [&](const auto& each) { return each.first.path == file.path; });
      if (found == readers.end()) found = readers.insert(readers.end(), {file, {}});
      found->second.push_back(host);
    }
  }
  return readers;
}

bool PlannedInputs::write_lists(const RunFolder& folder, RunHosts* hosts, const SentFiles* sent) {
  if (files_.empty() && !any_there_) return true;
  folder.write(name_, planned_files_text(files_));
  if (hosts == nullptr) return true;
  seen_.assign(hosts->size(), {});
  for (size_t host = 1; host < hosts->size(); ++host) {
    if (hosts->is_lost(host)) continue;
    try {
      if (!look(host, *hosts, sent)) return false;
    } catch (const Error&) {
      if (!goes_on_without(host, *hosts)) throw;
    }
    hosts->send(host, PutFile{name_, planned_files_text(seen_[host])});
  }
  return true;
}

bool PlannedInputs::goes_on_without(size_t host, const RunHosts& hosts) const {
  return (passes_over_ || plan_->is_over_files) && hosts.is_lost(host);
}

bool PlannedInputs::look(size_t host, RunHosts& hosts, const SentFiles* sent) {
  // Those that the host alone has were looked at there when they were planned with.
  for (const PlanFragment* fragment : fragments_) {
    auto there = fragment->files_there.find(host);
    if (there == fragment->files_there.end()) continue;
    seen_[host].insert(seen_[host].end(), there->second.begin(), there->second.end());
  }
  const std::vector<PlannedFile> planned = files_on(host, *plan_, fragments_);
  if (planned.empty()) return true;
  std::vector<SeenFile> seen;
  if (!hosts.look_at_files(host, paths_there(planned, host, sent), seen)) return false;
  for (size_t i = 0; i < planned.size(); ++i) {
    require_same(hosts.name(host), planned[i], seen[i]);
    seen_[host].push_back(seen[i].file);
  }
  return true;
}

std::vector<std::string> PlannedInputs::environment_in(const std::string& folder) const {
  if (files_.empty() && !any_there_) return {};
  return {fmt::format("{}={}/{}", kPlannedFilesVariable, folder, name_)};
}

bool PlannedInputs::find_change(RunHosts* hosts, std::string& change) const {
  for (const PlannedFile& file : files_) {
    std::string what = change_of(file);
    if (what.empty()) continue;
    change = fmt::format("{}: the file {}", file.path, what);
    return true;
  }
  for (size_t host = 1; host < seen_.size(); ++host) {
    if (seen_[host].empty() || hosts->is_lost(host)) continue;
    std::vector<SeenFile> now;
    try {
      if (!hosts->look_at_files(host, paths_of(seen_[host]), now)) return false;
    } catch (const Error&) {
      if (!goes_on_without(host, *hosts)) throw;
      continue;  // nobody reads there any more
    }
    for (size_t i = 0; i < now.size(); ++i) {
      const PlannedFile& before = seen_[host][i];
      std::string what = now[i].refusal.empty() ? change_between(before, now[i].file) : "is gone";
      if (what.empty()) continue;
      change = fmt::format("{}: {}: the file {}", hosts->name(host), before.path, what);
      return true;
    }
  }
  return true;
}

}  // namespace penstock
