// The rules by which stages run in several workers, one stage at a time: values in, a decision with
// its reason out. FLOW.md, "The plan", has them in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/flow/plan/described_stage.h"
#include "libcore/flow/plan/join_exchange.h"

namespace penstock {

// What is known of the rows that workers have side by side.
struct SharedRows {
  bool in_order = true;                     // all of the first worker's, then the second's, …
  std::vector<std::string> hashed_by = {};  // columns by whose hash they lie, if so
  // Columns of which rows with equal values are in one worker, as the parts of a table are.
  std::vector<std::string> together_by = {};
  std::vector<SortKey> ranged_by = {};  // keys by whose ranges they lie, if so
};

// A pipeline that is being planned. What it points to outlives it.
struct PipelinePlan {
  const std::vector<DescribedStage>& stages;
  const PlanOptions& options;
  int64_t bytes = 0;  // of the scan's files

  // From so much input on the groups of an aggregation may be so many that one worker is not enough
  // to put them together.
  bool is_much() const;
};

// What becomes of a stage whose rows several workers have.
struct Decision {
  // The rows must come together first, for this reason. All else is empty then.
  std::optional<std::string> refusal = {};
  // Before it, rows move between the workers. The order of the workers is that of the rows, and is
  // needed, where `by_parts` is set; so it is of `behind`.
  std::optional<Edge> before = {};
  bool before_by_parts = false;
  // What runs in each worker; nothing where the stage is an exchange.
  std::optional<PlanStage> in_workers = {};
  std::optional<std::string> file = {};  // that each worker reads
  // Behind it, and what runs behind that.
  std::optional<Edge> behind = {};
  bool behind_by_parts = false;
  std::optional<PlanStage> after = {};
  // Options for writing that go to where the rows of all workers come together.
  std::vector<GivenOption> writing = {};
  SharedRows rows = {};  // known of what comes out
};

// For stages[at], which is given `rows`. REQUIRES more than one worker.
Decision decide(const PipelinePlan& plan, size_t at, const SharedRows& rows);

// What gathers the rows of workers for `reason`; in the order of the rows where that is to be seen.
Edge gather_rows(const PlanOptions& options, const SharedRows& rows, std::string reason);

// Whether some stage needs rows with equal keys in one worker, and has them there because the rows
// of stages[0] lie so. Where none does, workers may as well take chunks.
bool uses_placement(const PipelinePlan& plan, SharedRows rows);

// Whether it is worth the exchange to have workers for a pipeline: some stage, before the rows must
// come together, does more than hand on what it is given. stages[0] is the scan.
bool is_worth_workers(const PipelinePlan& plan);

}  // namespace penstock
