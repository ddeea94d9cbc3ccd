#include "libcore/flow/plan/scan_shares.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/flow/plan/placement.h"

namespace penstock {
namespace {

// Files that a reason names one by one.
constexpr size_t kNamedFiles = 4;

// Files of a scan that follow each other and are on one host, or on all.
struct Run {
  std::optional<size_t> host;
  size_t begin = 0;
  size_t end = 0;
  int64_t bytes = 0;
};

std::vector<Run> runs_of(const ScanPlaces& places) {
  std::vector<Run> runs;
  for (size_t i = 0; i < places.inputs.size(); ++i) {
    const std::optional<size_t>& host = places.inputs[i].host;
    if (runs.empty() || runs.back().host != host) runs.push_back({host, i, i, 0});
    ++runs.back().end;
    runs.back().bytes += places.sizes[i];
  }
  return runs;
}

// The host of each worker: those that have files, where none is on all hosts.
std::vector<size_t> hosts_of_scan(const ScanPlaces& places) {
  std::vector<PlanHost> taking = places.hosts;
  auto has_file = [&](size_t host) {
    return std::any_of(places.inputs.begin(), places.inputs.end(),
                       [&](const StageInput& input) { return input.host == host; });
  };
  bool any_is_shared = std::any_of(places.inputs.begin(), places.inputs.end(),
                                   [](const StageInput& input) { return !input.host; });
  int64_t slots = 0;
  int64_t homes = 0;
  for (size_t host = 0; host < taking.size(); ++host) {
    bool is_home = has_file(host);
    if (is_home) taking[host].slots = std::max<int64_t>(1, taking[host].slots);
    if (!is_home && !any_is_shared) taking[host].slots = 0;
    slots += taking[host].slots;
    if (taking[host].slots > 0) ++homes;
  }
  return hosts_of_workers(std::clamp(places.workers, homes, slots), taking);
}

// So many of `workers` as `bytes` are of `all`; at least one.
int64_t share_of(int64_t workers, int64_t bytes, int64_t all) {
  double part = static_cast<double>(bytes) / static_cast<double>(std::max<int64_t>(1, all));
  return std::max<int64_t>(1, std::llround(part * static_cast<double>(workers)));
}

// The hosts of the workers of each run.
std::vector<std::vector<size_t>> hosts_of_runs(const ScanPlaces& places,
                                               const std::vector<Run>& runs) {
  const std::vector<size_t> all = hosts_of_scan(places);
  int64_t bytes = 0;
  std::map<size_t, int64_t> bytes_of;
  for (const Run& run : runs) {
    bytes += run.bytes;
    if (run.host) bytes_of[*run.host] += run.bytes;
  }
  std::vector<std::vector<size_t>> hosts;
  for (const Run& run : runs) {
    if (!run.host) {
      hosts.push_back(hosts_of_workers(
          std::min(share_of(places.workers, run.bytes, bytes), kMaxWorkers), places.hosts));
      continue;
    }
    int64_t there = std::count(all.begin(), all.end(), *run.host);
    auto count = static_cast<size_t>(share_of(there, run.bytes, bytes_of[*run.host]));
    hosts.emplace_back(count, *run.host);
  }
  return hosts;
}

ScanShare share_of_run(const ScanPlaces& places, const Run& run) {
  ScanShare share;
  for (size_t i = run.begin; i < run.end; ++i) {
    const StageInput& input = places.inputs[i];
    share.inputs.push_back(i);
    share.files.push_back(input.host ? input.path_there : input.file);
  }
  return share;
}

void note_homes(const ScanPlaces& places, PlanFragment& fragment) {
  fragment.homes.clear();
  for (const StageInput& input : places.inputs)
    fragment.homes.push_back(input.host);
  fragment.hosts.clear();
  fragment.shares.clear();
}

}  // namespace

void share_in_order(const ScanPlaces& places, bool is_whole, PlanFragment& fragment) {
  note_homes(places, fragment);
  const std::vector<Run> runs = runs_of(places);
  std::vector<std::vector<size_t>> hosts;
  if (is_whole) {
    for (const Run& run : runs)
      hosts.push_back({run.host.value_or(kThisHost)});
  } else {
    hosts = hosts_of_runs(places, runs);
  }
  for (size_t i = 0; i < runs.size(); ++i) {
    ScanShare share = share_of_run(places, runs[i]);
    share.parts = std::ssize(hosts[i]);
    for (size_t host : hosts[i]) {
      fragment.hosts.push_back(host);
      fragment.shares.push_back(share);
      ++share.part;
    }
  }
  fragment.workers = std::ssize(fragment.hosts);
  fragment.division = is_whole ? Division::kNone : Division::kParts;
  if (fragment.workers > kMaxWorkers) {
    throw Error::usage(fmt::format(
        "the files take turns on their hosts, so that reading them in their order takes "
        "{} workers, and there are at most {}; list each host's files one after the "
        "other, or use --unordered",
        fragment.workers, kMaxWorkers));
  }
}

void share_in_chunks(const ScanPlaces& places, PlanFragment& fragment) {
  note_homes(places, fragment);
  fragment.hosts = hosts_of_scan(places);
  fragment.workers = std::ssize(fragment.hosts);
  const ScanShare all = share_of_run(places, {std::nullopt, 0, places.inputs.size(), 0});
  fragment.shares.assign(fragment.hosts.size(), all);
  fragment.division = Division::kChunks;
  fragment.sizes = places.sizes;
}

std::string placement_reason(const ScanFiles& files, int64_t workers) {
  return fmt::format(
      "each reads whole partitions of the table, one of {} parts of {}; rows with equal {} are "
      "together without an exchange",
      workers, files.table_partitions, fmt::join(files.table_keys, ", "));
}

void divide_scan(const ScanFiles& files, const PlanOptions& options, bool by_parts,
                 PlanFragment& fragment) {
  fragment.workers = options.workers;
  if (options.over_files) {
    const int64_t by_bytes = files.bytes / options.over_files->most_bytes + 1;
    fragment.workers = std::max(fragment.workers, std::min(by_bytes, kMaxWorkers));
  }
  if (by_parts || options.over_files) {
    fragment.division = Division::kParts;
    fragment.reason = fmt::format("each reads one of {} parts of the input", fragment.workers);
    return;
  }
  fragment.division = Division::kChunks;
  fragment.chunks = chunk_count(files, fragment.workers);
  fragment.sizes = files.sizes;
  fragment.reason = chunks_reason(fragment.chunks);
}

std::string shares_reason(const std::vector<StageInput>& inputs, const PlanFragment& fragment) {
  if (fragment.division == Division::kChunks) {
    return fmt::format(
        "{} chunks of the input are taken by workers that become free, of each file "
        "by those of its host",
        fragment.chunks);
  }
  std::vector<std::string> each;
  for (size_t worker = 0; worker < fragment.shares.size();) {
    const ScanShare& share = fragment.shares[worker];
    const auto last = worker + static_cast<size_t>(share.parts);
    std::string who = share.parts == 1 ? fmt::format("worker {}", worker + 1)
                                       : fmt::format("workers {} to {}", worker + 1, last);
    std::vector<std::string> names;
    for (size_t i = 0; i < std::min(kNamedFiles, share.inputs.size()); ++i)
      names.push_back(inputs[share.inputs[i]].file);
    if (share.inputs.size() > kNamedFiles) {
      names.push_back(fmt::format("and {} more", share.inputs.size() - kNamedFiles));
    }
    each.push_back(
        fmt::format("{} read{} {}", who, share.parts == 1 ? "s" : "", fmt::join(names, " ")));
    worker = last;
  }
  return fmt::format("{}", fmt::join(each, ", "));
}

}  // namespace penstock
