#include "libcore/net/send_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include "libcore/base/error.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::SocketDirectory;

// The rows that each of `receivers` gets of `table`.
std::vector<std::vector<std::string>> routed(const Batch& table, PartitionOptions how,
                                             int64_t receivers) {
  SocketDirectory directory;
  std::vector<std::vector<std::string>> rows(static_cast<size_t>(receivers));
  std::vector<std::thread> threads;
  std::vector<std::string> endpoints;
  for (size_t r = 0; r < rows.size(); ++r) {
    endpoints.push_back(directory.endpoint(r));
    threads.emplace_back([&, r] {
      ReceiveOptions options = testing::receive_options(directory.endpoint(r), 1);
      options.choose_splitters = choose_splitters;
      Receiver receiver(options);
      rows[r] = testing::run(*receiver.rows()).rows;
      receiver.finish();
    });
  }
  how.partitions = receivers;
  SendOptions options = testing::send_options(endpoints, 1);
  options.partitioning = exchange_text(how);
  Sender sender(options);
  OperatorPtr input = testing::source(table, 100);
  EXPECT_EQ(send_rows(*input, how, sender, {}), table.rows);
  sender.wait();
  for (std::thread& thread : threads)
    thread.join();
  return rows;
}

PartitionOptions by(PartitionKind kind, const char* keys = "k") {
  PartitionOptions options;
  options.kind = kind;
  if (kind == PartitionKind::kHash || kind == PartitionKind::kRange) {
    options.keys = parse_sort_keys(keys);
  }
  return options;
}

TEST(SendRowsTest, HashSendsEqualKeysToOneReceiver) {
  Batch table = testing::numbered_rows(1000);
  MutableBuffer keys;
  for (int64_t i = 0; i < 1000; ++i)
    keys.push(i % 50);
  table.columns[0] = make_column(int64_type(), 1000, keys.freeze());
  auto rows = routed(table, by(PartitionKind::kHash), 4);
  std::map<std::string, size_t> home;
  size_t count = 0;
  for (size_t r = 0; r < rows.size(); ++r) {
    count += rows[r].size();
    EXPECT_FALSE(rows[r].empty());
    for (const std::string& row : rows[r])
      EXPECT_EQ(home.emplace(row.substr(0, row.find('|')), r).first->second, r);
  }
  EXPECT_EQ(count, 1000U);
}

TEST(SendRowsTest, RangesAreInOrderAndOfLikeSize) {
  Batch table = testing::numbered_rows(9000, 500, 7);
  auto rows = routed(table, by(PartitionKind::kRange), 3);
  std::vector<std::string> all;
  for (const auto& part : rows) {
    EXPECT_NEAR(static_cast<double>(part.size()), 3000, 300);
    all.insert(all.end(), part.begin(), part.end());
  }
  EXPECT_EQ(all, testing::rows_of(table));
  auto falling = routed(table, by(PartitionKind::kRange, "k:desc"), 3);
  EXPECT_EQ(falling[2].front(), testing::rows_of(table).front());
}

// What each of `receivers` gets of the batches, as "ROWS KEY …".
std::vector<std::string> batches_at(const std::vector<Batch>& batches, PartitionOptions how,
                                    size_t receivers) {
  SocketDirectory directory;
  std::vector<std::string> got(receivers);
  std::vector<std::thread> threads;
  std::vector<std::string> endpoints;
  for (size_t r = 0; r < receivers; ++r) {
    endpoints.push_back(directory.endpoint(r));
    threads.emplace_back([&, r] {
      Receiver receiver(testing::receive_options(directory.endpoint(r), 1));
      OperatorPtr rows = receiver.rows();
      while (std::optional<Batch> batch = rows->next()) {
        got[r] += std::to_string(batch->rows) + " ";
        if (batch->metadata) got[r] += batch->metadata->at(0).first + " ";
      }
      receiver.finish();
    });
  }
  how.partitions = static_cast<int64_t>(receivers);
  SendOptions options = testing::send_options(endpoints, 1);
  options.partitioning = exchange_text(how);
  Sender sender(options);
  OperatorPtr input = testing::source(batches[0].schema, batches);
  send_rows(*input, how, sender, {});
  sender.wait();
  for (std::thread& thread : threads)
    thread.join();
  return got;
}

