#include "libcore/partition/key_sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "libcore/partition/partitioner.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::rows_of;
using testing::table;

Batch numbers(int64_t begin, int64_t end, int64_t step = 1) {
  std::vector<std::string> values;
  for (int64_t i = begin; i < end; i += step)
    values.push_back(std::to_string(i));
  return table({{"v", column(int64_type(), values)}});
}

Batch sample_of(const Batch& input, const std::string& keys, int64_t size, uint64_t seed = 1) {
  KeySampler sampler(*input.schema, parse_sort_keys(keys), size, seed);
  for (int64_t at = 0; at < input.rows; at += 100)
    sampler.add(slice(input, at, std::min<int64_t>(100, input.rows - at)));
  EXPECT_EQ(sampler.rows_seen(), input.rows);
  return sampler.sample();
}

// The rows that each range gets.
std::vector<int64_t> shares(const Batch& input, const std::string& keys, int64_t partitions,
                            const std::vector<Batch>& samples) {
  PartitionOptions options;
  options.kind = PartitionKind::kRange;
  options.keys = parse_sort_keys(keys);
  options.partitions = partitions;
  options.bounds = choose_bounds(samples, options.keys, partitions);
  std::vector<int32_t> targets(static_cast<size_t>(input.rows));
  make_partitioner(options, *input.schema)->assign(input, targets);
  std::vector<int64_t> counts(static_cast<size_t>(partitions));
  for (int32_t target : targets)
    ++counts[static_cast<size_t>(target)];
  return counts;
}

TEST(KeySampler, TakesAllWhenThereIsRoom) {
  EXPECT_EQ(rows_of(sample_of(numbers(3, 6), "v", 10)),
            (std::vector<std::string>{"3|1", "4|1", "5|1"}));
  EXPECT_EQ(sample_of(numbers(0, 0), "v", 10).rows, 0);
}

// For bounds, so that long keys do not fill the memory; heavy keys must be whole.
TEST(KeySampler, CutsTextsForBounds) {
  const std::string longest(256, 'x');
  const std::vector<std::string> texts = {
      "", "short", longest, longest + "y", std::string(255, 'x') + "\u00E9", "null"};
  Batch input = table({{"t", column(utf8_type(), texts)}});
  auto sampled = [&](SampledTexts how) {
    KeySampler sampler(*input.schema, parse_sort_keys("t"), 10, 1, how);
    sampler.add(input);
    std::vector<std::string> values;
    Batch sample = sampler.sample();
    for (int64_t i = 0; i < sample.rows; ++i) {
      const Column& column = *sample.columns[0];
      values.emplace_back(column.is_null(i) ? "null" : column.bytes_at(i));
    }
    return values;
  };
  EXPECT_EQ(sampled(SampledTexts::kWhole), texts);
  EXPECT_EQ(
      sampled(SampledTexts::kBeginnings),
      (std::vector<std::string>{"", "short", longest, longest, std::string(255, 'x'), "null"}));
}

TEST(ChooseBounds, RangesOfLongTextsAreEven) {
  std::vector<std::string> texts;
  for (int i = 0; i < 3000; ++i)
    texts.push_back(std::to_string(100000 + i * 7919 % 3000) + std::string(500, 'z'));
  Batch input = table({{"t", column(utf8_type(), texts)}});
  KeySampler sampler(*input.schema, parse_sort_keys("t"), 4096, 1, SampledTexts::kBeginnings);
  sampler.add(input);
  for (const char* keys : {"t", "t:desc"}) {
    for (int64_t count : shares(input, keys, 3, {sampler.sample()}))
      EXPECT_NEAR(static_cast<double>(count), 1000, 2);
  }
}

TEST(KeySampler, IsUniform) {
  Batch sample = sample_of(numbers(0, 100000), "v", 2000);
  ASSERT_EQ(sample.rows, 2000);
  const auto* values = sample.columns[0]->data<int64_t>();
  EXPECT_EQ(sample.columns[1]->data<double>()[0], 50.0);
  std::vector<int> tenths(10);
  for (int64_t i = 0; i < sample.rows; ++i)
    ++tenths[static_cast<size_t>(values[i] / 10000)];
  // 200 expected; the deviation is 13.4.
  for (int count : tenths)
    EXPECT_NEAR(count, 200, 60);
}

