#include "libcore/partition/heavy_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "libcore/data/hash.h"
#include "libcore/partition/key_sample.h"
#include "libcore/partition/partitioner.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::error_of;
using testing::table;

constexpr int64_t kPartitions = 4;

// Half of the rows have the key 7, each other key one row.
Batch half_of_one_key(int64_t rows) {
  std::vector<std::string> values;
  for (int64_t i = 0; i < rows; ++i)
    values.push_back(i % 2 == 0 ? "7" : std::to_string(1000 + i));
  return table({{"k", column(int64_type(), values)}});
}

Batch sample_of(const Batch& input) {
  KeySampler sampler(*input.schema, parse_sort_keys("k"), 4096, 1);
  sampler.add(input);
  return sampler.sample();
}

uint64_t hash_of_seven() {
  ColumnPtr seven = column(int64_type(), {"7"});
  return key_hashes({&seven, 1})[0];
}

PartitionOptions spread(const HeavyKeys& heavy, bool second) {
  PartitionOptions options;
  options.keys = parse_sort_keys("k");
  options.partitions = kPartitions;
  options.spreads_heavy = true;
  options.heavy = heavy.hashes;
  options.is_second_input = second;
  return options;
}

TEST(HeavyKeys, AreThoseOfMoreThanAQuarterOfAPartition) {
  HeavyKeys heavy = choose_heavy_keys(std::vector<Batch>{sample_of(half_of_one_key(2000))}, 4);
  EXPECT_EQ(heavy.hashes, std::vector<uint64_t>{hash_of_seven()});
  EXPECT_NEAR(heavy.share, 0.5, 1e-9);
  // Sixteen keys alike hold a quarter of four partitions each, which is not more than that.
  std::vector<std::string> even;
  for (int i = 0; i < 1600; ++i)
    even.push_back(std::to_string(i % 16));
  Batch batch = table({{"k", column(int64_type(), even)}});
  EXPECT_TRUE(choose_heavy_keys(std::vector<Batch>{sample_of(batch)}, 4).hashes.empty());
  EXPECT_EQ(choose_heavy_keys(std::vector<Batch>{sample_of(batch)}, 5).hashes.size(), 16U);
}

TEST(HeavyKeys, SendersOfManyRowsCountForMore) {
  Batch few = sample_of(table({{"k", column(int64_type(), {"1", "1", "1"})}}));
  std::vector<std::string> different;
  for (int i = 0; i < 5000; ++i)
    different.push_back(std::to_string(i));
  Batch many = sample_of(table({{"k", column(int64_type(), different)}}));
  EXPECT_TRUE(choose_heavy_keys(std::vector<Batch>{few, many}, 4).hashes.empty());
  Batch none = sample_of(table({{"k", column(int64_type(), {})}}));
  EXPECT_TRUE(choose_heavy_keys(std::vector<Batch>{none}, 4).hashes.empty());
  EXPECT_EQ(choose_heavy_keys(std::vector<Batch>{few, none}, 4).hashes.size(), 1U);
}

TEST(HeavyKeys, TravelAndAreCheckedOnArrival) {
  HeavyKeys heavy{{3, 5, ~uint64_t{0}}, 0.25};
  HeavyKeys back = decode_heavy_keys(encode_heavy_keys(heavy));
  EXPECT_EQ(back.hashes, heavy.hashes);
  EXPECT_EQ(back.share, 0.25);
  EXPECT_TRUE(decode_heavy_keys(encode_heavy_keys({})).hashes.empty());
  EXPECT_NE(error_of([] { decode_heavy_keys("no stream"); }), "");
  Batch other = table({{"k", column(int64_type(), {"1"})}});
  EXPECT_EQ(error_of([&] { decode_heavy_keys(encode_batch_stream(other)); }),
            "the list of heavy keys is damaged");
  EXPECT_EQ(error_of([&] { choose_heavy_keys(std::vector<Batch>{other}, 4); }),
            "a sender's sample of its keys is damaged");
}

TEST(HeavyKeys, RowsAreSpreadAndTheirPartnersAreEverywhere) {
  Batch left = half_of_one_key(4000);
  HeavyKeys heavy = choose_heavy_keys(std::vector<Batch>{sample_of(left)}, kPartitions);
  std::unique_ptr<Partitioner> first = make_partitioner(spread(heavy, false), *left.schema);
  std::vector<int32_t> targets(4000);
  first->assign(left, targets);
  std::map<int32_t, int> rows;
  std::map<int32_t, int> sevens;
  for (size_t i = 0; i < targets.size(); ++i) {
    ++rows[targets[i]];
    sevens[targets[i]] += i % 2 == 0;
  }
  for (int32_t partition = 0; partition < kPartitions; ++partition) {
    EXPECT_EQ(sevens[partition], 500);
    EXPECT_LT(rows[partition], 1200);
  }

  Batch right = table({{"k", column(int64_type(), {"7", "1001", "null"})}});
  std::unique_ptr<Partitioner> second = make_partitioner(spread(heavy, true), *right.schema);
  targets.resize(3);
  second->assign(right, targets);
  EXPECT_EQ(second->members(targets[0]).size(), static_cast<size_t>(kPartitions));
  EXPECT_EQ(second->members(targets[1]).size(), 1U);
  EXPECT_EQ(second->members(targets[2]).size(), 1U);
  // A key that is not heavy lies where the first input has it.
  std::vector<int32_t> light(1);
  first->assign(table({{"k", column(int64_type(), {"1001"})}}), light);
  EXPECT_EQ(second->members(targets[1])[0], light[0]);
  EXPECT_EQ(partitioning_text(spread(heavy, false)), "");
}

}  // namespace
}  // namespace penstock
