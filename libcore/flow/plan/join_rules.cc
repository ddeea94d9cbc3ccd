#include "libcore/flow/plan/join_rules.h"

#include <fmt/format.h>

#include <utility>

#include "libcore/flow/plan/seen_order.h"

namespace penstock {
namespace {

// A join's right input is read by every worker when it is so small, or when reading it N times
// costs no more than the left input's rows save by being shared out.
constexpr int64_t kSmallBytes = int64_t{64} << 20;
constexpr int64_t kMostBroadcastBytes = int64_t{1} << 30;

bool lie_by(const SharedRows& rows, const JoinExchange& exchange) {
  return !exchange.left_keys.empty() && rows.hashed_by == exchange.left_keys;
}

}  // namespace

std::string why_not_broadcast(const PipelinePlan& plan, size_t at) {
  const DescribedStage& join = plan.stages[at];
  if (!join.traits->can_broadcast()) {
    return "right rows without a partner are known only where all rows are";
  }
  if (!join.right_file) return {};
  const std::string& right = join.right_file->file;
  const int64_t bytes = join.right_bytes;
  if (bytes < 0) return right + " is not a file that every worker can read";
  bool small = bytes <= kSmallBytes || bytes <= plan.bytes / (plan.options.workers - 1);
  if (small && bytes <= kMostBroadcastBytes) return {};
  return right + " is too large for every worker to have all of it";
}

std::optional<JoinExchange> exchange_of_join(const PipelinePlan& plan, size_t at,
                                             const SharedRows& rows) {
  const DescribedStage& join = plan.stages[at];
  const StageTraits& traits = *join.traits;
  std::optional<JoinExchange> exchange =
      exchange_for_join(traits, {plan.options.workers, plan.bytes, join.right_bytes});
  if (!exchange) return std::nullopt;
  PlanPipelinePtr right = join.plan.pipeline_of(1);
  bool is_written = right != nullptr && is_shared_out_by(*right, exchange->right);
  if (!is_written && why_not_broadcast(plan, at).empty()) return std::nullopt;
  bool order_is_seen =
      !plan.options.unordered && rows.in_order && shows_row_order(plan.stages, at, plan.is_much());
  if (order_is_seen) return std::nullopt;
  // Senders agree on heavy keys by a file, which only those of one host share.
  bool is_on_one_host = plan.options.hosts.size() < 2;
  if (!is_written && is_on_one_host && !lie_by(rows, *exchange)) {
    spread_heavy_keys(traits, fmt::format("heavy-{}", join.plan.location), *exchange);
  }
  return exchange;
}

void share_out_join(const PipelinePlan& plan, const JoinExchange& exchange, DescribedStage& join,
                    Decision& decision) {
  join.rewrite([](Stage& stage) { stage.print_by_name(); });
  join.plan.read_pipeline(1, exchanged_input(join, exchange.right, plan.options));
  if (!lie_by(decision.rows, exchange)) {
    decision.before = exchange.left;
    decision.rows = {.in_order = false};
  }
  if (!exchange.is_spread) decision.rows.hashed_by = exchange.left_keys;
}

std::optional<std::string> shared_right_file(const DescribedStage& join) {
  const StageInput& right = join.plan.stage->inputs()[1];
  if (right.pipeline >= 0 || right.host || join.right_bytes < 0) return std::nullopt;
  return right.file;
}

}  // namespace penstock
