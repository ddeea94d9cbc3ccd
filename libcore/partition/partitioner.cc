#include "libcore/partition/partitioner.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/hash.h"
#include "libcore/data/take.h"
#include "libcore/keys/value.h"
#include "libcore/partition/range_bounds.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

using Members = std::vector<std::vector<int32_t>>;

Members each_alone(int64_t partitions) {
  Members members;
  for (int64_t i = 0; i < partitions; ++i)
    members.push_back({static_cast<int32_t>(i)});
  return members;
}

std::vector<int32_t> all_of(int64_t partitions) {
  std::vector<int32_t> members(static_cast<size_t>(partitions));
  std::iota(members.begin(), members.end(), 0);
  return members;
}

std::vector<size_t> hash_columns(const std::vector<SortKey>& keys, const Schema& schema) {
  std::vector<size_t> columns;
  for (const SortKey& key : keys) {
    columns.push_back(schema.index_of(key.name));
    Field field = schema[columns.back()];
    field.type = plain(field.type);
    require_key_type(field);
    if (!is_hashable(*field.type)) {
      throw Error(fmt::format("column '{}' of type {} has no key hash; cast it to text", field.name,
                              field.type->to_string()));
    }
  }
  return columns;
}

class HashPartitioner : public Partitioner {
 public:
  HashPartitioner(const PartitionOptions& options, const Schema& schema)
      : Partitioner(options.partitions, each_alone(options.partitions)),
        columns_(hash_columns(options.keys, schema)) {}

  void assign(const Batch& batch, std::span<int32_t> targets) override {
    std::vector<ColumnPtr> keys;
    for (size_t column : columns_)
      keys.push_back(plain(batch.columns[column]));
    std::vector<uint64_t> hashes = key_hashes(keys);
    for (size_t i = 0; i < targets.size(); ++i)
      targets[i] = partition_of_hash(hashes[i], partitions());
  }

 private:
  std::vector<size_t> columns_;
};

// By hash, except for heavy keys: those of the second input have a target that stands for all
// partitions.
class HeavyPartitioner : public Partitioner {
 public:
  HeavyPartitioner(const PartitionOptions& options, const Schema& schema)
      : Partitioner(options.partitions, members_for(options)),
        columns_(hash_columns(options.keys, schema)),
        heavy_(options.heavy),
        replicates_(options.is_second_input),
        next_(static_cast<int32_t>(options.start % options.partitions)) {}

  void assign(const Batch& batch, std::span<int32_t> targets) override {
    std::vector<ColumnPtr> keys;
    for (size_t column : columns_)
      keys.push_back(plain(batch.columns[column]));
    std::vector<uint64_t> hashes = key_hashes(keys);
    for (size_t i = 0; i < targets.size(); ++i) {
      bool heavy = std::binary_search(heavy_.begin(), heavy_.end(), hashes[i]);
      targets[i] = heavy ? next_heavy() : partition_of_hash(hashes[i], partitions());
    }
  }

 private:
  static Members members_for(const PartitionOptions& options) {
    Members members = each_alone(options.partitions);
    if (options.is_second_input) members.push_back(all_of(options.partitions));
    return members;
  }

  int32_t next_heavy() {
    if (replicates_) return static_cast<int32_t>(partitions());
    int32_t target = next_;
    if (++next_ == partitions()) next_ = 0;
    return target;
  }

  std::vector<size_t> columns_;
  std::vector<uint64_t> heavy_;
  bool replicates_;
  int32_t next_;
};

class RangePartitioner : public Partitioner {
 public:
  RangePartitioner(const PartitionOptions& options, const Schema& schema)
      : Partitioner(options.partitions, each_alone(options.partitions)),
        bounds_(schema, options.keys, *options.bounds) {
    if (bounds_.size() >= options.partitions) {
      throw Error::usage(fmt::format("{} bounds make {} ranges, which is more than {} partitions",
                                     bounds_.size(), bounds_.size() + 1, options.partitions));
    }
  }

  void assign(const Batch& batch, std::span<int32_t> targets) override {
    bounds_.find(batch, targets);
  }

 private:
  RangeBounds bounds_;
};

