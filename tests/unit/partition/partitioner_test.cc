#include "libcore/partition/partitioner.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "libcore/data/dictionary.h"
#include "libcore/partition/range_bounds.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::error_of;
using testing::table;

std::vector<int32_t> targets_of(const PartitionOptions& options, const Batch& batch) {
  std::vector<int32_t> targets(static_cast<size_t>(batch.rows));
  make_partitioner(options, *batch.schema)->assign(batch, targets);
  return targets;
}

PartitionOptions by_hash(const std::string& keys, int64_t partitions) {
  PartitionOptions options;
  options.keys = parse_sort_keys(keys);
  options.partitions = partitions;
  return options;
}

PartitionOptions by_range(const std::string& keys, int64_t partitions, const std::string& bounds,
                          const Schema& schema) {
  PartitionOptions options = by_hash(keys, partitions);
  options.kind = PartitionKind::kRange;
  options.bounds = parse_bounds(bounds, schema, options.keys);
  return options;
}

TEST(PartitionOfHash, CutsTheHashesIntoEqualRanges) {
  EXPECT_EQ(partition_of_hash(0, 7), 0);
  EXPECT_EQ(partition_of_hash(~uint64_t{0}, 7), 6);
  EXPECT_EQ(partition_of_hash(uint64_t{1} << 63, 2), 1);
  EXPECT_EQ(partition_of_hash((uint64_t{1} << 63) - 1, 2), 0);
  EXPECT_EQ(partition_of_hash(~uint64_t{0}, 1), 0);
}

// The contract: no version may place rows otherwise. Computed from the hashes of PARTITIONING.md.
TEST(HashPartitioner, PlacesAsPinned) {
  Batch numbers = table({{"k", column(int64_type(), {"42"})}});
  EXPECT_EQ(targets_of(by_hash("k", 16), numbers), std::vector<int32_t>{0x3});
  EXPECT_EQ(targets_of(by_hash("k", 256), numbers), std::vector<int32_t>{0x3D});
  Batch texts = table({{"k", column(utf8_type(), {"penstock"})}});
  EXPECT_EQ(targets_of(by_hash("k", 256), texts), std::vector<int32_t>{0xD4});
  Batch days = table({{"k", column(date_type(), {"2024-02-29"})}});
  EXPECT_EQ(targets_of(by_hash("k", 256), days), std::vector<int32_t>{0xD0});
  Batch decimals = table({{"k", column(decimal_type(15, 2), {"12.50"})}});
  EXPECT_EQ(targets_of(by_hash("k", 256), decimals), std::vector<int32_t>{0x78});
}

TEST(HashPartitioner, PlacesEqualKeysOfAllTypesTogether) {
  std::vector<std::string> values{"0", "1", "7", "100", "null", "12", "99"};
  Batch wide = table({{"k", column(int64_type(), values)}});
  std::vector<int32_t> expected = targets_of(by_hash("k", 13), wide);
  for (const TypePtr& type : {make_type(TypeId::kInt8), int32_type(), make_type(TypeId::kUint16),
                              uint64_type(), float64_type(), decimal_type(20, 4)}) {
    EXPECT_EQ(targets_of(by_hash("k", 13), table({{"k", column(type, values)}})), expected)
        << type->to_string();
  }
}

TEST(HashPartitioner, PlacesADictionaryAsItsValues) {
  auto dictionary = std::make_shared<Column>();
  dictionary->type = dictionary_type(int32_type(), utf8_type());
  ColumnPtr indices = column(int32_type(), {"2", "null", "0", "1", "2"});
  dictionary->length = indices->length;
  dictionary->null_count = indices->null_count;
  dictionary->validity = indices->validity;
  dictionary->values = indices->values;
  dictionary->dictionary = column(utf8_type(), {"a", "b", "c"});
  Batch coded = table({{"k", dictionary}});
  Batch plain_keys = table({{"k", column(utf8_type(), {"c", "null", "a", "b", "c"})}});
  EXPECT_EQ(targets_of(by_hash("k", 64), coded), targets_of(by_hash("k", 64), plain_keys));
}

