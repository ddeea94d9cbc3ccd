#include "libcore/data/zones/zone_builder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/data/value_text.h"
#include "libcore/data/zones/column_bounds.h"
#include "libcore/data/zones/text_bounds.h"
#include "tests/unit/data/random_column.h"
#include "tests/unit/property_rounds.h"

namespace penstock {
namespace {

using testing::ColumnMaker;

bool has_nan(const Column& column) {
  bool has = false;
  for (int64_t i = 0; i < column.length; ++i) {
    if (column.is_null(i)) continue;
    if (column.type->id == TypeId::kFloat16) has |= (column.data<uint16_t>()[i] & 0x7FFFU) > 0x7C00;
    if (column.type->id == TypeId::kFloat32) has |= std::isnan(column.data<float>()[i]);
    if (column.type->id == TypeId::kFloat64) has |= std::isnan(column.data<double>()[i]);
  }
  return has;
}

// Tests the zone's bounds against each row of the column.
void expect_within(const ColumnPtr& rows, const ZoneColumn& zone, int64_t number) {
  const ColumnPtr values = plain(rows);
  const std::string name = rows->type->to_string();
  EXPECT_EQ(zone.nulls->data<int64_t>()[number], values->null_count) << name;
  const bool is_bounded = is_orderable(*values->type) && values->type->children.empty() &&
                          values->type->id != TypeId::kNull;
  ASSERT_EQ(zone.min != nullptr, is_bounded) << name;
  if (!is_bounded) return;
  ASSERT_TRUE(equals(*zone.min->type, *values->type)) << name;
  const bool is_empty = values->null_count == values->length || has_nan(*values);
  EXPECT_EQ(zone.min->is_null(number), is_empty) << name;
  EXPECT_TRUE(!is_empty || zone.max->is_null(number)) << name;
  bool is_min_reached = is_empty;
  for (int64_t i = 0; !is_empty && i < values->length; ++i) {
    if (values->is_null(i)) continue;
    const auto low = compare_values(*zone.min, number, *values, i);
    is_min_reached |= low == 0;
    EXPECT_TRUE(low <= 0) << name;
    EXPECT_TRUE(zone.max->is_null(number) || compare_values(*values, i, *zone.max, number) <= 0)
        << name;
  }
  EXPECT_TRUE(is_min_reached || is_variable_bytes(values->type->id)) << name;
}

TEST(ZoneBuilder, BoundsEveryRowOfEveryType) {
  ColumnMaker maker(5);
  for (const TypePtr& type : testing::all_types()) {
    for (int round = 0; round < testing::property_rounds(20); ++round) {
      const SchemaPtr schema = make_schema({{"x", type, true, {}}});
      ZoneBuilder builder(schema);
      std::vector<ColumnPtr> zones;
      for (int zone = 0; zone < 3; ++zone) {
        std::vector<ColumnPtr> parts{make_null_column(type, zone == 0 ? 0 : 1)};
        for (uint64_t part = maker.below(3); part > 0; --part)
          parts.push_back(maker.make(type, static_cast<int64_t>(maker.below(12))));
        for (const ColumnPtr& part : parts)
          builder.add({schema, part->length, {part}});
        builder.end_zone();
        zones.push_back(concatenate(parts));
      }
      const Zones made = builder.finish();
      EXPECT_NO_THROW(check_zones(made, *schema)) << type->to_string();
      ASSERT_EQ(made.count, 3);
      for (size_t zone = 0; zone < zones.size(); ++zone) {
        EXPECT_EQ(made.rows->data<int64_t>()[zone], zones[zone]->length);
        expect_within(zones[zone], made.columns[0], static_cast<int64_t>(zone));
      }
      EXPECT_EQ(builder.finish().count, 0);
    }
  }
}

TEST(ZoneBuilder, KeepsOnlyTheColumnsAskedFor) {
  const SchemaPtr schema =
      make_schema({{"a", int64_type(), true, {}}, {"b", int64_type(), true, {}}});
  ZoneBuilder builder(schema, {1});
  FixedBuilder<int64_t> values;
  for (int64_t value : {5, 3, 9})
    values.append(value);
  const ColumnPtr column = values.finish(int64_type());
  builder.add({schema, 3, {column, column}});
  builder.end_zone();
  const Zones zones = builder.finish();
  EXPECT_EQ(zones.columns[0].min, nullptr);
  EXPECT_EQ(zones.columns[0].nulls, nullptr);
  EXPECT_EQ(zones.columns[1].min->data<int64_t>()[0], 3);
  EXPECT_EQ(zones.columns[1].max->data<int64_t>()[0], 9);
}

TEST(ColumnBounds, AreNotKeptOfNestedTypes) {
  EXPECT_EQ(make_column_bounds(list_type(int64_type())), nullptr);
  EXPECT_EQ(make_column_bounds(parse_type("month_interval")), nullptr);
  EXPECT_NE(make_column_bounds(int64_type()), nullptr);
}

TEST(CutBounds, KeepTheOrder) {
  const std::string a31(31, 'a');
  EXPECT_EQ(cut_min(a31 + "bc", true), a31 + "b");
  EXPECT_EQ(cut_max(a31 + "b", true), a31 + "b");
  EXPECT_EQ(cut_max(a31 + "bc", true), a31 + "c");
  EXPECT_EQ(cut_max(a31 + "\x7F" + "c", true), a31 + "\xC2\x80");
  // Characters, not bytes; the one after U+D7FF is U+E000, and there is none after U+10FFFF.
  EXPECT_EQ(cut_min(a31 + "\xC3\xA9" + "c", true), a31 + "\xC3\xA9");
  EXPECT_EQ(cut_max(a31 + "\xED\x9F\xBF" + "c", true), a31 + "\xEE\x80\x80");
  EXPECT_EQ(cut_max(a31 + "\xF4\x8F\xBF\xBF" + "c", true), std::string(30, 'a') + "b");
  std::string last;
  for (int i = 0; i < 33; ++i)
    last += "\xF4\x8F\xBF\xBF";
  EXPECT_EQ(cut_max(last, true), std::nullopt);
  EXPECT_EQ(cut_max(a31 + "\xFF" + "c", false), std::string(30, 'a') + "b");
  EXPECT_EQ(cut_max(std::string(33, '\xFF'), false), std::nullopt);
}

std::string fault_of(const Zones& zones, const Schema& schema) {
  try {
    check_zones(zones, schema);
  } catch (const Error& error) {
    return error.message();
  }
  return "none";
}

TEST(CheckZones, RefusesWhatDoesNotFit) {
  const Schema schema{{{"a", int64_type(), true, {}}}, {}};
  FixedBuilder<int64_t> builder;
  builder.append(3);
  const ColumnPtr three = builder.finish(int64_type());
  builder.append(-1);
  const ColumnPtr negative = builder.finish(int64_type());
  builder.append(4);
  const ColumnPtr four = builder.finish(int64_type());
  const ColumnPtr text = make_null_column(utf8_type(), 1);
  EXPECT_EQ(fault_of({1, three, {{four, four, three}}}, schema), "none");
  EXPECT_EQ(fault_of({1, nullptr, {{}}}, schema), "none");
  EXPECT_EQ(fault_of({1, three, {}}, schema), "the zones have 0 columns, not 1");
  EXPECT_EQ(fault_of({2, three, {{}}}, schema), "the zones have 1 rows, not 2");
  EXPECT_EQ(fault_of({1, negative, {{}}}, schema), "the zones have a negative number of rows");
  EXPECT_EQ(fault_of({1, three, {{text, four, three}}}, schema),
            "the zones' minima of column 'a' are utf8, not int64");
  EXPECT_EQ(fault_of({1, three, {{three, four, four}}}, schema),
            "a zone has more nulls of column 'a' than rows");
}

}  // namespace
}  // namespace penstock
