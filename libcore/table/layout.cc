#include "libcore/table/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"
#include "libcore/table/bounds_text.h"

namespace penstock {
namespace {

constexpr const char* kFormat = "penstock.format";
constexpr const char* kArrowFormat = "arrow";
constexpr const char* kPartitioning = "penstock.partitioning";
constexpr const char* kPartitions = "penstock.partitions";
constexpr const char* kKeys = "penstock.keys";
constexpr const char* kBounds = "penstock.bounds";
constexpr const char* kHash = "penstock.hash";
constexpr const char* kSort = "penstock.sort";
// Of the hash that PARTITIONING.md describes.
constexpr const char* kHashVersion = "1";

constexpr std::array<std::pair<PartitionKind, const char*>, 3> kKinds = {
    {{PartitionKind::kHash, "hash"},
     {PartitionKind::kRange, "range"},
     {PartitionKind::kRoundRobin, "round-robin"}}};

PartitionKind kind_named(const std::string& name) {
  for (const auto& [kind, known] : kKinds) {
    if (name == known) return kind;
  }
  throw Error("the partitioning '" + printable(name) + "' is not known");
}

const char* name_of(PartitionKind kind) {
  return std::ranges::find(kKinds, kind, [](const auto& each) { return each.first; })->second;
}

std::vector<SortKey> keys_of(const TableMetadata& metadata, const char* name,
                             const Schema& schema) {
  std::vector<SortKey> keys = parse_sort_keys(metadata.configured(name));
  for (const SortKey& key : keys)
    (void)schema.index_of(key.name);
  return keys;
}

PartitionOptions partitioning_of(const TableMetadata& metadata, const Schema& schema) {
  PartitionOptions how;
  how.kind = kind_named(metadata.configured(kPartitioning));
  const std::string count = metadata.configured(kPartitions);
  how.partitions = parse_int64(count).value_or(0);
  if (how.partitions < 1 || how.partitions > kMaxPartitions) {
    throw Error(fmt::format("'{}' is not a number of partitions, 1 to {}", printable(count),
                            kMaxPartitions));
  }
  if (how.kind == PartitionKind::kRoundRobin) return how;
  how.keys = keys_of(metadata, kKeys, schema);
  require_partition_keys(how, schema);
  if (how.kind == PartitionKind::kRange) {
    how.bounds = decode_bounds(metadata.configured(kBounds), schema, how.keys);
    return how;
  }
  if (metadata.configured(kHash) != kHashVersion) {
    throw Error("the rows are divided by a hash of another version");
  }
  return how;
}

}  // namespace

void set_layout(const TableLayout& layout, TextMap& configuration) {
  for (const char* name : {kFormat, kPartitioning, kPartitions, kKeys, kBounds, kHash, kSort})
    configuration.erase(name);
  if (layout.format == TableFormat::kArrow) configuration[kFormat] = kArrowFormat;
  if (!layout.sort.empty()) configuration[kSort] = to_string(layout.sort);
  if (!layout.partitioning) return;
  const PartitionOptions& how = *layout.partitioning;
  configuration[kPartitioning] = name_of(how.kind);
  configuration[kPartitions] = std::to_string(how.partitions);
  if (how.kind == PartitionKind::kRoundRobin) return;
  configuration[kKeys] = to_string(how.keys);
  if (how.kind == PartitionKind::kHash) configuration[kHash] = kHashVersion;
  if (how.kind == PartitionKind::kRange) {
    configuration[kBounds] = how.bounds ? encode_bounds(*how.bounds) : "[]";
  }
}

TableLayout layout_of(const TableMetadata& metadata, const Schema& schema) {
  TableLayout layout;
  const std::string format = metadata.configured(kFormat);
  if (!format.empty() && format != kArrowFormat) {
    throw Error("data of the format '" + printable(format) + "' is not known");
  }
  layout.format = format.empty() ? TableFormat::kParquet : TableFormat::kArrow;
  try {
    if (metadata.configuration.contains(kSort)) layout.sort = keys_of(metadata, kSort, schema);
    if (metadata.configuration.contains(kPartitioning)) {
      layout.partitioning = partitioning_of(metadata, schema);
    }
  } catch (const Error& error) {
    throw Error("the table's configuration: " + error.message());
  }
  return layout;
}

std::optional<int32_t> partition_of(const DataFile& file, const TableLayout& layout) {
  if (!layout.partitioning) return std::nullopt;
  const auto number = parse_int64(file.tag(kPartitionTag));
  if (!number || *number < 0 || *number >= layout.partitioning->partitions) return std::nullopt;
  return static_cast<int32_t>(*number);
}

}  // namespace penstock
