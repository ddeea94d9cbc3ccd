#include "libcore/flow/plan/rules.h"

#include <algorithm>
#include <utility>

#include "libcore/flow/plan/join_rules.h"
#include "libcore/flow/plan/seen_order.h"

namespace penstock {
namespace {

// The exchange that several final aggregations need costs some 20 ms.
constexpr int64_t kManyGroupsBytes = int64_t{64} << 20;

constexpr const char* kGivesText = "the stage gives text, or a file";

Decision refuse(std::string reason) {
  return {.refusal = std::move(reason)};
}

// Whether all of these columns, at least one, are keys.
bool are_keys(const std::vector<std::string>& columns, const std::vector<std::string>& keys) {
  return !columns.empty() &&
         std::all_of(columns.begin(), columns.end(), [&](const std::string& name) {
           return std::find(keys.begin(), keys.end(), name) != keys.end();
         });
}

// Whether rows that belong together by the stage's keys are in one worker already.
bool is_placed_for(const StageTraits& traits, const SharedRows& rows) {
  if (!traits.can_hash()) return false;
  const std::vector<std::string>& keys = traits.needs[0][0].keys;
  return are_keys(rows.hashed_by, keys) || are_keys(rows.together_by, keys);
}

bool is_group_order_seen(const PipelinePlan& plan, size_t at, const SharedRows& rows) {
  return !plan.options.unordered && rows.in_order &&
         shows_group_order(plan.stages, at, plan.is_much());
}

// Whether the stage can run in several workers by hash of keys, with what is to be seen of the
// order of its groups, which is then lost. To give up N workers for it is too much where there is
// much to read.
bool can_share_out(const PipelinePlan& plan, size_t at, const SharedRows& rows) {
  return plan.stages[at].traits->can_hash() &&
         (plan.is_much() || !is_group_order_seen(plan, at, rows));
}

// Why a stage that does not split runs on one worker.
std::string why_in_one_place(const DescribedStage& stage) {
  const StageTraits& traits = *stage.traits;
  if (traits.can_hash()) return "groups come in the order of their first rows";
  if (traits.uses_order) return "what comes out depends on the order of the rows";
  return called(stage, "a") + " without halves needs all rows in one place";
}

// A pexchange that was written: the exchange that it says, where that is one to several workers.
Decision written_exchange(const PipelinePlan& plan, size_t at) {
  const DescribedStage& stage = plan.stages[at];
  const WrittenExchange& written = *stage.traits->exchange;
  Decision decision;
  decision.writing = stage.plan.stage->given(OptionGroup::kWriting);
  if (!decision.writing.empty() && at + 1 < plan.stages.size()) return refuse(kGivesText);
  Edge edge;
  if (written.kind == PartitionKind::kHash && !written.keys.empty()) {
    std::vector<std::string> names;
    for (const SortKey& key : written.keys)
      names.push_back(key.name);
    edge = hash_edge(names, {});
    decision.rows.hashed_by = names;
  } else if (written.kind == PartitionKind::kRange && !written.keys.empty()) {
    edge.how.kind = PartitionKind::kRange;
    edge.how.keys = written.keys;
    // What each worker sends is sorted then, and so is what each gets.
    if (written.merges) edge.merge = written.keys;
    decision.rows.ranged_by = written.keys;
    decision.before_by_parts = written.merges;
  } else if (written.kind == PartitionKind::kRoundRobin) {
    edge.how.kind = PartitionKind::kRoundRobin;
  } else {
    return refuse("this exchange is to one worker");
  }
  edge.kind = Edge::Kind::kShare;
  edge.reason = "as it is written";
  edge.options = stage.plan.stage->shared_options();
  std::reverse(edge.options.begin(), edge.options.end());
  decision.rows.in_order = decision.before_by_parts;
  decision.before = std::move(edge);
  return decision;
}

// Whether the next stage is an exchange that merges what a sort by these keys gives.
bool is_merged_by_next(const PipelinePlan& plan, size_t at, const std::vector<SortKey>& keys) {
  if (keys.empty() || at + 1 == plan.stages.size()) return false;
  const std::optional<StageTraits>& next = plan.stages[at + 1].traits;
  if (!next || !next->exchange) return false;
  const WrittenExchange& written = *next->exchange;
  return written.kind == PartitionKind::kRange && written.merges &&
         to_string(written.keys) == to_string(keys);
}

// A half of a stage with these options in front of its own.
PlanStage half_with(const StagePtr& half, std::vector<GivenOption> options, int64_t location) {
  std::unique_ptr<Stage> stage = half->clone();
  for (auto option = options.rbegin(); option != options.rend(); ++option)
    stage->put_first(std::move(*option));
  return {.stage = std::move(stage), .location = location};
}

std::vector<SortKey> ascending(const std::vector<std::string>& names) {
  std::vector<SortKey> keys;
  for (const std::string& name : names)
    keys.push_back({name});
  return keys;
}

// One half in each worker, whose rows are merged for the other half in each: where the order of its
// groups is not kept by hash of the keys, else by their ranges.
Decision split_by_keys(const PipelinePlan& plan, size_t at) {
  const DescribedStage& stage = plan.stages[at];
  const Split& halves = *stage.traits->split;
  const int64_t location = stage.plan.location;
  const std::vector<GivenOption> shared = stage.plan.stage->shared_options();
  const std::vector<std::string>& keys = stage.traits->needs[0][0].keys;
  const bool by_hash = plan.options.unordered || plan.is_much();
  Decision decision;
  decision.in_workers = half_with(halves.local, shared, location);
  Edge edge =
      hash_edge(keys, "each worker sorts its own; the rows of a key come to one worker of " +
                          called(stage, "the"));
  if (!by_hash) edge.how.kind = PartitionKind::kRange;
  edge.merge = halves.merge;
  decision.behind = std::move(edge);
  // Rows with equal keys come in the order of the parts, as one stable sort has them.
  decision.behind_by_parts = !plan.options.unordered;
  decision.after = half_with(halves.final, shared, location);
  decision.rows = {.in_order = !by_hash};
  return decision;
}

// One half in each worker, the other behind the exchange.
Decision split(const PipelinePlan& plan, size_t at, const SharedRows& rows) {
  const DescribedStage& stage = plan.stages[at];
  const StageTraits& traits = *stage.traits;
  const Split& halves = *traits.split;
  if (halves.shares_keys) return split_by_keys(plan, at);
  const int64_t location = stage.plan.location;
  const std::vector<GivenOption> shared = stage.plan.stage->shared_options();
  Decision decision;
  decision.rows = rows;
  decision.in_workers = half_with(halves.local, shared, location);
  if (halves.final == nullptr && is_merged_by_next(plan, at, halves.merge)) return decision;

  bool waived = plan.options.unordered && traits.keeps.order;
  bool in_turn = (halves.in_turn && !waived) || is_group_order_seen(plan, at, rows);
  std::vector<GivenOption> writing = stage.plan.stage->given(OptionGroup::kWriting);
  const std::string part = "each worker's part of " + called(stage, "the");
  bool last = at + 1 == plan.stages.size();
  bool many = plan.is_much() && traits.can_hash() && !in_turn;
  if (many && (writing.empty() || last)) {
    const std::vector<std::string>& keys = traits.needs[0][0].keys;
    decision.behind = hash_edge(keys, part);
    decision.after = half_with(halves.final, shared, location);
    decision.writing = std::move(writing);
    decision.rows = {.in_order = false, .hashed_by = keys};
    return decision;
  }
  if (halves.final != nullptr) {
    std::vector<GivenOption> options = std::move(writing);
    writing.clear();
    // What is only a head behind a sort holds no rows.
    bool same_tool = &halves.final->kind() == &halves.local->kind();
    for (const GivenOption& option : shared) {
      if (same_tool || option.group == OptionGroup::kOther) options.push_back(option);
    }
    decision.after = half_with(halves.final, std::move(options), location);
  }
  Edge edge;
  edge.options = std::move(writing);
  if (!halves.merge.empty()) {
    // Rows with equal keys come in the order of the parts, as one stable sort has them.
    edge.merge = halves.merge;
    decision.behind_by_parts = !plan.options.unordered;
    edge.reason = "each worker sorts its own; their streams are merged by the keys";
  } else {
    edge.in_turn = in_turn;
    decision.behind_by_parts = in_turn;
    edge.reason = part + (in_turn ? ", in the order of the input" : "");
  }
  decision.behind = std::move(edge);
  return decision;
}

// What the stage leaves of what is known of where rows lie.
void forget_placement(const StageTraits& traits, SharedRows& rows) {
  bool keeps =
      traits.keeps.columns && (traits.keeps.placement || traits.operation == Operation::kSort);
  // Right rows without a partner have nulls for the left keys, wherever they are.
  if (keeps && !(traits.operation == Operation::kJoin && !traits.keeps.order)) return;
  rows.hashed_by.clear();
  rows.together_by.clear();
  rows.ranged_by.clear();
}

// The stage as it is, in each worker.
Decision whole(const PipelinePlan& plan, size_t at, const SharedRows& before) {
  const DescribedStage& stage = plan.stages[at];
  const StageTraits& traits = *stage.traits;
  bool sorts_ranges =
      traits.split && !before.ranged_by.empty() &&
      to_string(traits.split->shares_keys ? ascending(traits.needs[0][0].keys)
                                          : traits.split->merge) == to_string(before.ranged_by);
  bool in_place = sorts_ranges || is_placed_for(traits, before);
  // The groups of whole partitions come as one worker would give them, one partition after the
  // other.
  const bool groups_in_turn = in_place && before.in_order && !traits.group_keys.empty();
  if (traits.split && !in_place) return split(plan, at, before);
  Decision decision;
  decision.rows = before;
  std::optional<JoinExchange> exchange;
  if (traits.operation == Operation::kJoin) {
    exchange = exchange_of_join(plan, at, before);
    if (!exchange) {
      if (std::string reason = why_not_broadcast(plan, at); !reason.empty()) return refuse(reason);
    }
  }
  bool writes = stage.is_of_family() && stage.plan.stage->has_given(OptionGroup::kWriting);
  if (writes && at + 1 < plan.stages.size()) return refuse(kGivesText);
  bool any = traits.needs_any();
  if (!any && !in_place && can_share_out(plan, at, before)) {
    const std::vector<std::string>& keys = traits.needs[0][0].keys;
    decision.before =
        hash_edge(keys, "rows with equal keys come to one worker of " + called(stage, "the"));
    decision.rows = {.in_order = false, .hashed_by = keys};
    in_place = true;
  }
  if (traits.operation == Operation::kMerge || !(any || in_place || exchange)) {
    return refuse(why_in_one_place(stage));
  }
  DescribedStage kept = stage;
  if (writes) {
    decision.writing = stage.plan.stage->given(OptionGroup::kWriting);
    kept.rewrite([&](Stage& changed) {
      changed.forget_writing();
      if (traits.operation != Operation::kJoin) changed.read_from_pipe();
    });
  }
  if (traits.operation == Operation::kJoin && !exchange) decision.file = shared_right_file(stage);
  if (exchange) share_out_join(plan, *exchange, kept, decision);
  if (!traits.keeps.order) decision.rows.in_order = sorts_ranges || groups_in_turn;
  forget_placement(traits, decision.rows);
  decision.in_workers = std::move(kept.plan);
  return decision;
}

}  // namespace

bool PipelinePlan::is_much() const {
  return bytes >= kManyGroupsBytes;
}

Decision decide(const PipelinePlan& plan, size_t at, const SharedRows& rows) {
  const DescribedStage& stage = plan.stages[at];
  if (!stage.traits) return refuse("nothing is known of " + stage.plan.name());
  if (!stage.reads_pipe()) return refuse("the stage has inputs of its own");
  if (stage.is_of_family() && stage.plan.stage->has_given(OptionGroup::kReading)) {
    return refuse("the stage reads what is not an Arrow stream");
  }
  if (stage.is(Operation::kPartition)) return refuse("one process writes the partitions");
  if (stage.is(Operation::kExchange)) return written_exchange(plan, at);
  return whole(plan, at, rows);
}

Edge gather_rows(const PlanOptions& options, const SharedRows& rows, std::string reason) {
  Edge edge;
  edge.in_turn = rows.in_order && !options.unordered;
  edge.reason = std::move(reason) + (edge.in_turn ? "; they keep the input's order" : "");
  return edge;
}

bool uses_placement(const PipelinePlan& plan, SharedRows rows) {
  for (size_t at = 1; at < plan.stages.size(); ++at) {
    const std::optional<StageTraits>& traits = plan.stages[at].traits;
    if (!traits) return false;
    if (is_placed_for(*traits, rows)) return true;
    if (traits->operation == Operation::kJoin) {
      const std::optional<JoinExchange> exchange = exchange_of_join(plan, at, rows);
      if (exchange && exchange->left_keys == rows.hashed_by) return true;
    }
    forget_placement(*traits, rows);
    if (rows.together_by.empty()) return false;
  }
  return false;
}

bool is_worth_workers(const PipelinePlan& plan) {
  bool filters = false;
  for (size_t at = 1; at < plan.stages.size(); ++at) {
    if (!plan.stages[at].traits) return false;
    const StageTraits& traits = *plan.stages[at].traits;
    bool splits = traits.split && traits.operation != Operation::kHead;
    if (splits || can_share_out(plan, at, {})) return true;
    switch (traits.operation) {
      case Operation::kHead:
        return filters;
      case Operation::kApply:
      case Operation::kExchange:
      case Operation::kProgram:
      case Operation::kProject:
        return true;
      case Operation::kJoin:
        return why_not_broadcast(plan, at).empty() || exchange_of_join(plan, at, {});
      case Operation::kFilter:
        filters = true;
        break;
      default:
        return false;
    }
  }
  return false;
}

}  // namespace penstock