TEST(HashPartitioner, RefusesWhatIsNoKey) {
  Batch batch = table(
      {{"k", column(int64_type(), {"1"})}, {"l", make_null_column(list_type(int64_type()), 1)}});
  EXPECT_EQ(error_of([&] { make_partitioner(by_hash("m", 2), *batch.schema); }).substr(0, 18),
            "unknown column 'm'");
  EXPECT_EQ(error_of([&] { make_partitioner(by_hash("l", 2), *batch.schema); }),
            "column 'l' of type list<int64> cannot be a key; take a part of it, or cast "
            "it to text");
  EXPECT_EQ(error_of([&] { make_partitioner(by_hash("k", 0), *batch.schema); }),
            "0 is not a number of partitions from 1 to 4096");
  EXPECT_EQ(error_of([&] { make_partitioner(by_hash("k", 4097), *batch.schema); }),
            "4097 is not a number of partitions from 1 to 4096");
  EXPECT_NO_THROW(make_partitioner(by_hash("k", 4096), *batch.schema));
  PartitionOptions none;
  EXPECT_EQ(error_of([&] { make_partitioner(none, *batch.schema); }), "no keys; use -k");
}

TEST(RangePartitioner, AKeyEqualToABoundBeginsTheRangeBehindIt) {
  Batch batch = table({{"k", column(int64_type(), {"9", "10", "11", "20", "null", "-5"})}});
  EXPECT_EQ(targets_of(by_range("k", 3, "10,20", *batch.schema), batch),
            (std::vector<int32_t>{0, 1, 1, 2, 2, 0}));
  EXPECT_EQ(targets_of(by_range("k:nulls-first", 3, "10,20", *batch.schema), batch),
            (std::vector<int32_t>{0, 1, 1, 2, 0, 0}));
  EXPECT_EQ(targets_of(by_range("k:desc", 3, "20,10", *batch.schema), batch),
            (std::vector<int32_t>{2, 2, 1, 1, 2, 2}));
}

TEST(RangePartitioner, BoundsOfTextAndOfSeveralKeys) {
  Batch batch = table({{"s", column(utf8_type(), {"a", "m,n", "z", "", "null"})},
                       {"d", column(date_type(), {"2024-01-01", "2024-01-02", "2024-01-03",
                                                  "2024-01-04", "2024-01-05"})}});
  EXPECT_EQ(targets_of(by_range("s", 3, "\"\",\"m,n\"", *batch.schema), batch),
            (std::vector<int32_t>{1, 2, 2, 1, 2}));
  EXPECT_EQ(targets_of(by_range("s:desc", 2, "m", *batch.schema), batch),
            (std::vector<int32_t>{1, 0, 0, 1, 1}));
  EXPECT_EQ(targets_of(by_range("s,d:desc", 3, "a,2024-01-01,z,2024-01-09", *batch.schema), batch),
            (std::vector<int32_t>{1, 1, 2, 0, 2}));
}

TEST(RangePartitioner, RefusesBoundsThatAreNone) {
  Batch batch = table({{"k", column(int64_type(), {"1"})}, {"b", column(bool_type(), {"true"})}});
  auto refused = [&](const char* keys, int64_t partitions, const char* bounds) {
    return error_of([&] {
      make_partitioner(by_range(keys, partitions, bounds, *batch.schema), *batch.schema);
    });
  };
  EXPECT_EQ(refused("k", 3, "1,x"),
            "the bound 'x' is not a value of column 'k', whose type is int64");
  EXPECT_EQ(refused("k", 3, "2,1"), "bound 2 comes before bound 1 in the order of the keys");
  EXPECT_EQ(refused("k", 3, "1,2,3"), "3 bounds make 4 ranges, which is more than 3 partitions");
  EXPECT_EQ(refused("k", 3, "1,,2"), "a bound is empty; write \"\" for the empty string");
  EXPECT_EQ(refused("k,b", 3, "1,true,2"),
            "3 values do not make bounds of 2 keys; each bound needs a value for each key");
  EXPECT_EQ(refused("k,b", 3, "1,false,1,true"), "no error");
}

