// Which host's workers read which files of a scan, where files are on one host each. HOSTS.md,
// "Input", has the rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/flow/plan/plan.h"
#include "libcore/flow/plan/scan_files.h"
#include "libcore/stage/stage.h"

namespace penstock {

// The input of a scan, and the hosts of a run.
struct ScanPlaces {
  const std::vector<StageInput>& inputs;
  const std::vector<int64_t>& sizes;  // of each, in bytes; 1 where it does not matter
  const std::vector<PlanHost>& hosts;
  int64_t workers = 1;  // of the flow
};

// Gives the fragment, a scan of these inputs, its workers with their hosts and shares. Both give
// each host that alone has a file at least one worker, and no host more than it has slots unless
// its files lie apart.

// The order of the workers is that of the rows: each reads the I-th of N parts of files that follow
// each other and are on one host, or with `is_whole` such files as they are. Throws Error when
// that takes more than kMaxWorkers.
void share_in_order(const ScanPlaces& places, bool is_whole, PlanFragment& fragment);

// The workers take chunks of those files that their host has.
void share_in_chunks(const ScanPlaces& places, PlanFragment& fragment);

// Why workers read whole partitions of a table, for people.
std::string placement_reason(const ScanFiles& files, int64_t workers);

// Divides a scan of files that all hosts have among the fragment's workers: by chunks or, where the
// order of the workers is to be that of the rows, by parts. For a run over files always by parts,
// for a task that is run again must read what it has read before, and for at least as many workers
// as the bytes ask for.
void divide_scan(const ScanFiles& files, const PlanOptions& options, bool by_parts,
                 PlanFragment& fragment);

// Which workers read which files, for people.
std::string shares_reason(const std::vector<StageInput>& inputs, const PlanFragment& fragment);

}  // namespace penstock
