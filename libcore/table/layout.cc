#include "libcore/table/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"
#include "libcore/data/json_writer.h"
#include "libcore/table/bounds_text.h"
#include "libcore/table/log_json.h"

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
constexpr const char* kGroups = "penstock.groups";
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

std::string groups_text(const std::vector<std::vector<std::string>>& groups) {
  JsonWriter json;
  json.open('[');
  for (const std::vector<std::string>& group : groups)
    json.texts(group);
  json.close(']');
  return json.take();
}

std::vector<std::vector<std::string>> parse_groups(const std::string& text) {
  LogText parser;
  std::vector<std::vector<std::string>> groups;
  for (const LogValue& group : parser.parse(text).items(kGroups)) {
    std::vector<std::string>& names = groups.emplace_back();
    for (const LogValue& name : group.items(kGroups))
      names.push_back(name.text(kGroups));
  }
  return groups;
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
  for (const char* name :
       {kFormat, kPartitioning, kPartitions, kKeys, kBounds, kHash, kSort, kGroups})
    configuration.erase(name);
  if (layout.format == TableFormat::kArrow) configuration[kFormat] = kArrowFormat;
  if (!layout.sort.empty()) configuration[kSort] = to_string(layout.sort);
  if (!layout.groups.empty()) configuration[kGroups] = groups_text(layout.groups);
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
    if (metadata.configuration.contains(kGroups)) {
      layout.groups = parse_groups(metadata.configured(kGroups));
      require_groups(layout, metadata.partition_columns, schema);
    }
  } catch (const Error& error) {
    throw Error("the table's configuration: " + error.message());
  }
  return layout;
}

void require_file_id(const Schema& schema, const std::string& path) {
  const std::optional<std::string_view> id = schema.metadata_value(kFileIdKey);
  if (!id || *id == std::filesystem::path(path).stem().string()) return;
  throw Error(fmt::format("{}: is the data file {} under another name", path, printable(*id)));
}

void require_groups(const TableLayout& layout, const std::vector<std::string>& partition_columns,
                    const Schema& schema) {
  if (layout.groups.empty()) return;
  if (layout.format != TableFormat::kArrow) {
    throw Error("column groups are of Arrow data; other programs could not read Parquet with them");
  }
  // One may be that of the other columns.
  if (layout.groups.size() >= kMaxColumnGroups) {
    throw Error(fmt::format("there are more than {} column groups", kMaxColumnGroups - 1));
  }
  std::set<std::string> seen;
  for (const std::vector<std::string>& group : layout.groups) {
    if (group.empty()) throw Error("a column group has no columns");
    for (const std::string& name : group) {
      (void)schema.index_of(name);
      if (!seen.insert(name).second) {
        throw Error("column '" + printable(name) + "' is in two column groups");
      }
      if (std::ranges::find(partition_columns, name) == partition_columns.end()) continue;
      throw Error("'" + printable(name) +
                  "' is a partition column, whose values are in no file, and cannot be in a group");
    }
  }
}

std::vector<std::vector<std::string>> choose_groups(
    const std::vector<ColumnList>& lists, const std::vector<std::string>& partition_columns,
    const Schema& schema) {
  std::vector<std::string> names = schema.names();
  std::erase_if(names, [&](const std::string& name) {
    return std::ranges::find(partition_columns, name) != partition_columns.end();
  });
  std::vector<std::vector<std::string>> groups;
  for (const ColumnList& list : lists)
    groups.push_back(list.choose(names));
  const auto is_there = [&](const std::string& name) {
    return std::ranges::find(groups[0], name) != groups[0].end();
  };
  if (groups.size() == 1 && std::ranges::all_of(names, is_there) &&
      groups[0].size() == names.size()) {
    return {};
  }
  return groups;
}

ProtocolNeeds needs_of(const TableLayout& layout) {
  return {layout.format == TableFormat::kArrow, !layout.groups.empty()};
}

std::vector<std::vector<size_t>> groups_of(const TableLayout& layout, const Schema& columns) {
  if (layout.groups.empty()) return {};
  std::vector<std::vector<size_t>> groups;
  std::set<size_t> grouped;
  for (const std::vector<std::string>& names : layout.groups) {
    std::vector<size_t>& group = groups.emplace_back();
    for (const std::string& name : names)
      group.push_back(columns.index_of(name));
    grouped.insert(group.begin(), group.end());
  }
  std::vector<size_t> others;
  for (size_t column = 0; column < columns.size(); ++column) {
    if (!grouped.contains(column)) others.push_back(column);
  }
  if (!others.empty()) groups.push_back(std::move(others));
  return groups;
}

std::vector<GroupFile> files_of(const DataFile& file) {
  if (!file.groups.empty()) return file.groups;
  return {{file.path, file.size, file.tag(kChecksumTag)}};
}

std::optional<int32_t> partition_of(const DataFile& file, const TableLayout& layout) {
  if (!layout.partitioning) return std::nullopt;
  const auto number = parse_int64(file.tag(kPartitionTag));
  if (!number || *number < 0 || *number >= layout.partitioning->partitions) return std::nullopt;
  return static_cast<int32_t>(*number);
}

}  // namespace penstock
