#include "libcore/flow/plan/join_exchange.h"

#include <gtest/gtest.h>

#include <string>

#include "libcore/flow/plan/edge_words.h"

namespace penstock {
namespace {

using enum Placement::Kind;

StageTraits join_of(std::vector<std::vector<Placement>> needs) {
  StageTraits traits;
  traits.operation = Operation::kJoin;
  traits.needs = std::move(needs);
  return traits;
}

std::string shape(int64_t workers, int64_t left, int64_t right) {
  StageTraits pairs = join_of({{{kAny}, {kBroadcast}}, {{kGrid}, {kGrid}}});
  const Edge edge = exchange_for_join(pairs, {workers, left, right})->left;
  return std::to_string(edge.how.grid_rows) + "x" + std::to_string(edge.how.grid_columns);
}

// The bytes that a grid moves, by hand: each left row to all columns, each right row to all rows.
TEST(JoinExchange, TheGridMovesTheFewestBytes) {
  EXPECT_EQ(shape(4, 100, 100), "2x2");
  EXPECT_EQ(shape(4, 1, 1000), "1x4");
  EXPECT_EQ(shape(4, 1000, 1), "4x1");
  EXPECT_EQ(shape(6, 100, 100), "3x2");
  EXPECT_EQ(shape(7, 100, 100), "7x1");
  for (int64_t workers = 2; workers <= 24; ++workers) {
    for (int64_t left : {1, 10, 100, 1000}) {
      for (int64_t right : {1, 7, 100, 5000}) {
        int64_t best = workers * (left + right);
        for (int64_t rows = 1; rows <= workers; ++rows) {
          if (workers % rows == 0) best = std::min(best, left * (workers / rows) + right * rows);
        }
        std::string text = shape(workers, left, right);
        int64_t rows = std::stoll(text);
        int64_t columns = std::stoll(text.substr(text.find('x') + 1));
        EXPECT_EQ(rows * columns, workers);
        EXPECT_EQ(left * columns + right * rows, best) << text;
      }
    }
  }
}

TEST(JoinExchange, ByHashWhereThereAreKeys) {
  StageTraits keyed =
      join_of({{{kHash, {"a"}}, {kHash, {"b"}}}, {{kAny}, {kBroadcast}}, {{kGrid}, {kGrid}}});
  JoinExchange exchange = *exchange_for_join(keyed, {4, 100, 100});
  EXPECT_EQ(exchange.left_keys, std::vector<std::string>{"a"});
  EXPECT_EQ(to_string(exchange.left.how.keys), "a");
  EXPECT_EQ(to_string(exchange.right.how.keys), "b");
  EXPECT_FALSE(exchange.right.how.is_second_input);
  spread_heavy_keys(keyed, "heavy-1", exchange);
  EXPECT_TRUE(exchange.is_spread && exchange.right.how.is_second_input);
  EXPECT_FALSE(exchange.left.how.is_second_input);
  EXPECT_EQ(exchange.left.spread, "heavy-1");
  EXPECT_EQ(exchange.right.spread, "heavy-1");
}

// A right row without a partner must be in one place alone.
TEST(JoinExchange, HeavyKeysAreNotSpreadWhereRightRowsCount) {
  StageTraits full = join_of({{{kHash, {"a"}}, {kHash, {"b"}}}});
  JoinExchange exchange = *exchange_for_join(full, {4, 100, 100});
  spread_heavy_keys(full, "heavy-1", exchange);
  EXPECT_FALSE(exchange.is_spread);
  EXPECT_EQ(exchange.left.spread, "");
}

TEST(JoinExchange, NoneWhereThereIsNoWayOrOrderIsWanted) {
  EXPECT_FALSE(exchange_for_join(join_of({{{kAny}, {kBroadcast}}}), {4, 100, 100}));
  EXPECT_FALSE(exchange_for_join(join_of({{{kSingle}, {kSingle}}}), {4, 100, 100}));
  StageTraits merge = join_of({{{kHash, {"a"}}, {kHash, {"b"}}}});
  merge.wants_order = true;
  EXPECT_FALSE(exchange_for_join(merge, {4, 100, 100}));
}

}  // namespace
}  // namespace penstock
