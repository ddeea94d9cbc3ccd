#include "libcore/ops/join/spill/plan.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "libcore/base/limits.h"
#include "libcore/data/hash.h"
#include "libcore/data/take.h"
#include "libcore/rows/partitions.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

ColumnPtr ordinals(int64_t first, int64_t rows) {
  MutableBuffer values(rows * static_cast<int64_t>(sizeof(int64_t)));
  std::iota(values.as<int64_t>(), values.as<int64_t>() + rows, first);
  return make_column(int64_type(), rows, values.freeze());
}

// A name that no column has.
std::string free_name(const Schema& schema, std::string name) {
  std::vector<std::string> names = schema.names();
  while (std::find(names.begin(), names.end(), name) != names.end())
    name += "'";
  return name;
}

SchemaPtr with_column(const SchemaPtr& schema, const char* name, const TypePtr& type) {
  std::vector<Field> fields = schema->fields();
  fields.push_back({free_name(*schema, name), type, true, {}});
  return make_schema(std::move(fields));
}

// Makes `plan` take right rows of the columns `stored`, then its keys as they are compared. Returns
// their schema.
SchemaPtr add_keys(JoinPlan& plan, SchemaPtr stored) {
  plan.right = stored;
  plan.right_stored.resize(stored->size());
  std::iota(plan.right_stored.begin(), plan.right_stored.end(), size_t{0});
  for (size_t i = 0; i < plan.key_types.size(); ++i) {
    plan.right_keys[i] = stored->size();
    stored = with_column(stored, "key", plan.key_types[i]);
  }
  return stored;
}

}  // namespace

GatheredPlan make_gathered_plan(const JoinPlan& plan) {
  GatheredPlan gathered;
  gathered.plan = plan;
  gathered.right = add_keys(gathered.plan, plan.right);
  return gathered;
}

Batch gathered_right(const Batch& batch, const JoinPlan& plan, const GatheredPlan& gathered) {
  Batch rows = right_rows(batch, plan);
  for (ColumnPtr& key : key_columns(batch, plan.right_keys, plan))
    rows.columns.push_back(std::move(key));
  rows.schema = gathered.right;
  return rows;
}

SpilledJoinPlan make_spilled_plan(const JoinPlan& plan) {
  SpilledJoinPlan spilled;
  spilled.plan = plan;
  spilled.left = with_column(plan.left, "left row", int64_type());
  spilled.plan.left = spilled.left;
  spilled.plan.output = with_column(plan.output, "left row", int64_type());
  spilled.plan.outputs.push_back({plan.left->size(), std::nullopt});
  spilled.ordinals = 1;
  if (plan.gives_right()) {
    spilled.plan.output = with_column(spilled.plan.output, "right row", int64_type());
    spilled.plan.outputs.push_back({std::nullopt, plan.right->size()});
    spilled.ordinals = 2;
  }
  spilled.right = add_keys(spilled.plan, with_column(plan.right, "right row", int64_type()));
  return spilled;
}

Batch spilled_left(Batch rows, int64_t first_ordinal, const SpilledJoinPlan& spilled) {
  rows.schema = spilled.left;
  rows.columns.push_back(ordinals(first_ordinal, rows.rows));
  return rows;
}

Batch spilled_right(Batch rows, int64_t first_ordinal, const SpilledJoinPlan& spilled) {
  rows.schema = spilled.right;
  auto place = static_cast<std::ptrdiff_t>(spilled.plan.right->size()) - 1;
  rows.columns.insert(rows.columns.begin() + place, ordinals(first_ordinal, rows.rows));
  return rows;
}

Batch without_ordinals(Batch batch, const JoinPlan& plan) {
  batch.columns.resize(plan.output->size());
  batch.schema = plan.output;
  return batch;
}

int64_t write_pieces(const Batch& batch, int64_t bytes, RunWriter& writer) {
  if (batch.rows == 0) return 0;
  int64_t most = std::max(bytes, int64_t{1});
  int64_t pieces = std::max(row_bytes(batch) / most, batch.rows / kBatchRows) + 1;
  int64_t step = (batch.rows + pieces - 1) / pieces;
  int64_t largest = 0;
  for (int64_t at = 0; at < batch.rows; at += step) {
    Batch piece = slice(batch, at, std::min(step, batch.rows - at));
    largest = std::max(largest, row_bytes(piece));
    writer.write(piece);
  }
  return largest;
}

std::vector<int32_t> key_partitions(std::span<const ColumnPtr> keys, int64_t rows, int level,
                                    int bits, bool nulls_match) {
  std::vector<int32_t> partitions(static_cast<size_t>(rows));
  // Types without a hash cannot separate rows: they stay together.
  std::vector<ColumnPtr> hashed;
  for (const ColumnPtr& key : keys) {
    if (is_hashable(*key->type)) hashed.push_back(key);
  }
  std::vector<uint64_t> hashes(partitions.size());
  if (!hashed.empty()) hashes = key_hashes(hashed);
  const int shift = 64 - bits * (level + 1);
  const uint64_t mask = (uint64_t{1} << bits) - 1;
  for (size_t i = 0; i < partitions.size(); ++i) {
    partitions[i] = static_cast<int32_t>((hashes[i] >> shift) & mask);
  }
  if (nulls_match) return partitions;
  for (const ColumnPtr& key : keys) {
    for (int64_t i = 0; key->null_count != 0 && i < rows; ++i) {
      if (key->is_null(i)) partitions[static_cast<size_t>(i)] = RowPartitions::kNowhere;
    }
  }
  return partitions;
}

}  // namespace penstock
