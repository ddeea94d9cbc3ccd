#include "libcore/flow/plan/join_exchange.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "libcore/flow/plan/scan_files.h"
#include "libcore/flow/plan/scan_shares.h"
#include "libcore/stage/scan.h"

namespace penstock {
namespace {

// Whether the join may have its inputs so.
bool has_placement(const StageTraits& join, Placement::Kind left, Placement::Kind right) {
  return std::any_of(join.needs.begin(), join.needs.end(), [&](const auto& placed) {
    return placed.size() == 2 && placed[0].kind == left && placed[1].kind == right;
  });
}

// The rows of a grid of `workers` for which the least is moved: each left row goes to all columns
// of one grid row, each right row to all rows of one column.
int64_t grid_rows(int64_t workers, int64_t left_bytes, int64_t right_bytes) {
  int64_t best = workers;
  auto moved = [&](int64_t rows) {
    return static_cast<double>(left_bytes) * static_cast<double>(workers / rows) +
           static_cast<double>(right_bytes) * static_cast<double>(rows);
  };
  for (int64_t rows = workers - 1; rows > 0; --rows) {
    if (workers % rows == 0 && moved(rows) < moved(best)) best = rows;
  }
  return best;
}

Edge grid_edge(int64_t rows, int64_t columns) {
  Edge edge;
  edge.kind = Edge::Kind::kShare;
  edge.how.kind = PartitionKind::kGrid;
  edge.how.grid_rows = rows;
  edge.how.grid_columns = columns;
  edge.reason = "every two rows of the inputs meet in one worker of the join";
  return edge;
}

// A single worker that does nothing but put the rows of those before it together. With any option
// it writes text, or in an order that somebody asked for.
bool is_gathering(const PlanFragment& fragment) {
  return fragment.workers == 1 && fragment.stages.empty() &&
         fragment.edge->kind == Edge::Kind::kGather && fragment.edge->merge.empty() &&
         fragment.edge->options.empty();
}

// Whether the exchange is by hash of just these columns, and spreads no heavy keys.
bool brings_by(const Edge& exchange, const std::vector<std::string>& columns) {
  const PartitionOptions& how = exchange.how;
  return how.kind == PartitionKind::kHash && exchange.spread.empty() &&
         std::equal(how.keys.begin(), how.keys.end(), columns.begin(), columns.end(),
                    [](const SortKey& key, const std::string& name) { return key.name == name; });
}

// Has several workers read the file, if it can be cut. Returns whether their rows lie as the
// exchange would bring them, so that none is needed: those of a table by hash of the same keys.
bool share_out_scan(PlanFragment& scan, const PlanOptions& options, SchemaPtr schema,
                    const Edge& exchange) {
  const Stage& stage = *scan.stages[0].stage;
  if (stage.inputs()[0].host) return false;
  ScanFiles looked = look_at_files(stage);
  if (looked.table_version) {
    std::unique_ptr<Stage> at_version = stage.clone();
    at_version->set_version(*looked.table_version);
    scan.stages[0].stage = std::move(at_version);
  }
  if (!looked.obstacle.empty() || schema == nullptr) {
    scan.reason = looked.obstacle.empty() ? "one worker" : looked.obstacle;
    return false;
  }
  const bool lies_so = !options.over_files && looked.lie_by_hash(options.workers) &&
                       brings_by(exchange, looked.table_keys);
  divide_scan(looked, options, lies_so, scan);
  if (lies_so) scan.reason = placement_reason(looked, scan.workers);
  scan.files = looked.files;
  if (looked.is_text) scan.schema = std::move(schema);
  return lies_so;
}

}  // namespace

std::optional<JoinExchange> exchange_for_join(const StageTraits& join, const JoinSizes& sizes) {
  using enum Placement::Kind;
  if (join.wants_order) return std::nullopt;
  JoinExchange exchange;
  if (has_placement(join, kHash, kHash)) {
    const std::vector<Placement>& placed = join.needs[0];
    const std::string reason = "rows with equal keys of both inputs come to one worker of the join";
    exchange.left = hash_edge(placed[0].keys, reason);
    exchange.right = hash_edge(placed[1].keys, reason);
    exchange.left_keys = placed[0].keys;
    return exchange;
  }
  if (!has_placement(join, kGrid, kGrid)) return std::nullopt;
  int64_t rows = grid_rows(sizes.workers, sizes.left_bytes, sizes.right_bytes);
  exchange.left = grid_edge(rows, sizes.workers / rows);
  exchange.right = exchange.left;
  exchange.right.how.is_second_input = true;
  return exchange;
}

void spread_heavy_keys(const StageTraits& join, const std::string& name, JoinExchange& exchange) {
  // Where every worker may have all right rows, each may have those of some keys.
  if (exchange.left_keys.empty() || !join.can_broadcast()) return;
  exchange.is_spread = true;
  exchange.right.how.is_second_input = true;
  for (Edge* edge : {&exchange.left, &exchange.right}) {
    edge->spread = name;
    edge->reason += ", those of heavy keys to all";
  }
}

PlanPipelinePtr exchanged_input(const DescribedStage& join, const Edge& exchange,
                                const PlanOptions& options) {
  PlanPipeline pipeline;
  PlanPipelinePtr written = join.plan.pipeline_of(1);
  if (written == nullptr) {
    PlanFragment scan;
    scan.stages.push_back({.stage = make_scan_stage(join.plan.stage->inputs()[1])});
    const bool lies_so = share_out_scan(scan, options, join.right, exchange);
    pipeline.fragments.push_back(std::move(scan));
    if (lies_so) return std::make_shared<const PlanPipeline>(std::move(pipeline));
  } else {
    pipeline = *written;
    bool scans_file = join.right != nullptr && pipeline.fragments.size() == 1;
    if (scans_file && share_out_scan(pipeline.fragments[0], options, join.right, exchange)) {
      return std::make_shared<const PlanPipeline>(std::move(pipeline));
    }
    if (is_shared_out_by(pipeline, exchange)) {
      pipeline.fragments.pop_back();
      return std::make_shared<const PlanPipeline>(std::move(pipeline));
    }
    bool gathers = pipeline.fragments.size() > 1 && is_gathering(pipeline.fragments.back());
    if (gathers) pipeline.fragments.pop_back();
  }
  PlanFragment parts;
  parts.workers = options.workers;
  parts.reason = "each has some of the rows";
  parts.edge = exchange;
  parts.edge->location = pipeline.fragments.back().location();
  pipeline.fragments.push_back(std::move(parts));
  return std::make_shared<const PlanPipeline>(std::move(pipeline));
}

bool is_shared_out_by(const PlanPipeline& pipeline, const Edge& exchange) {
  size_t count = pipeline.fragments.size();
  if (count < 3 || !is_gathering(pipeline.fragments.back())) return false;
  const PlanFragment& parts = pipeline.fragments[count - 2];
  if (!parts.stages.empty() || parts.edge->kind != Edge::Kind::kShare) return false;
  const PartitionOptions& how = parts.edge->how;
  return how.kind == PartitionKind::kHash && exchange.how.kind == PartitionKind::kHash &&
         to_string(how.keys) == to_string(exchange.how.keys);
}

}  // namespace penstock
