#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "libcore/ops/merge/merge.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::source;
using testing::table;

Batch numbers(int64_t first, int64_t count) {
  std::vector<std::string> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(std::to_string(first + i));
  return table({{"n", column(int64_type(), values)}});
}

TEST(MergeInTurn, IsOneInputAfterTheOther) {
  // Enough memory for all, for some and for none.
  for (int64_t memory : {int64_t{1} << 30, int64_t{8} << 10, int64_t{1}}) {
    for (size_t count : {1U, 2U, 7U}) {
      std::vector<MergeInput> inputs;
      std::vector<Batch> all;
      for (size_t i = 0; i < count; ++i) {
        all.push_back(numbers(static_cast<int64_t>(i) * 10000, i == 3 ? 0 : 1000));
        inputs.push_back({"input", source(all.back(), 100)});
      }
      SpillOptions spill;
      spill.memory = memory;
      OperatorPtr merge = make_merge_in_turn(std::move(inputs), spill);
      OperatorPtr expected = source(concatenate(all));
      EXPECT_EQ(testing::run(*merge).rows, testing::run(*expected).rows) << count << " " << memory;
      EXPECT_FALSE(merge->next());
    }
  }
}

TEST(MergeInTurn, BatchesComeAsTheyAreAlsoFromDisk) {
  Batch rows = numbers(0, 10);
  Batch said = rows;
  said.metadata = std::make_shared<const Metadata>(Metadata{{"key", "value"}});
  Batch empty = batch_without_rows(rows.schema, nullptr);
  Batch said_alone = batch_without_rows(rows.schema, said.metadata);
  for (int64_t memory : {int64_t{1} << 30, int64_t{1}}) {
    std::vector<MergeInput> inputs;
    for (int i = 0; i < 3; ++i)
      inputs.push_back({"input", source(rows.schema, {empty, rows, said, said_alone})});
    inputs.push_back({"input", source(rows.schema, {said_alone})});
    SpillOptions spill;
    spill.memory = memory;
    OperatorPtr merge = make_merge_in_turn(std::move(inputs), spill);
    std::string got;
    while (std::optional<Batch> batch = merge->next()) {
      got += std::to_string(batch->rows) + (batch->metadata ? "m " : " ");
      if (batch->metadata) {
        EXPECT_EQ(*batch->metadata, *said.metadata);
      }
    }
    EXPECT_EQ(got, "0 10 10m 0m 0 10 10m 0m 0 10 10m 0m 0m ") << memory;
  }
}

// Some is held and some spilled while the input's turn comes: again and again, for the order of the
// two threads is chance.
TEST(MergeInTurn, KeepsTheOrderWhileItSpills) {
  Batch rows = numbers(0, 300);
  for (int round = 0; round < 200; ++round) {
    std::vector<MergeInput> inputs;
    for (int i = 0; i < 3; ++i)
      inputs.push_back({"input", source(rows, 10)});
    SpillOptions spill;
    spill.memory = int64_t{2} << 10;
    OperatorPtr merge = make_merge_in_turn(std::move(inputs), spill);
    OperatorPtr expected = source(concatenate(std::vector<Batch>{rows, rows, rows}));
    ASSERT_EQ(testing::run(*merge).rows, testing::run(*expected).rows) << round;
  }
}

// What a test and its Turnstile, which may go first, both hold.
struct TurnstileState {
  std::mutex mutex;
  std::condition_variable opened;
  std::condition_variable changed;
  bool is_open = false;
  int64_t pulled = 0;

  void open() {
    std::lock_guard lock(mutex);
    is_open = true;
    opened.notify_all();
  }
};

// Counts what was pulled, and ends its rows only when it is released.
class Turnstile : public Operator {
 public:
  Turnstile(int64_t batches, std::shared_ptr<TurnstileState> state)
      : batches_(batches), state_(std::move(state)) {}
  SchemaPtr schema() const override { return one_.schema; }
  std::optional<Batch> next() override {
    std::unique_lock lock(state_->mutex);
    if (state_->pulled == batches_) {
      state_->opened.wait(lock, [this] { return state_->is_open; });
      return std::nullopt;
    }
    ++state_->pulled;
    state_->changed.notify_all();
    return one_;
  }

 private:
  int64_t batches_;
  std::shared_ptr<TurnstileState> state_;
  Batch one_ = numbers(0, 50);
};

TEST(MergeInTurn, ReadsLaterInputsWhileTheFirstIsSlow) {
  auto slow = std::make_shared<TurnstileState>();
  auto fast = std::make_shared<TurnstileState>();
  std::vector<MergeInput> inputs;
  inputs.push_back({"slow", std::make_unique<Turnstile>(1, slow)});
  inputs.push_back({"fast", std::make_unique<Turnstile>(500, fast)});
  SpillOptions spill;
  spill.memory = 64 << 10;
  OperatorPtr merge = make_merge_in_turn(std::move(inputs), spill);
  ASSERT_TRUE(merge->next());
  {
    std::unique_lock lock(fast->mutex);
    fast->changed.wait(lock, [&] { return fast->pulled == 500; });
  }
  fast->open();
  slow->open();
  int64_t rows = 0;
  while (std::optional<Batch> batch = merge->next())
    rows += batch->rows;
  EXPECT_EQ(rows, 500 * 50);
}

class Failing : public Operator {
 public:
  SchemaPtr schema() const override { return numbers(0, 1).schema; }
  std::optional<Batch> next() override { throw Error("it broke"); }
};

TEST(MergeInTurn, AnInputThatFailsFailsAll) {
  std::vector<MergeInput> inputs;
  inputs.push_back({"good", source(numbers(0, 3))});
  inputs.push_back({"bad", std::make_unique<Failing>()});
  OperatorPtr merge = make_merge_in_turn(std::move(inputs), {});
  EXPECT_THROW(while (merge->next()){}, Error);
}

}  // namespace
}  // namespace penstock
