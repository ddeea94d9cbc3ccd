#include "libcore/ops/aggregate/spill.h"

#include <gtest/gtest.h>

#include <cmath>

#include "libcore/ops/aggregate/aggregate.h"
#include "libcore/ops/sort/sort.h"
#include "tests/unit/ops/spill_tables.h"
#include "tests/unit/property_rounds.h"

namespace penstock {
namespace {

using testing::column;
using testing::Random;
using testing::Skew;
using testing::source;
using testing::table;
using Rows = std::vector<std::string>;
using Keys = std::vector<std::string>;

constexpr int64_t kUnlimited = kMostMemory;

Rows run(OperatorPtr input, const Keys& keys, const std::string& list, int64_t memory,
         AggregateOptions options = {}) {
  options.spill.memory = memory;
  OperatorPtr aggregate = make_aggregate(std::move(input), keys, list, options);
  return testing::run(*aggregate).rows;
}

// Every aggregate there is, over v (any type), n and x (numbers), t (text), r (all different).
const char* const kLists[] = {
    "count(*), count(v) as c1, sum(n), avg(n), sum(x) as c4, avg(x) as c5, stddev(x), var_pop(n), "
    "bool_and(n > 0)",
    "min(v), max(v), min_by(v, r), max_by(t, r), min(t) as c4, bool_or(n > 40), sum(d), avg(d), "
    "any_value(v), any_value(t) filter (where n > 30) as c9",
    "median(n), mode(v), percentile_disc(0.3) within group (order by v desc), array_agg(v)",
    "count(distinct v), sum(distinct n), string_agg(distinct t, '+' order by t), "
    "array_agg(distinct n)",
    "string_agg(t, ','), string_agg(t, ',' order by r desc) as c1, array_agg(t order by r), "
    "percentile_cont(0.9) within group (order by x) filter (where n > 5)",
};

ColumnPtr key_column(Random& random, const TypePtr& type, Skew skew, int64_t rows) {
  std::vector<std::string> values;
  std::vector<std::string> domain;
  for (int i = 0; i < 4000; ++i)
    domain.push_back(testing::random_value(random, *type, 1 << 20));
  for (int64_t i = 0; i < rows; ++i) {
    double u = (static_cast<double>(random() % 1000000) + 1) / 1e6;
    // Zipf 1.5 by its inverse distribution, cut at the domain.
    auto rank = static_cast<size_t>(std::min(3999.0, std::pow(u, -2.0) - 1));
    switch (skew) {
      case Skew::kUniform:
        values.push_back(domain[random() % domain.size()]);
        break;
      case Skew::kZipf:
        values.push_back(domain[rank]);
        break;
      case Skew::kSingle:
        values.push_back(domain[0]);
        break;
      case Skew::kAllNull:
        values.push_back("null");
        break;
    }
  }
  return column(type, values);
}

TEST(AggregateSpillProperty, AnyBudgetGivesTheSameAnswer) {
  Random random(41);
  std::vector<TypePtr> types = testing::tried_types();
  constexpr int64_t kRows = 6000;
  int number = 0;
  for (const TypePtr& type : types) {
    for (Skew skew : {Skew::kUniform, Skew::kZipf, Skew::kSingle, Skew::kAllNull}) {
      int round = number++;
      if (!testing::is_tried_here(round)) continue;
      auto made = [&](const TypePtr& of) {
        return testing::random_column(random, of, kRows, 500, 10);
      };
      std::vector<std::string> numbers;
      for (int64_t i = 0; i < kRows; ++i)
        numbers.push_back(std::to_string((i * 7919 + 13) % 100003));
      Batch input = table({{"k", key_column(random, type, skew, kRows)},
                           {"k2", made(utf8_type())},
                           {"v", made(types[random() % types.size()])},
                           {"n", made(make_type(TypeId::kInt16))},
                           {"x", made(float64_type())},
                           {"t", made(utf8_type())},
                           {"d", made(decimal_type(20, 2))},
                           {"r", column(int64_type(), numbers)}});
      // Every list with every skew in turn, and two keys now and then.
      std::string list = kLists[static_cast<size_t>(round) % std::size(kLists)];
      Keys keys = round % 3 == 0 ? Keys{"k", "k2"} : Keys{"k"};
      Rows expected = run(source(input, 500), keys, list, kUnlimited);
      for (int64_t memory : {kLeastMemory, int64_t{1} << 20, int64_t{16} << 20}) {
        ASSERT_EQ(run(source(input, 500), keys, list, memory), expected)
            << type->to_string() << ", skew " << static_cast<int>(skew) << ", " << memory << ": "
            << list;
      }
    }
  }
}

TEST(AggregateSpill, ManyGroupsComeInTheirOrder) {
  std::vector<std::string> values;
  for (int i = 0; i < 60000; ++i)
    values.push_back(std::to_string(static_cast<int64_t>(i) * 7919 % 30011));
  Batch input = table({{"k", column(int64_type(), values)}, {"t", column(utf8_type(), values)}});
  const char* list = "count(*), max(t), count(distinct t) as c2, sum(k::float64)";
  Rows expected = run(source(input, 1000), {"k"}, list, kUnlimited);
  ASSERT_EQ(expected.size(), 30011U);
  EXPECT_EQ(run(source(input, 1000), {"k"}, list, int64_t{1} << 20), expected);
  EXPECT_EQ(run(source(input, 1000), {"k"}, list, kLeastMemory), expected);
  // Partial aggregates spill as well, and so does putting them together.
  AggregateOptions partial;
  partial.partial = true;
  partial.spill.memory = kLeastMemory;
  const char* split = "count(*), max(t), sum(k::float64)";
  OperatorPtr states = make_aggregate(source(input, 1000), {"k"}, split, partial);
  AggregateOptions final;
  final.final = true;
  EXPECT_EQ(run(std::move(states), {"k"}, split, kLeastMemory, final),
            run(source(input, 1000), {"k"}, split, kUnlimited));
}

TEST(AggregateSpill, OneGroupWithMoreValuesThanFit) {
  Random random(47);
  constexpr int64_t kRows = testing::property_rounds(60000);
  auto made = [&](const TypePtr& type) {
    return testing::random_column(random, type, kRows, 40000, 5);
  };
  Batch input = table({{"k", column(int64_type(), std::vector<std::string>(kRows, "7"))},
                       {"n", made(int64_type())},
                       {"x", made(float64_type())},
                       {"t", made(utf8_type())}});
  const char* list =
      "median(n), percentile_cont(0.123) within group (order by x desc), count(distinct t), "
      "sum(distinct x), count(distinct n) filter (where x > 5) as c4, max(distinct t), "
      "string_agg(distinct t, ',' order by t) filter (where n < 900), median(distinct n) as c7";
  for (const Keys& keys : {Keys{}, Keys{"k"}}) {
    Rows expected = run(source(input, 5000), keys, list, kUnlimited);
    EXPECT_EQ(run(source(input, 5000), keys, list, kLeastMemory), expected);
    EXPECT_EQ(run(source(input, 5000), keys, list, int64_t{1} << 20), expected);
    EXPECT_EQ(run(source(input, 5000), keys, "median(n)", kLeastMemory),
              run(source(input, 5000), keys, "median(n)", kUnlimited));
  }
}

TEST(AggregateSpill, AFolderThatIsNotThereIsAnError) {
  std::vector<std::string> values;
  for (int i = 0; i < 20000; ++i)
    values.push_back(std::to_string(i));
  Batch input = table({{"k", column(int64_type(), values)}});
  AggregateOptions options;
  options.spill = {kLeastMemory, "/nonexistent/folder"};
  OperatorPtr aggregate = make_aggregate(source(input, 1000), {"k"}, "count(*)", options);
  std::string message = testing::error_of([&] { aggregate->next(); });
  EXPECT_NE(message.find("/nonexistent/folder"), message.npos) << message;
}

TEST(SortedAggregate, GivesTheSame) {
  Random random(43);
  std::vector<TypePtr> types = testing::tried_types();
  for (int round = 0; round < testing::property_rounds(60); ++round) {
    auto rows = static_cast<int64_t>(random() % 900);
    auto made = [&](const TypePtr& type, int64_t domain) {
      return testing::random_column(random, type, rows, domain, 10);
    };
    std::vector<std::string> numbers;
    for (int64_t i = 0; i < rows; ++i)
      numbers.push_back(std::to_string((i * 7919 + 13) % 100003));
    Batch input = table({{"k", made(types[random() % types.size()], 10)},
                         {"k2", made(int32_type(), 3)},
                         {"v", made(types[random() % types.size()], 50)},
                         {"n", made(make_type(TypeId::kInt16), 50)},
                         {"x", made(float64_type(), 50)},
                         {"t", made(utf8_type(), 50)},
                         {"d", made(decimal_type(20, 2), 50)},
                         {"r", column(int64_type(), numbers)}});
    bool told = round % 2 == 0;
    SortOptions sort;
    sort.keys = {{"k", told && random() % 2 == 0, told && random() % 2 == 0}, {"k2", false, false}};
    if (told && random() % 2 == 0) std::swap(sort.keys[0], sort.keys[1]);
    std::vector<Batch> batches;
    OperatorPtr in_order = make_sort(source(input, 100), sort);
    SchemaPtr schema = in_order->schema();
    if (!told) schema = make_schema(schema->fields());
    while (std::optional<Batch> batch = in_order->next()) {
      for (int64_t at = 0; at < batch->rows; at += 40) {
        batches.push_back(slice(*batch, at, std::min<int64_t>(40, batch->rows - at)));
        batches.back().schema = schema;
      }
    }
    std::string list = kLists[random() % std::size(kLists)];
    SchemaPtr unknown = make_schema(schema->fields());
    Rows expected = run(source(unknown, batches), {"k", "k2"}, list, kUnlimited);
    AggregateOptions options;
    options.sorted = !told;
    ASSERT_EQ(run(source(schema, batches), {"k", "k2"}, list, kLeastMemory, options), expected)
        << round << list;
  }
}

TEST(SortedAggregate, UnsortedInputIsAnErrorThatNamesTheRow) {
  auto error = [](const std::vector<std::string>& values, int64_t batch) {
    Batch input = table({{"k", column(int64_type(), values)}});
    AggregateOptions options;
    options.sorted = true;
    OperatorPtr aggregate = make_aggregate(source(input, batch), {"k"}, "count(*)", options);
    return testing::error_of([&] {
      while (aggregate->next()) {
      }
    });
  };
  EXPECT_EQ(error({"1", "2", "2", "5", "null"}, 2), "no error");
  for (int64_t batch : {1, 2, 3, 10}) {
    EXPECT_EQ(error({"1", "2", "2", "5", "4"}, batch),
              "row 5 is not in the order k; sort the input by psort -k 'k'");
    EXPECT_EQ(error({"1", "2", "3", "1"}, batch),
              "row 4 is not in the order k; sort the input by psort -k 'k'");
    EXPECT_EQ(error({"1", "null", "3"}, batch),
              "row 3 is not in the order k; sort the input by psort -k 'k'");
  }
}

TEST(SortedAggregate, GivesGroupsBeforeTheEnd) {
  // A source that fails after some rows: what was complete before has been given.
  class Failing : public Operator {
   public:
    explicit Failing(Batch batch) : batch_(std::move(batch)) {}
    SchemaPtr schema() const override { return batch_.schema; }
    std::optional<Batch> next() override {
      if (given_) throw Error("cut");
      given_ = true;
      return batch_;
    }

   private:
    Batch batch_;
    bool given_ = false;
  };
  Batch input =
      table({{"k", column(int64_type(), {"1", "1", "2", "3"})}}, {{std::string(kOrderKey), "k"}});
  OperatorPtr aggregate = make_aggregate(std::make_unique<Failing>(input), {"k"}, "count(*)");
  EXPECT_EQ(testing::rows_of(*aggregate->next()), (Rows{"1|2", "2|1"}));
  EXPECT_EQ(testing::error_of([&] { aggregate->next(); }), "cut");
}

}  // namespace
}  // namespace penstock
