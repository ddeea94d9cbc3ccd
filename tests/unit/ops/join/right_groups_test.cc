#include "libcore/ops/join/right_groups.h"

#include <gtest/gtest.h>

#include <deque>
#include <span>
#include <string>
#include <vector>

#include "libcore/data/take.h"
#include "libcore/keys/normalized_key.h"
#include "tests/unit/ops/join/join_testing.h"

namespace penstock {
namespace {

using testing::column;
using testing::memory_of;
using testing::plan_of;
using testing::source;
using testing::table;

// The groups of a right input, and the keys of left rows that look for them.
class Groups {
 public:
  Groups(const std::vector<std::string>& keys, int64_t batch_rows, JoinType type, int64_t memory)
      : rows_(table({{"k", column(int64_type(), keys)}, {"text", column(utf8_type(), keys)}})),
        plan_(plan_of(left_of("0"), rows_, type)),
        pairs_(plan_),
        right_(input_of(rows_, batch_rows), plan_, pairs_, memory_of(memory)) {}

  RightGroups& right() { return right_; }

  // Moves until the group is at `key` or after it, and complete. Returns whether it has the key.
  bool find(const std::string& key) {
    JoinSortedInput input = input_of(left_of(key), 1);
    input.next_batch();
    while (right_.must_move_to(input.key(0))) {
      if (right_.is_whole()) right_.leave();
      if (!right_.move_to(input.key(0))) right_.next_batch(lonely_);
    }
    return right_.has(input.key(0));
  }

  // The number of rows of the group, which is not on disk.
  int64_t rows() {
    std::span<const Batch> parts = right_.window().parts();
    int64_t rows = right_.end().row - right_.begin().row;
    for (int32_t part = right_.begin().part; part < right_.end().part; ++part)
      rows += parts[static_cast<size_t>(part)].rows;
    return rows;
  }

  // The number of rows that were returned without a partner.
  int64_t lonely() const {
    int64_t rows = 0;
    for (const Batch& batch : lonely_)
      rows += batch.rows;
    return rows;
  }

  // Passes all further rows, as when no left row remains.
  void pass_all() {
    while (right_.pass_window(lonely_)) {
    }
  }

 private:
  static Batch left_of(const std::string& key) {
    return table({{"k", column(int64_type(), {key})}});
  }
  JoinSortedInput input_of(const Batch& rows, int64_t batch_rows) {
    return {source(rows, batch_rows), "right", {0}, plan_.key_types, {KeyDirection{}}};
  }

  Batch rows_;
  JoinPlan plan_;
  JoinPairs pairs_;
  RightGroups right_;
  std::deque<Batch> lonely_;
};

constexpr int64_t kEnough = int64_t{1} << 20;

TEST(RightGroups, AGroupHasTheRowsOfItsKeyFromAllBatches) {
  Groups groups({"1", "2", "2", "2", "2", "2", "5", "5"}, 2, JoinType::kInner, kEnough);
  EXPECT_TRUE(groups.find("2"));
  EXPECT_EQ(groups.rows(), 5);
  EXPECT_TRUE(groups.find("2"));
  EXPECT_FALSE(groups.find("3"));
  EXPECT_TRUE(groups.find("5"));
  EXPECT_EQ(groups.rows(), 2);
  EXPECT_FALSE(groups.find("6"));
}

TEST(RightGroups, RowsWithoutAKeyAreInNoGroup) {
  Groups groups({"1", "2", "null", "null"}, 3, JoinType::kInner, kEnough);
  EXPECT_TRUE(groups.find("2"));
  EXPECT_EQ(groups.rows(), 1);
  EXPECT_FALSE(groups.find("3"));
}

TEST(RightGroups, AGroupThatDoesNotFitIsOnDiskUntilItIsLeft) {
  std::vector<std::string> keys(500, "2");
  keys.push_back("3");
  Groups groups(keys, 7, JoinType::kInner, 20000);
  EXPECT_TRUE(groups.find("2"));
  EXPECT_NE(groups.right().spilled(), nullptr);
  EXPECT_NE(groups.right().leave(), nullptr);
  EXPECT_EQ(groups.right().spilled(), nullptr);
  EXPECT_TRUE(groups.find("3"));
  EXPECT_EQ(groups.rows(), 1);
}

TEST(RightGroups, PassedRowsThatFoundNoPartnerAreReturnedOnce) {
  std::vector<std::string> keys;
  for (int i = 0; i < 100; ++i)
    keys.push_back(std::to_string(i));
  Groups full(keys, 3, JoinType::kFull, kEnough);
  EXPECT_TRUE(full.find("50"));
  full.right().marks().mark(std::vector<PartRow>{full.right().begin()});
  EXPECT_GT(full.lonely(), 0);
  EXPECT_LE(full.lonely(), 50);
  full.pass_all();
  EXPECT_EQ(full.lonely(), 99);
  Groups inner(keys, 3, JoinType::kInner, kEnough);
  EXPECT_TRUE(inner.find("99"));
  EXPECT_EQ(inner.lonely(), 0);
}

}  // namespace
}  // namespace penstock
