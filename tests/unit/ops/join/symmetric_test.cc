#include "libcore/ops/join/symmetric.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "libcore/ops/join/hash.h"
#include "tests/unit/ops/join/join_testing.h"

namespace penstock {
namespace {

using testing::column;
using testing::memory_of;
using testing::plan_of;
using testing::Random;
using testing::side;
using testing::source;
using testing::table;
using Rows = std::vector<std::string>;

Rows in_any_order(Rows rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

TEST(SymmetricJoin, HasTheRowsOfTheHashJoin) {
  Random random(1);
  for (int64_t domain : {3, 300}) {
    Batch left = side(random, "l", 120, domain, 20);
    Batch right = side(random, "r", 120, domain, 20);
    for (JoinType type : testing::kJoinTypes) {
      JoinPlan plan = plan_of(left, right, type);
      OperatorPtr hash = make_memory_hash_join(source(left), source(right), plan, nullptr);
      Rows expected = in_any_order(testing::run(*hash).rows);
      // Enough for all, for some, for none: what was given before the spill is not given again.
      for (int64_t memory : {int64_t{1} << 30, int64_t{20000}, int64_t{500}}) {
        OperatorPtr join =
            make_symmetric_join(source(left, 10), source(right, 10), plan, memory_of(memory));
        ASSERT_EQ(in_any_order(testing::run(*join).rows), expected)
            << "type " << static_cast<int>(type) << ", " << memory << " bytes";
      }
    }
  }
}

// Gives a batch, then waits until it is opened, then ends.
class GatedInput : public Operator {
 public:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    bool is_open = false;
  };
  GatedInput(Batch rows, std::shared_ptr<State> state)
      : rows_(std::move(rows)), state_(std::move(state)) {}
  SchemaPtr schema() const override { return rows_.schema; }
  std::optional<Batch> next() override {
    if (!is_given_) {
      is_given_ = true;
      return rows_;
    }
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [this] { return state_->is_open; });
    return std::nullopt;
  }

 private:
  Batch rows_;
  std::shared_ptr<State> state_;
  bool is_given_ = false;
};

TEST(SymmetricJoin, APairComesWhenBothOfItsRowsHave) {
  Batch left = table({{"k", column(int32_type(), {"1", "2", "3"})}});
  Batch right = table({{"k", column(int32_type(), {"3", "1", "7"})}});
  auto state = std::make_shared<GatedInput::State>();
  JoinPlan plan = plan_of(left, right, JoinType::kFull);
  OperatorPtr join =
      make_symmetric_join(std::make_unique<GatedInput>(left, state),
                          std::make_unique<GatedInput>(right, state), plan, memory_of(1 << 20));
  // Neither input has ended.
  Rows pairs;
  while (pairs.size() < 2) {
    std::optional<Batch> batch = join->next();
    ASSERT_TRUE(batch);
    Rows rows = testing::rows_of(*batch);
    pairs.insert(pairs.end(), rows.begin(), rows.end());
  }
  EXPECT_EQ(in_any_order(pairs), (Rows{"1", "3"}));
  {
    std::lock_guard lock(state->mutex);
    state->is_open = true;
  }
  state->changed.notify_all();
  EXPECT_EQ(in_any_order(testing::run(*join).rows), (Rows{"2", "7"}));
}

}  // namespace
}  // namespace penstock
