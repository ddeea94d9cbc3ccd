#include "libcore/ops/merge/merge.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "libcore/ops/sort/sort.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::Random;
using testing::source;
using testing::table;
using Rows = std::vector<std::string>;

std::vector<MergeInput> inputs(const std::vector<Batch>& tables, int64_t rows = 7) {
  std::vector<MergeInput> result;
  for (size_t i = 0; i < tables.size(); ++i) {
    result.push_back({"input " + std::to_string(i), source(tables[i], rows)});
  }
  return result;
}

TEST(OrderedMerge, IsTheStableSortOfAllInputs) {
  Random random(11);
  std::vector<TypePtr> types = testing::tried_types();
  for (int round = 0; round < 60; ++round) {
    std::vector<SortKey> keys = {{"a", random() % 2 == 0, random() % 2 == 0},
                                 {"b", random() % 2 == 0, random() % 2 == 0}};
    TypePtr a = types[random() % types.size()];
    TypePtr b = types[random() % types.size()];
    std::vector<Batch> tables;
    std::vector<Batch> all;
    for (size_t i = 0; i <= random() % 9; ++i) {
      auto rows = static_cast<int64_t>(random() % 100);
      std::vector<std::string> numbers;
      for (int64_t row = 0; row < rows; ++row) {
        numbers.push_back(std::to_string(i) + "/" + std::to_string(row));
      }
      Batch unsorted = table({{"a", testing::random_column(random, a, rows, 4, 10)},
                              {"b", testing::random_column(random, b, rows, 9, 10)},
                              {"row", column(utf8_type(), numbers)}});
      OperatorPtr sort = make_sort(source(unsorted), {keys, std::nullopt});
      std::optional<Batch> sorted = sort->next();
      tables.push_back(sorted ? *sorted : unsorted);
      all.push_back(tables.back());
    }
    OperatorPtr expected = make_sort(source(concatenate(all)), {keys, std::nullopt});
    OperatorPtr merge = make_merge(inputs(tables), keys);
    EXPECT_EQ(merge->schema()->metadata_value(kOrderKey), to_string(keys));
    ASSERT_EQ(testing::run(*merge).rows, testing::run(*expected).rows) << "round " << round;
  }
}

TEST(OrderedMerge, NamesTheRowThatBreaksTheOrder) {
  Batch good = table({{"a", column(int32_type(), {"1", "5"})}});
  Batch bad = table({{"a", column(int32_type(), {"1", "2", "3", "2"})}});
  for (int64_t rows : {1, 3, 10}) {
    std::string error = testing::error_of([&] {
      OperatorPtr merge = make_merge(inputs({good, bad}, rows), {{"a", false, false}});
      while (merge->next()) {
      }
    });
    EXPECT_EQ(error, "input 1: row 4 is not in the order of the key; sort it with psort first");
  }
}

TEST(Merge, SchemasThatDifferAreAnErrorThatNamesBothInputs) {
  Batch a = table({{"a", column(int32_type(), {})}});
  Batch b = table({{"a", column(int64_type(), {})}});
  Batch c = table({{"c", column(int32_type(), {})}});
  Batch d = table({{"a", column(int32_type(), {})}, {"b", column(int32_type(), {})}});
  EXPECT_EQ(
      testing::error_of([&] {
        make_merge(inputs({a, b}));
      }),
      "the schemas of 'input 0' and 'input 1' differ: column 'a' is int32 and int64; make them "
      "equal with pproject");
  EXPECT_EQ(
      testing::error_of([&] {
        make_merge(inputs({a, c}));
      }),
      "the schemas of 'input 0' and 'input 1' differ: column 1 is 'a' and 'c'; make them equal "
      "with pproject");
  EXPECT_EQ(testing::error_of([&] {
              make_merge(inputs({a, d}));
            }),
            "the schemas of 'input 0' and 'input 1' differ: 1 columns and 2; make them equal with "
            "pproject");
}

TEST(RandomMerge, GivesAllRowsAndEachInputsInOrder) {
  std::vector<Batch> tables;
  for (int i = 0; i < 5; ++i) {
    std::vector<std::string> values;
    for (int row = 0; row < 500; ++row)
      values.push_back(std::to_string(i * 1000 + row));
    tables.push_back(table({{"a", column(int32_type(), values)}}, {{"penstock.order", "a"}}));
  }
  OperatorPtr merge = make_merge(inputs(tables));
  EXPECT_FALSE(merge->schema()->metadata_value(kOrderKey).has_value());
  std::vector<int> next(5, 0);
  for (const std::string& row : testing::run(*merge).rows) {
    int value = std::stoi(row);
    EXPECT_EQ(value % 1000, next[static_cast<size_t>(value / 1000)]++);
  }
  EXPECT_EQ(next, std::vector<int>(5, 500));
}

// Gives no rows until it is released, then fails or ends.
class Gate : public Operator {
 public:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
  };
  Gate(SchemaPtr schema, std::shared_ptr<State> state, bool fails)
      : schema_(std::move(schema)), state_(std::move(state)), fails_(fails) {}
  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [this] { return state_->open; });
    if (fails_) throw Error("cut");
    return std::nullopt;
  }

 private:
  SchemaPtr schema_;
  std::shared_ptr<State> state_;
  bool fails_;
};

void open(const std::shared_ptr<Gate::State>& state) {
  std::lock_guard lock(state->mutex);
  state->open = true;
  state->changed.notify_all();
}

TEST(RandomMerge, ASlowInputHoldsUpNobody) {
  Batch rows = table({{"a", column(int32_type(), {"1", "2"})}});
  auto state = std::make_shared<Gate::State>();
  std::vector<MergeInput> both = inputs({rows});
  both.push_back({"slow", std::make_unique<Gate>(rows.schema, state, false)});
  OperatorPtr merge = make_merge(std::move(both));
  EXPECT_EQ(merge->next()->rows, 2);
  open(state);
  EXPECT_FALSE(merge->next().has_value());
}

TEST(RandomMerge, DestructionDoesNotWaitForABlockedInput) {
  Batch rows = table({{"a", column(int32_type(), {"1", "2"})}});
  auto state = std::make_shared<Gate::State>();
  {
    std::vector<MergeInput> both = inputs({rows});
    both.push_back({"slow", std::make_unique<Gate>(rows.schema, state, false)});
    OperatorPtr merge = make_merge(std::move(both));
    EXPECT_EQ(merge->next()->rows, 2);
  }
  open(state);
}

TEST(RandomMerge, AnErrorOfAnInputIsTheMerges) {
  Batch rows = table({{"a", column(int32_type(), {"1", "2"})}});
  auto state = std::make_shared<Gate::State>();
  state->open = true;
  std::vector<MergeInput> both = inputs({rows});
  both.push_back({"cut", std::make_unique<Gate>(rows.schema, state, true)});
  EXPECT_EQ(testing::error_of([&] {
              OperatorPtr merge = make_merge(std::move(both));
              while (merge->next()) {
              }
            }),
            "cut");
}

}  // namespace
}  // namespace penstock
