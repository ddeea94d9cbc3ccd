#include "libcore/ops/fill.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/data/random_column.h"
#include "tests/unit/ops/spill_tables.h"

namespace penstock {
namespace {

using testing::run;
using testing::source;
using Rows = std::vector<std::string>;
using From = FillOptions::From;

Rows filled(const Batch& table, const FillOptions& options, int64_t batch_rows = 7) {
  return run(*make_fill(source(table, batch_rows), options)).rows;
}

// The second column filled by hand, by the values of the first where `keyed`.
Rows filled_by_hand(const Batch& table, bool keyed, bool up) {
  std::vector<std::string> keys = testing::rows_of(testing::table({{"k", table.columns[0]}}));
  std::vector<std::string> values = testing::rows_of(testing::table({{"v", table.columns[1]}}));
  std::map<std::string, std::string> last;
  for (int64_t step = 0; step < table.rows; ++step) {
    const auto i = static_cast<size_t>(up ? table.rows - 1 - step : step);
    const std::string key = keyed ? keys[i] : "";
    if (table.columns[1]->is_valid(static_cast<int64_t>(i))) {
      last[key] = values[i];
    } else if (last.count(key) != 0) {
      values[i] = last[key];
    }
  }
  Rows rows;
  for (size_t i = 0; i < values.size(); ++i)
    rows.push_back(keys[i] + "|" + values[i]);
  return rows;
}

TEST(Fill, FromBeforeAndBehindByKeysOrNot) {
  testing::Random random(1);
  for (const TypePtr& type : testing::tried_types()) {
    const Batch table =
        testing::table({{"k", testing::random_column(random, int64_type(), 400, 9, 10)},
                        {"v", testing::random_column(random, type, 400, 50, 60)}});
    for (bool keyed : {false, true}) {
      for (bool up : {false, true}) {
        FillOptions options{.columns = ColumnList({"v"})};
        if (keyed) options.keys = {"k"};
        if (up) options.from = From::kBehind;
        const Rows wanted = filled_by_hand(table, keyed, up);
        EXPECT_EQ(filled(table, options), wanted) << type->to_string() << keyed << up;
        options.spill.memory = kLeastMemory;
        EXPECT_EQ(filled(table, options, 1), wanted) << type->to_string() << keyed << up;
      }
    }
  }
}

// Last values are moved together as batches pass.
TEST(Fill, OverManyBatchesAndKeys) {
  testing::Random random(2);
  const Batch table =
      testing::table({{"k", testing::random_column(random, int64_type(), 60'000, 20'000, 0)},
                      {"v", testing::random_column(random, utf8_type(), 60'000, 1000, 70)}});
  FillOptions options{.columns = ColumnList({"v"}), .keys = {"k"}};
  EXPECT_EQ(filled(table, options, 500), filled_by_hand(table, true, false));
  options.spill.memory = int64_t{1} << 18;
  EXPECT_EQ(testing::error_of([&] { filled(table, options, 500); }).substr(0, 18),
            "the last values of");
}

TEST(Fill, AllColumnsButTheKeys) {
  const Batch table =
      testing::table({{"a", testing::column(int64_type(), {"1", "null", "null"})},
                      {"b", testing::column(utf8_type(), {"x", "null", "z"})},
                      {"c", testing::column(bool_type(), {"null", "true", "null"})}});
  EXPECT_EQ(filled(table, {}), (Rows{"1|x|null", "1|x|true", "1|z|true"}));
  EXPECT_EQ(filled(table, {.keys = {"a"}}), (Rows{"1|x|null", "null|null|true", "null|z|true"}));
}

TEST(Fill, WithAText) {
  const Batch table = testing::table({{"a", testing::column(int64_type(), {"1", "null"})},
                                      {"b", testing::column(utf8_type(), {"null", "x"})},
                                      {"d", testing::column(date_type(), {"null", "2020-01-02"})}});
  FillOptions zero{.columns = ColumnList({"a", "b"}), .from = From::kText, .text = "0"};
  EXPECT_EQ(filled(table, zero), (Rows{"1|0|null", "0|x|2020-01-02"}));
  zero.columns.reset();
  EXPECT_EQ(testing::error_of([&] { filled(table, zero); }),
            "column 'd' is date32, and '0' is not such a value; name the columns to fill with -c");
}

TEST(Fill, ColumnsOfEveryType) {
  testing::ColumnMaker maker(3);
  for (const TypePtr& type : testing::all_types()) {
    SCOPED_TRACE(type->to_string());
    const Batch table = testing::table({{"a", maker.make(type, 60)}});
    const Rows whole = filled(table, {}, 60);
    EXPECT_EQ(filled(table, {}), whole);
    EXPECT_EQ(whole.size(), 60U);
    EXPECT_EQ(filled(table, {.from = From::kBehind}).size(), 60U);
    const std::string error =
        testing::error_of([&] { filled(table, {.from = From::kText, .text = "1"}); });
    EXPECT_TRUE(error == "no error" || error.find("is not such a value") != std::string::npos)
        << error;
  }
}

TEST(Fill, ForgetsTheOrderOfWhatItFills) {
  Batch table = testing::table({{"a", testing::column(int64_type(), {"1", "2"})},
                                {"b", testing::column(int64_type(), {"1", "null"})}},
                               {{std::string(kOrderKey), "a,b"}});
  EXPECT_EQ(
      make_fill(source(table), {.columns = ColumnList({"b"})})->schema()->metadata_value(kOrderKey),
      "a");
  EXPECT_EQ(
      testing::error_of([&] { filled(table, {.columns = ColumnList({"b"}), .keys = {"b"}}); }),
      "column 'b' is a key and cannot be filled");
}

}  // namespace
}  // namespace penstock
