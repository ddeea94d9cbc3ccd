#include "libcore/table/layout.h"

#include <gtest/gtest.h>

#include <functional>

#include "libcore/base/error.h"
#include "libcore/partition/range_bounds.h"

namespace penstock {
namespace {

const Schema kSchema({{"a", int64_type(), true, {}}, {"b", utf8_type(), true, {}}});

TableMetadata metadata_of(const TableLayout& layout) {
  TableMetadata metadata;
  set_layout(layout, metadata.configuration);
  return metadata;
}

std::string layout_refusal(TableMetadata metadata, const std::string& name,
                           const std::string& value) {
  metadata.configuration[name] = value;
  try {
    layout_of(metadata, kSchema);
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

TableLayout hash_layout() {
  TableLayout layout;
  PartitionOptions& how = layout.partitioning.emplace();
  how.keys = {{"b"}, {"a"}};
  how.partitions = 16;
  layout.sort = parse_sort_keys("a:desc,b");
  return layout;
}

TEST(Layout, HashComesBack) {
  const TableMetadata metadata = metadata_of(hash_layout());
  EXPECT_EQ(metadata.configured("penstock.keys"), "b,a");
  const TableLayout read = layout_of(metadata, kSchema);
  EXPECT_EQ(read.format, TableFormat::kArrow);
  EXPECT_EQ(read.partitioning->kind, PartitionKind::kHash);
  EXPECT_EQ(read.partitioning->partitions, 16);
  ASSERT_EQ(read.partitioning->keys.size(), 2U);
  EXPECT_EQ(read.partitioning->keys[1].name, "a");
  EXPECT_EQ(to_string(read.sort), "a:desc,b");
}

TEST(Layout, RangesHaveTheirBounds) {
  TableLayout layout;
  PartitionOptions& how = layout.partitioning.emplace();
  how.kind = PartitionKind::kRange;
  how.keys = {{"b"}, {"a"}};
  how.partitions = 3;
  layout.partitioning->bounds =
      parse_bounds("\"x, \"\"y\",3,z,-1", kSchema, layout.partitioning->keys);
  const TableMetadata metadata = metadata_of(layout);
  EXPECT_EQ(metadata.configured("penstock.bounds"), R"([["x, \"y","3"],["z","-1"]])");
  const Batch bounds = *layout_of(metadata, kSchema).partitioning->bounds;
  ASSERT_EQ(bounds.rows, 2);
  EXPECT_EQ(bounds.columns[0]->bytes_at(0), "x, \"y");
  EXPECT_EQ(bounds.columns[1]->data<int64_t>()[1], -1);
  EXPECT_NE(layout_refusal(metadata, "penstock.bounds", R"([["z","1"],["x","1"]])"), "");
  EXPECT_NE(layout_refusal(metadata, "penstock.bounds", R"([["z"]])"), "");
  EXPECT_NE(layout_refusal(metadata, "penstock.bounds", R"([["z","one"]])"), "");
  EXPECT_EQ(layout_refusal(metadata, "penstock.bounds", R"([["z",null]])"), "");
}

TEST(Layout, AForeignTableIsOneOfParquetWithoutPartitions) {
  const TableLayout layout = layout_of({}, kSchema);
  EXPECT_EQ(layout.format, TableFormat::kParquet);
  EXPECT_FALSE(layout.partitioning.has_value());
}

TEST(Layout, WhatIsNotUnderstoodIsRefused) {
  const TableMetadata hash = metadata_of(hash_layout());
  EXPECT_EQ(layout_refusal(hash, "penstock.hash", "2"),
            "the table's configuration: the rows are divided by a hash of another version");
  for (const char* count : {"0", "4097", "x", ""}) {
    EXPECT_NE(layout_refusal(hash, "penstock.partitions", count), "") << count;
  }
  EXPECT_NE(layout_refusal(hash, "penstock.keys", "a,nothing"), "");
  EXPECT_NE(layout_refusal(hash, "penstock.partitioning", "grid"), "");
  EXPECT_NE(layout_refusal(hash, "penstock.format", "orc"), "");
  EXPECT_NE(layout_refusal(hash, "penstock.sort", "nothing"), "");
}

TEST(Layout, GroupsComeBack) {
  TableLayout layout;
  layout.groups = {{"b"}};
  const TableMetadata metadata = metadata_of(layout);
  EXPECT_EQ(metadata.configured("penstock.groups"), R"([["b"]])");
  const TableLayout read = layout_of(metadata, kSchema);
  EXPECT_EQ(read.groups, layout.groups);
  EXPECT_TRUE(needs_of(read).has_groups);
  EXPECT_FALSE(needs_of(hash_layout()).has_groups);
  // What no group names is a last one.
  using Places = std::vector<std::vector<size_t>>;
  EXPECT_EQ(groups_of(read, kSchema), (Places{{1}, {0}}));
  layout.groups = {{"b", "a"}};
  EXPECT_EQ(groups_of(layout, kSchema), (Places{{1, 0}}));
  EXPECT_EQ(groups_of(hash_layout(), kSchema), Places{});
}

TEST(Layout, GroupsThatCannotBeAreRefused) {
  TableMetadata metadata = metadata_of({});
  const char* const name = "penstock.groups";
  const std::string begin = "the table's configuration: ";
  EXPECT_EQ(layout_refusal(metadata, name, R"([["a"],["a"]])"),
            begin + "column 'a' is in two column groups");
  EXPECT_EQ(layout_refusal(metadata, name, R"([["a"],[]])"),
            begin + "a column group has no columns");
  EXPECT_NE(layout_refusal(metadata, name, R"([["z"]])").find("unknown column 'z'"),
            std::string::npos);
  EXPECT_NE(layout_refusal(metadata, name, R"(["a"])"), "");
  EXPECT_NE(layout_refusal(metadata, name, "a"), "");
  metadata.partition_columns = {"a"};
  EXPECT_EQ(layout_refusal(metadata, name, R"([["b"]])"), "");
  EXPECT_NE(layout_refusal(metadata, name, R"([["a"]])").find("is a partition column"),
            std::string::npos);
  metadata.configuration.erase("penstock.format");
  EXPECT_NE(layout_refusal(metadata, name, R"([["b"]])").find("are of Arrow data"),
            std::string::npos);
}

TEST(Layout, GroupsAreChosenAsColumnsAre) {
  const Schema schema({{"a", int64_type(), true, {}},
                       {"b", int64_type(), true, {}},
                       {"c", int64_type(), true, {}}});
  using Groups = std::vector<std::vector<std::string>>;
  const auto chosen = [&](const std::vector<std::string>& texts,
                          const std::vector<std::string>& by = {}) {
    std::vector<ColumnList> lists;
    for (const std::string& text : texts)
      lists.push_back(ColumnList::parse(text));
    return choose_groups(lists, by, schema);
  };
  EXPECT_EQ(chosen({"b..c"}), (Groups{{"b", "c"}}));
  EXPECT_EQ(chosen({"c", "a"}), (Groups{{"c"}, {"a"}}));
  EXPECT_EQ(chosen({}), Groups{});
  // One of all columns that are in files leaves them together.
  EXPECT_EQ(chosen({"*"}), Groups{});
  EXPECT_EQ(chosen({"c,b,a"}), Groups{});
  EXPECT_EQ(chosen({"*"}, {"a"}), Groups{});
  EXPECT_EQ(chosen({"*"}, {}), Groups{});
  EXPECT_EQ(chosen({"b", "a,c"}), (Groups{{"b"}, {"a", "c"}}));
  EXPECT_EQ(chosen({"z,a,b"}), (Groups{{"z", "a", "b"}}));
}

TEST(Layout, ThereAreFewGroups) {
  std::vector<Field> fields;
  for (int i = 0; i < 65; ++i)
    fields.push_back({"c" + std::to_string(i), int64_type(), true, {}});
  const Schema schema(std::move(fields));
  TableLayout layout;
  for (size_t i = 0; i < 63; ++i)
    layout.groups.push_back({schema[i].name});
  EXPECT_NO_THROW(require_groups(layout, {}, schema));
  EXPECT_EQ(groups_of(layout, schema).size(), kMaxColumnGroups);
  layout.groups.push_back({schema[63].name});
  EXPECT_THROW(require_groups(layout, {}, schema), Error);
}

TEST(Layout, PartitionsOfFilesAreChecked) {
  const TableLayout layout = hash_layout();
  DataFile file;
  EXPECT_FALSE(partition_of(file, layout).has_value());
  file.tags[kPartitionTag] = "15";
  EXPECT_EQ(partition_of(file, layout), 15);
  for (const char* number : {"16", "-1", "x"}) {
    file.tags[kPartitionTag] = number;
    EXPECT_FALSE(partition_of(file, layout).has_value()) << number;
  }
}

}  // namespace
}  // namespace penstock