// Targets in turn: round-robin, and with members of several partitions the fragments of a grid; one
// target alone is single and broadcast.
class InTurn : public Partitioner {
 public:
  InTurn(int64_t partitions, Members members, int64_t start)
      : Partitioner(partitions, std::move(members)),
        next_(static_cast<int32_t>(start % target_count())) {}

  void assign(const Batch&, std::span<int32_t> targets) override {
    auto count = static_cast<int32_t>(target_count());
    for (int32_t& target : targets) {
      target = next_;
      if (++next_ == count) next_ = 0;
    }
  }

 private:
  int32_t next_;
};

std::unique_ptr<Partitioner> make_grid(const PartitionOptions& options) {
  const int64_t rows = options.grid_rows;
  const int64_t columns = options.grid_columns;
  Members members(static_cast<size_t>(options.is_second_input ? columns : rows));
  for (int64_t place = 0; place < rows * columns; ++place) {
    int64_t target = options.is_second_input ? place % columns : place / columns;
    members[static_cast<size_t>(target)].push_back(static_cast<int32_t>(place));
  }
  return std::make_unique<InTurn>(rows * columns, std::move(members), options.start);
}

bool has_keys(PartitionKind kind) {
  return kind == PartitionKind::kHash || kind == PartitionKind::kRange;
}

void require_sense(const PartitionOptions& options) {
  if (options.partitions < 1 || options.partitions > kMaxPartitions) {
    throw Error::usage(fmt::format("{} is not a number of partitions from 1 to {}",
                                   options.partitions, kMaxPartitions));
  }
  if (has_keys(options.kind) && options.keys.empty()) throw Error::usage("no keys; use -k");
  if (!has_keys(options.kind) && !options.keys.empty()) {
    throw Error::usage("keys (-k) are for --hash and --range alone");
  }
  if (options.kind == PartitionKind::kGrid &&
      (options.grid_rows < 1 || options.grid_columns < 1 ||
       options.grid_rows > kMaxPartitions / options.grid_columns ||
       options.grid_rows * options.grid_columns != options.partitions)) {
    throw Error::usage(fmt::format("a grid of {} rows and {} columns has not {} partitions",
                                   options.grid_rows, options.grid_columns, options.partitions));
  }
}

}  // namespace

std::unique_ptr<Partitioner> make_partitioner(const PartitionOptions& options,
                                              const Schema& schema) {
  require_partition_keys(options, schema);
  const int64_t partitions = options.partitions;
  switch (options.kind) {
    case PartitionKind::kHash:
      if (options.spreads_heavy) return std::make_unique<HeavyPartitioner>(options, schema);
      return std::make_unique<HashPartitioner>(options, schema);
    case PartitionKind::kRange:
      if (!options.bounds && partitions == 1) break;
      PENSTOCK_CHECK(options.bounds.has_value());
      return std::make_unique<RangePartitioner>(options, schema);
    case PartitionKind::kRoundRobin:
      return std::make_unique<InTurn>(partitions, each_alone(partitions), options.start);
    case PartitionKind::kGrid:
      return make_grid(options);
    case PartitionKind::kBroadcast:
      return std::make_unique<InTurn>(partitions, Members{all_of(partitions)}, 0);
    case PartitionKind::kSingle:
      break;
  }
  return std::make_unique<InTurn>(partitions, Members{{0}}, 0);
}

void require_partition_keys(const PartitionOptions& options, const Schema& schema) {
  require_sense(options);
  if (options.kind == PartitionKind::kHash) hash_columns(options.keys, schema);
  if (options.kind == PartitionKind::kRange) KeyOrder checked(schema, options.keys);
}

std::string partitioning_text(const PartitionOptions& options) {
  if (options.kind != PartitionKind::kHash || options.spreads_heavy) return {};
  std::vector<SortKey> names;
  for (const SortKey& key : options.keys)
    names.push_back({key.name, false, false});
  return to_string(names);
}

SchemaPtr partitioned_schema(const PartitionOptions& options, const Schema& schema) {
  Metadata metadata;
  for (const auto& entry : schema.metadata()) {
    if (entry.first != kPartitioningKey) metadata.push_back(entry);
  }
  std::string placed_by = partitioning_text(options);
  if (!placed_by.empty()) metadata.emplace_back(kPartitioningKey, placed_by);
  return without_dictionaries(make_schema(schema.fields(), std::move(metadata)));
}

}  // namespace penstock
