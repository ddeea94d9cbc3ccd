// Every join against the definition: all pairs, tried one by one. What all algorithms share is
// tested here and nowhere else: libcore/ops/join/pairs.cc, libcore/ops/join/table.cc and
// libcore/ops/join/plan.cc.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "libcore/data/compare.h"
#include "libcore/ops/join/join.h"
#include "libcore/ops/sort/sort.h"
#include "tests/unit/ops/spill_tables.h"
#include "tests/unit/property_rounds.h"

namespace penstock {
namespace {

using testing::Random;
using testing::source;
using testing::table;

using Rows = std::vector<std::string>;

constexpr std::array<JoinType, 6> kTypes = {JoinType::kInner, JoinType::kLeft, JoinType::kRight,
                                            JoinType::kFull,  JoinType::kSemi, JoinType::kAnti};

std::string nulls(size_t count) {
  std::string text = "null";
  for (size_t i = 1; i < count; ++i)
    text += "|null";
  return text;
}

// The rows of a join whose partners are those that `is_pair` says, in their order.
template <typename IsPair>
Rows expected_rows(JoinType type, const Batch& left, const Batch& right, IsPair is_pair) {
  Rows left_rows = testing::rows_of(left);
  Rows right_rows = testing::rows_of(right);
  bool keeps_left = type == JoinType::kLeft || type == JoinType::kFull;
  bool keeps_right = type == JoinType::kRight || type == JoinType::kFull;
  bool gives_right = type != JoinType::kSemi && type != JoinType::kAnti;
  std::vector<bool> is_found(right_rows.size());
  Rows expected;
  for (size_t i = 0; i < left_rows.size(); ++i) {
    bool found = false;
    for (size_t j = 0; j < right_rows.size(); ++j) {
      if (!is_pair(static_cast<int64_t>(i), static_cast<int64_t>(j))) continue;
      found = true;
      is_found[j] = true;
      if (gives_right) expected.push_back(left_rows[i] + "|" + right_rows[j]);
    }
    if (keeps_left && !found) {
      expected.push_back(left_rows[i] + "|" + nulls(right.columns.size()));
    }
    if (!gives_right && found == (type == JoinType::kSemi)) expected.push_back(left_rows[i]);
  }
  for (size_t j = 0; keeps_right && j < right_rows.size(); ++j) {
    if (!is_found[j]) expected.push_back(nulls(left.columns.size()) + "|" + right_rows[j]);
  }
  return expected;
}

// Two tables and what joins them.
struct World {
  Batch left;
  Batch right;
  std::vector<std::pair<std::string, std::string>> keys;
};

World random_world(Random& random) {
  std::vector<TypePtr> types = testing::tried_types();
  std::vector<testing::NamedColumn> l;
  std::vector<testing::NamedColumn> r;
  World world;
  auto rows = static_cast<int64_t>(random() % 200);
  int64_t domain = random() % 2 == 0 ? 5 : 300;
  for (size_t c = 0; c <= random() % 2; ++c) {
    TypePtr type = types[random() % types.size()];
    l.push_back({"l" + std::to_string(c), testing::random_column(random, type, rows, domain, 10)});
    r.push_back({"r" + std::to_string(c), testing::random_column(random, type, 150, domain, 10)});
    world.keys.emplace_back(l.back().name, r.back().name);
  }
  l.push_back({"x", testing::random_column(random, int64_type(), rows, 1000, 5)});
  r.push_back({"y", testing::random_column(random, int64_type(), 150, 1000, 5)});
  world.left = table(l);
  world.right = table(r);
  return world;
}

bool has_equal_keys(const World& world, int64_t i, int64_t j) {
  for (size_t c = 0; c < world.keys.size(); ++c) {
    const Column& a = *world.left.columns[c];
    const Column& b = *world.right.columns[c];
    if (a.is_null(i) || b.is_null(j) || compare_values(a, i, b, j) != 0) return false;
  }
  return true;
}

bool is_less(const World& world, int64_t i, int64_t j) {
  const Column& x = *world.left.columns.back();
  const Column& y = *world.right.columns.back();
  return x.is_valid(i) && y.is_valid(j) && x.data<int64_t>()[i] < y.data<int64_t>()[j];
}

// The budgets of the promise.
constexpr std::array<int64_t, 3> kBudgets = {int64_t{1} << 40, int64_t{16} << 20, int64_t{1} << 20};

// Memory for all rows, for some (so that some partitions are held), and for next to none.
constexpr std::array<int64_t, 3> kMemories = {int64_t{1} << 30, 16000, 500};

Rows joined(const World& world, JoinOptions options, int64_t memory) {
  options.spill.memory = memory;
  OperatorPtr join = make_join(source(world.left), source(world.right, 40), std::move(options));
  return testing::run(*join).rows;
}

Rows sorted(Rows rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

// The rows of a world in the order of its keys, as a merge join needs them.
World in_order(const World& world) {
  auto sorted_by = [](const Batch& rows, bool left, const auto& keys) {
    SortOptions options;
    for (const auto& [l, r] : keys)
      options.keys.push_back({left ? l : r});
    OperatorPtr sort = make_sort(source(rows), options);
    std::vector<Batch> batches;
    while (std::optional<Batch> batch = sort->next())
      batches.push_back(*std::move(batch));
    return batches.empty() ? slice(rows, 0, 0) : concatenate(batches);
  };
  return {sorted_by(world.left, true, world.keys), sorted_by(world.right, false, world.keys),
          world.keys};
}

TEST(JoinProperty, EqualKeysByEveryAlgorithm) {
  Random random(10);
  for (int round = 0; round < testing::property_rounds(60); ++round) {
    World world = in_order(random_world(random));
    int64_t memory = kMemories[static_cast<size_t>(round) % kMemories.size()];
    const char* on = round % 2 == 0 ? "" : "x < y";
    for (JoinType type : kTypes) {
      Rows expected = expected_rows(type, world.left, world.right, [&](int64_t i, int64_t j) {
        return has_equal_keys(world, i, j) && (*on == '\0' || is_less(world, i, j));
      });
      for (JoinAlgorithm algorithm :
           {JoinAlgorithm::kMerge, JoinAlgorithm::kNestedLoop, JoinAlgorithm::kSymmetric}) {
        JoinOptions options{type, world.keys, on};
        options.algorithm = algorithm;
        Rows rows = joined(world, options, memory);
        bool same_order = algorithm == JoinAlgorithm::kNestedLoop ||
                          (algorithm == JoinAlgorithm::kMerge && type != JoinType::kRight &&
                           type != JoinType::kFull);
        if (!same_order) rows = sorted(std::move(rows));
        ASSERT_EQ(rows, same_order ? expected : sorted(expected))
            << "round " << round << " type " << static_cast<int>(type) << " algorithm "
            << static_cast<int>(algorithm) << " memory " << memory;
      }
    }
  }
}

TEST(JoinProperty, CrossWithLittleMemory) {
  Random random(11);
  World world = random_world(random);
  Rows expected = expected_rows(JoinType::kInner, world.left, world.right,
                                [](int64_t, int64_t) { return true; });
  for (int64_t memory : kMemories)
    EXPECT_EQ(joined(world, {JoinType::kCross}, memory), expected) << memory;
}

TEST(JoinProperty, EqualKeys) {
  Random random(5);
  for (int round = 0; round < testing::property_rounds(60); ++round) {
    World world = random_world(random);
    int64_t memory = kMemories[static_cast<size_t>(round) % kMemories.size()];
    for (JoinType type : kTypes) {
      ASSERT_EQ(joined(world, {type, world.keys}, memory),
                expected_rows(type, world.left, world.right,
                              [&](int64_t i, int64_t j) { return has_equal_keys(world, i, j); }))
          << "round " << round << " type " << static_cast<int>(type);
    }
  }
}

TEST(JoinProperty, EqualKeysAndACondition) {
  Random random(6);
  for (int round = 0; round < testing::property_rounds(60); ++round) {
    World world = random_world(random);
    int64_t memory = kMemories[static_cast<size_t>(round) % kMemories.size()];
    for (JoinType type : kTypes) {
      ASSERT_EQ(joined(world, {type, world.keys, "l.x < y"}, memory),
                expected_rows(type, world.left, world.right,
                              [&](int64_t i, int64_t j) {
                                return has_equal_keys(world, i, j) && is_less(world, i, j);
                              }))
          << "round " << round << " type " << static_cast<int>(type);
    }
  }
}

TEST(JoinProperty, AConditionAlone) {
  Random random(7);
  for (int round = 0; round < testing::property_rounds(40); ++round) {
    World world = random_world(random);
    int64_t memory = kMemories[static_cast<size_t>(round) % kMemories.size()];
    for (JoinType type : kTypes) {
      ASSERT_EQ(joined(world, {type, {}, "x < r.y"}, memory),
                expected_rows(type, world.left, world.right,
                              [&](int64_t i, int64_t j) { return is_less(world, i, j); }))
          << "round " << round << " type " << static_cast<int>(type);
    }
  }
}

// An equality among the conjuncts is found and used as a key.
TEST(JoinProperty, AnEqualityInTheCondition) {
  Random random(8);
  for (int round = 0; round < testing::property_rounds(40); ++round) {
    World world = random_world(random);
    std::string equal = "r." + world.keys[0].second + " = " + world.keys[0].first;
    world.keys.resize(1);
    int64_t memory = kMemories[static_cast<size_t>(round) % kMemories.size()];
    for (JoinType type : kTypes) {
      ASSERT_EQ(joined(world, {type, {}, equal + " and x < y"}, memory),
                expected_rows(type, world.left, world.right,
                              [&](int64_t i, int64_t j) {
                                return has_equal_keys(world, i, j) && is_less(world, i, j);
                              }))
          << "round " << round << " type " << static_cast<int>(type);
    }
  }
}

using testing::Skew;

ColumnPtr skewed_keys(Random& random, Skew skew, bool is_text, int64_t rows) {
  std::vector<double> weights;
  for (int rank = 1; rank <= 2000; ++rank)
    weights.push_back(std::pow(rank, -1.5));
  std::discrete_distribution<int> zipf(weights.begin(), weights.end());
  std::vector<std::string> values;
  for (int64_t i = 0; i < rows; ++i) {
    int key = skew == Skew::kZipf ? zipf(random) : static_cast<int>(random() % 20000);
    if (skew == Skew::kSingle) key = 7;
    bool is_null = skew == Skew::kAllNull || random() % 50 == 0;
    values.push_back(is_null ? "null" : (is_text ? "key number " : "") + std::to_string(key));
  }
  return testing::column(is_text ? utf8_type() : int64_type(), values);
}

// Two inputs whose right one takes 2 MiB. Pairs of a heavy key are many: fewer rows there, longer
// ones, so that 1 MiB is too little.
World skewed_world(Random& random, Skew skew, bool is_text) {
  int64_t rows = skew == Skew::kZipf ? 150 : skew == Skew::kSingle ? 30 : 6000;
  std::string text(static_cast<size_t>((2 << 20) / rows), 'p');
  ColumnPtr payload =
      testing::column(utf8_type(), std::vector<std::string>(static_cast<size_t>(rows), text));
  World world;
  world.left = table({{"k", skewed_keys(random, skew, is_text, rows)},
                      {"x", testing::random_column(random, int64_type(), rows, 1000, 5)}});
  world.right = table({{"k", skewed_keys(random, skew, is_text, rows)},
                       {"y", testing::random_column(random, int64_type(), rows, 1000, 5)},
                       {"p", payload}});
  world.keys = {{"k", "k"}};
  return world;
}

// The beginnings of the rows, which tell them apart.
Rows beginnings(OperatorPtr join) {
  Rows rows;
  while (std::optional<Batch> batch = join->next()) {
    for (const std::string& row : testing::rows_of(*batch))
      rows.push_back(row.substr(0, 40));
  }
  return rows;
}

// The answers are equal row by row, order included.
TEST(JoinProperty, MemoryChangesNothing) {
  Random random(9);
  int number = 0;
  for (Skew skew : testing::kSkews) {
    for (bool is_text : {false, true}) {
      World world = skewed_world(random, skew, is_text);
      for (JoinType type : kTypes) {
        for (const char* on : is_text ? std::vector{""} : std::vector{"", "x < y"}) {
          if (!testing::is_tried_here(number++)) continue;
          std::vector<Rows> answers;
          for (int64_t memory : kBudgets) {
            JoinOptions options{type, world.keys, on};
            options.spill.memory = memory;
            answers.push_back(beginnings(
                make_join(source(world.left, 1000), source(world.right, 1000), options)));
          }
          ASSERT_TRUE(answers[0] == answers[1] && answers[1] == answers[2])
              << "skew " << static_cast<int>(skew) << " type " << static_cast<int>(type) << on;
        }
      }
    }
  }
}

// What the other algorithms give is what the hash join gives, in some order of its own.
TEST(JoinProperty, NorDoesItForAnyOtherAlgorithm) {
  Random random(10);
  int number = 0;
  for (Skew skew : testing::kSkews) {
    for (bool is_text : {false, true}) {
      World world = skewed_world(random, skew, is_text);
      for (JoinType type : kTypes) {
        if (!testing::is_tried_here(number++)) continue;
        JoinOptions options{type, world.keys};
        options.algorithm = JoinAlgorithm::kHash;
        auto sides = [&world] {
          SortOptions by_key{{{"k", false, false}}};
          return std::pair(make_sort(source(world.left, 1000), by_key),
                           make_sort(source(world.right, 1000), by_key));
        };
        auto [left, right] = sides();
        Rows expected = beginnings(make_join(std::move(left), std::move(right), options));
        std::sort(expected.begin(), expected.end());
        for (JoinAlgorithm algorithm : {JoinAlgorithm::kMerge, JoinAlgorithm::kSymmetric}) {
          options.algorithm = algorithm;
          for (int64_t memory : kBudgets) {
            options.spill.memory = memory;
            std::tie(left, right) = sides();
            Rows rows = beginnings(make_join(std::move(left), std::move(right), options));
            std::sort(rows.begin(), rows.end());
            ASSERT_TRUE(rows == expected)
                << "skew " << static_cast<int>(skew) << " type " << static_cast<int>(type)
                << " algorithm " << static_cast<int>(algorithm) << " memory " << memory;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace penstock