TEST(SendRowsTest, WhatIsSaidBetweenRowsGoesToEveryReceiver) {
  auto said = [](Batch batch, const char* key) {
    batch.metadata = std::make_shared<const Metadata>(Metadata{{key, "value"}});
    return batch;
  };
  const Batch none = testing::numbered_rows(0);
  const std::vector<Batch> batches{said(none, "first"),
                                   testing::numbered_rows(4),
                                   testing::numbered_rows(2),
                                   said(testing::numbered_rows(1), "one"),
                                   none,
                                   testing::numbered_rows(6),
                                   said(none, "last")};
  using Texts = std::vector<std::string>;
  const std::string all = "0 first 6 1 one 0 6 0 last ";
  EXPECT_EQ(batches_at(batches, by(PartitionKind::kBroadcast), 2), (Texts{all, all}));
  // The other receiver gets no rows, but all that is said.
  EXPECT_EQ(batches_at(batches, by(PartitionKind::kSingle), 2),
            (Texts{all, "0 first 0 one 0 0 last "}));
  for (PartitionKind kind : {PartitionKind::kHash, PartitionKind::kRoundRobin}) {
    int64_t ones = 0;
    for (const std::string& got : batches_at(batches, by(kind), 2)) {
      EXPECT_EQ(got.substr(0, 8), "0 first ");
      EXPECT_EQ(got.substr(got.size() - 7), "0 last ");
      EXPECT_NE(got.find(" one 0 "), std::string::npos) << got;
      ones += static_cast<int64_t>(got.find(" 1 one ") != std::string::npos);
    }
    EXPECT_EQ(ones, 1);
  }
}

TEST(SendRowsTest, ALargeBatchHasItsMetadataOnItsLastFrame) {
  // More than a frame for each receiver.
  Batch large = testing::numbered_rows(400000);
  large.metadata = std::make_shared<const Metadata>(Metadata{{"said", "value"}});
  for (PartitionKind kind : {PartitionKind::kHash, PartitionKind::kBroadcast}) {
    for (const std::string& got : batches_at({large, testing::numbered_rows(5)}, by(kind), 2)) {
      const size_t at = got.find("said ");
      ASSERT_NE(at, std::string::npos);
      EXPECT_EQ(got.find("said ", at + 1), std::string::npos);
      EXPECT_GT(std::count(got.begin(), got.begin() + static_cast<std::ptrdiff_t>(at), ' '), 2);
      // Rows behind it are in another frame, and before it there is none without rows.
      EXPECT_EQ(got.find(" 0 "), std::string::npos) << got;
    }
  }
}

TEST(SendRowsTest, OtherWays) {
  Batch table = testing::numbered_rows(600);
  for (const auto& part : routed(table, by(PartitionKind::kRoundRobin), 3))
    EXPECT_NEAR(static_cast<double>(part.size()), 200, 6);
  for (const auto& part : routed(table, by(PartitionKind::kBroadcast), 3))
    EXPECT_EQ(part, testing::rows_of(table));
  auto single = routed(table, by(PartitionKind::kSingle), 2);
  EXPECT_EQ(single[0], testing::rows_of(table));
  EXPECT_TRUE(single[1].empty());
}

PartitionOptions grid(bool is_second_input) {
  PartitionOptions options;
  options.kind = PartitionKind::kGrid;
  options.grid_rows = 2;
  options.grid_columns = 3;
  options.is_second_input = is_second_input;
  return options;
}

// Each row of one side meets each row of the other in exactly one place of the grid.
TEST(SendRowsTest, GridsMeetOnce) {
  Batch table = testing::numbered_rows(600);
  auto left = routed(table, grid(false), 6);
  auto right = routed(table, grid(true), 6);
  std::map<std::pair<std::string, std::string>, int> meetings;
  for (size_t place = 0; place < 6; ++place) {
    for (const std::string& a : left[place]) {
      for (const std::string& b : right[place])
        ++meetings[{a, b}];
    }
  }
  EXPECT_EQ(meetings.size(), 600U * 600U);
  for (const auto& [pair, times] : meetings)
    ASSERT_EQ(times, 1);
}

TEST(SendRowsTest, HowItIsSaid) {
  EXPECT_EQ(exchange_text(by(PartitionKind::kHash, "a,b")), "hash a,b");
  EXPECT_EQ(exchange_text(by(PartitionKind::kRange, "a:desc")), "range a:desc");
  EXPECT_EQ(exchange_text(grid(true)), "grid 2x3 second");
  EXPECT_THROW(choose_splitters({}, "hash a", 2), Error);
  EXPECT_THROW(choose_splitters({"garbage"}, "range a", 2), Error);
}

}  // namespace
}  // namespace penstock