// Round-robin counts on over batches, from the given start.
TEST(RoundRobin, CountsOverBatches) {
  PartitionOptions options;
  options.kind = PartitionKind::kRoundRobin;
  options.partitions = 3;
  options.start = 5;
  Batch batch = table({{"k", column(int64_type(), {"1", "1"})}});
  auto partitioner = make_partitioner(options, *batch.schema);
  std::vector<int32_t> seen;
  for (int i = 0; i < 3; ++i) {
    std::vector<int32_t> targets(2);
    partitioner->assign(batch, targets);
    seen.insert(seen.end(), targets.begin(), targets.end());
  }
  EXPECT_EQ(seen, (std::vector<int32_t>{2, 0, 1, 2, 0, 1}));
}

TEST(Broadcast, AllRowsGoToAllAndSingleToTheFirst) {
  PartitionOptions options;
  options.partitions = 4;
  options.kind = PartitionKind::kBroadcast;
  Batch batch = table({{"k", column(int64_type(), {"1", "2"})}});
  auto everywhere = make_partitioner(options, *batch.schema);
  EXPECT_EQ(everywhere->target_count(), 1);
  auto members = everywhere->members(0);
  EXPECT_EQ(std::vector<int32_t>(members.begin(), members.end()),
            (std::vector<int32_t>{0, 1, 2, 3}));
  options.kind = PartitionKind::kSingle;
  auto first = make_partitioner(options, *batch.schema);
  EXPECT_EQ(first->target_count(), 1);
  ASSERT_EQ(first->members(0).size(), 1U);
  EXPECT_EQ(first->members(0)[0], 0);
}

// What fragment and replicate is for: each pair of rows meets in exactly one partition.
TEST(Grid, EveryPairMeetsOnce) {
  Batch left = table({{"k", column(int64_type(), std::vector<std::string>(17, "1"))}});
  Batch right = table({{"k", column(int64_type(), std::vector<std::string>(11, "1"))}});
  for (auto [rows, columns] : {std::pair{2, 3}, std::pair{1, 4}, std::pair{3, 1}}) {
    PartitionOptions options;
    options.kind = PartitionKind::kGrid;
    options.grid_rows = rows;
    options.grid_columns = columns;
    options.partitions = rows * columns;
    std::vector<std::vector<int32_t>> sides[2];
    for (int side = 0; side < 2; ++side) {
      options.is_second_input = side == 1;
      const Batch& batch = side == 0 ? left : right;
      auto partitioner = make_partitioner(options, *batch.schema);
      EXPECT_EQ(partitioner->target_count(), side == 0 ? rows : columns);
      for (int32_t target : targets_of(options, batch)) {
        auto members = partitioner->members(target);
        sides[side].emplace_back(members.begin(), members.end());
      }
    }
    for (const auto& a : sides[0]) {
      for (const auto& b : sides[1]) {
        std::vector<int32_t> common;
        std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
        EXPECT_EQ(common.size(), 1U);
      }
    }
  }
  PartitionOptions wrong;
  wrong.kind = PartitionKind::kGrid;
  wrong.grid_rows = 2;
  wrong.grid_columns = 2;
  wrong.partitions = 3;
  EXPECT_EQ(error_of([&] { make_partitioner(wrong, *left.schema); }),
            "a grid of 2 rows and 2 columns has not 3 partitions");
}

TEST(PartitioningText, NamesTheKeys) {
  PartitionOptions options = by_hash("a:desc,\"b,c\"", 2);
  EXPECT_EQ(partitioning_text(options), "a,\"b,c\"");
}

}  // namespace
}  // namespace penstock
