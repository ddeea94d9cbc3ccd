#include "libcore/net/send_rows.h"

#include <gtest/gtest.h>

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