TEST(ChooseBounds, RangesAreEven) {
  Batch input = numbers(0, 50000);
  for (int64_t count : shares(input, "v", 8, {sample_of(input, "v", sample_rows(8))}))
    EXPECT_NEAR(static_cast<double>(count), 50000.0 / 8, 0.3 * 50000.0 / 8);
  for (int64_t count : shares(input, "v:desc", 8, {sample_of(input, "v", sample_rows(8))}))
    EXPECT_NEAR(static_cast<double>(count), 50000.0 / 8, 0.3 * 50000.0 / 8);
}

// A sender of many rows counts for more than one of few, and senders see different parts.
TEST(ChooseBounds, WeighsTheSendersByTheirRows) {
  std::vector<Batch> samples{sample_of(numbers(0, 90000), "v", 500),
                             sample_of(numbers(90000, 100000), "v", 500),
                             sample_of(numbers(0, 0), "v", 500)};
  for (int64_t count : shares(numbers(0, 100000), "v", 4, samples))
    EXPECT_NEAR(static_cast<double>(count), 25000, 7500);
}

TEST(ChooseBounds, WhenAllKeysAreEqual) {
  Batch input = table({{"v", column(int64_type(), std::vector<std::string>(1000, "5"))}});
  EXPECT_EQ(shares(input, "v", 4, {sample_of(input, "v", 100)}),
            (std::vector<int64_t>{1000, 0, 0, 0}));
  Batch nulls = table({{"v", column(int64_type(), std::vector<std::string>(9, "null"))}});
  EXPECT_EQ(shares(nulls, "v", 2, {sample_of(nulls, "v", 100)}), (std::vector<int64_t>{9, 0}));
}

// One key with half of the rows gets a range of its own; the rest is shared by the others.
TEST(ChooseBounds, AHeavyKeyStandsAlone) {
  std::vector<std::string> values(5000, "2500");
  for (int i = 0; i < 5000; ++i)
    values.push_back(std::to_string(i));
  Batch input = table({{"v", column(int64_type(), values)}});
  std::vector<int64_t> counts = shares(input, "v", 5, {sample_of(input, "v", 20000)});
  EXPECT_EQ(std::count_if(counts.begin(), counts.end(), [](int64_t n) { return n > 2000; }), 1);
  EXPECT_LT(*std::max_element(counts.begin(), counts.end()), 6000);
  EXPECT_GT(*std::min_element(counts.begin(), counts.end()), 800);
}

// What the sample has not seen, at either end, still has its range.
TEST(ChooseBounds, TheTailMayBeMissing) {
  std::vector<int64_t> counts =
      shares(numbers(-1000, 2000), "v", 4, {sample_of(numbers(0, 400), "v", 400)});
  EXPECT_EQ(counts[0] + counts[1] + counts[2] + counts[3], 3000);
  EXPECT_GE(counts[0], 1000);
  EXPECT_GE(counts[3], 1600);
}

TEST(ChooseBounds, FewerKeysThanPartitions) {
  Batch input = table({{"v", column(utf8_type(), {"a", "b", "a", "null"})}});
  std::vector<Batch> samples{sample_of(input, "v", 10)};
  Batch bounds = choose_bounds(samples, parse_sort_keys("v"), 100);
  EXPECT_EQ(rows_of(bounds), (std::vector<std::string>{"b", "null"}));
}

TEST(ChooseBounds, RefusesSamplesOfOtherKeys) {
  std::vector<Batch> samples{sample_of(numbers(0, 5), "v", 10),
                             sample_of(table({{"v", column(utf8_type(), {"a"})}}), "v", 10)};
  EXPECT_EQ(testing::error_of([&] { choose_bounds(samples, parse_sort_keys("v"), 2); }),
            "a sample of keys is damaged, or its keys are not those of the other samples");
}

TEST(BatchStream, ComesBackAsItWent) {
  Batch sample = sample_of(numbers(0, 1000), "v", 50);
  Batch back = decode_batch_stream(encode_batch_stream(sample));
  EXPECT_TRUE(equals(*back.schema, *sample.schema));
  EXPECT_EQ(rows_of(back), rows_of(sample));
  Batch empty = decode_batch_stream(encode_batch_stream(slice(sample, 0, 0)));
  EXPECT_EQ(empty.rows, 0);
  EXPECT_EQ(empty.columns.size(), 2U);
  EXPECT_THROW(decode_batch_stream("garbage"), Error);
  std::string cut = encode_batch_stream(sample);
  EXPECT_THROW(decode_batch_stream(cut.substr(0, cut.size() - 9)), Error);
}

}  // namespace
}  // namespace penstock
