#include "libcore/keys/row_order.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "libcore/data/compare.h"
#include "tests/unit/data/random_column.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::Random;

// All rows in the order that compare.h defines, stable.
std::vector<PartRow> expected_order(std::span<const KeyPart> parts,
                                    std::span<const KeyDirection> directions) {
  std::vector<PartRow> rows;
  for (size_t part = 0; part < parts.size(); ++part) {
    for (int64_t row = 0; row < parts[part].rows; ++row)
      rows.push_back({static_cast<int32_t>(part), static_cast<RowIndex>(row)});
  }
  std::stable_sort(rows.begin(), rows.end(), [&](PartRow a, PartRow b) {
    for (size_t key = 0; key < directions.size(); ++key) {
      const Column& left = *parts[static_cast<size_t>(a.part)].columns[key];
      const Column& right = *parts[static_cast<size_t>(b.part)].columns[key];
      auto order = compare_rows(left, a.row, right, b.row, directions[key].nulls_first);
      bool values = left.is_valid(a.row) && right.is_valid(b.row);
      if (order != 0) return directions[key].descending && values ? order > 0 : order < 0;
    }
    return false;
  });
  return rows;
}

bool same(std::span<const PartRow> a, std::span<const PartRow> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](PartRow x, PartRow y) { return x.part == y.part && x.row == y.row; });
}

// Where the i-th of the sorted rows is.
PartRow place_of(const SortedWords& words, std::span<const KeyPart> parts, size_t i) {
  if (words.row_bits == 0) return words.items[i].row;
  auto number = static_cast<int64_t>(words.words[i] & ((uint64_t{1} << words.row_bits) - 1));
  int32_t part = 0;
  for (; number >= parts[static_cast<size_t>(part)].rows; ++part)
    number -= parts[static_cast<size_t>(part)].rows;
  return {part, static_cast<RowIndex>(number)};
}

// Words are in the same order, and the first `prefix` keys of neighbours are equal exactly when
// their words without the other keys are.
void expect_words(std::span<const KeyPart> parts, std::span<const KeyDirection> directions,
                  std::span<const PartRow> expected, size_t prefix) {
  std::optional<SortedWords> words = sorted_words(parts, directions, prefix);
  if (!words) return;
  ASSERT_EQ(words->size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    const PartRow row = place_of(*words, parts, i);
    ASSERT_TRUE(row.part == expected[i].part && row.row == expected[i].row);
    if (i == 0) continue;
    const PartRow before = expected[i - 1];
    bool equal = true;
    for (size_t key = 0; key < prefix; ++key) {
      const Column& left = *parts[static_cast<size_t>(before.part)].columns[key];
      const Column& right = *parts[static_cast<size_t>(row.part)].columns[key];
      equal = equal && compare_rows(left, before.row, right, row.row) == 0;
    }
    const uint64_t differs = words->key(i - 1) ^ words->key(i);
    EXPECT_EQ((differs & words->prefix_mask) == 0, equal);
  }
}

void expect_stable_sort(std::span<const KeyPart> parts, std::span<const KeyDirection> directions) {
  std::vector<PartRow> expected = expected_order(parts, directions);
  std::vector<PartRow> as_they_stand;
  for (size_t part = 0; part < parts.size(); ++part) {
    for (int64_t row = 0; row < parts[part].rows; ++row)
      as_they_stand.push_back({static_cast<int32_t>(part), static_cast<RowIndex>(row)});
  }
  std::optional<std::vector<PartRow>> sorted = sorted_rows(parts, directions);
  EXPECT_EQ(sorted.has_value(), !same(expected, as_they_stand));
  if (sorted) {
    EXPECT_TRUE(same(*sorted, expected)) << parts[0].columns[0]->type->to_string();
  }
  for (size_t prefix = 0; prefix <= directions.size() && !expected.empty(); ++prefix)
    expect_words(parts, directions, expected, prefix);
}

std::vector<KeyDirection> random_directions(Random& random, size_t keys) {
  std::vector<KeyDirection> directions;
  for (size_t key = 0; key < keys; ++key)
    directions.push_back({random() % 2 == 0, random() % 2 == 0});
  return directions;
}

TEST(RowOrder, IsTheStableSortByAnyKeys) {
  Random random(1);
  std::vector<TypePtr> types = testing::tried_types();
  for (int round = 0; round < 300; ++round) {
    size_t keys = 1 + random() % 3;
    std::vector<TypePtr> key_types;
    for (size_t key = 0; key < keys; ++key)
      key_types.push_back(types[random() % types.size()]);
    // Many equal keys, or few.
    int64_t domain = random() % 2 == 0 ? 4 : 100000;
    std::vector<KeyPart> parts(1 + random() % 4);
    for (KeyPart& part : parts) {
      part.rows = static_cast<int64_t>(random() % 200);
      int nulls = static_cast<int>(random() % 3) * 20;
      for (const TypePtr& type : key_types)
        part.columns.push_back(testing::random_column(random, type, part.rows, domain, nulls));
    }
    expect_stable_sort(parts, random_directions(random, keys));
  }
}

TEST(RowOrder, TextsThatShareLongBeginnings) {
  Random random(2);
  for (int round = 0; round < 40; ++round) {
    std::vector<std::string> values;
    for (int i = 0; i < 400; ++i) {
      std::string text(random() % 3 * 8, 'p');
      for (size_t c = 0; c < random() % 20; ++c)
        text += "ab\0"[random() % 3];
      values.push_back(random() % 10 == 0 ? "null" : text);
    }
    KeyPart part{{column(utf8_type(), values)}, 400};
    expect_stable_sort({&part, 1}, random_directions(random, 1));
  }
}

TEST(RowOrder, KeysOfEveryTypeThatHasAnOrder) {
  Random random(3);
  testing::ColumnMaker maker(3);
  int nested = 0;
  for (const TypePtr& type : testing::all_types()) {
    if (!is_orderable(*type) || !equals(*plain(type), *type)) continue;
    nested += type->children.empty() ? 0 : 1;
    KeyPart part{{maker.make(type, 120)}, 120};
    expect_stable_sort({&part, 1}, random_directions(random, 1));
  }
  EXPECT_GT(nested, 3);
}

// Prices and such are sorted as whole numbers (decimal_scale.h), others among them not.
TEST(RowOrder, FloatsOfFewDigits) {
  Random random(4);
  for (int round = 0; round < 60; ++round) {
    std::vector<KeyPart> parts(1 + random() % 3);
    const double power = std::pow(10.0, static_cast<double>(random() % 7));
    const bool has_other = random() % 3 == 0;
    for (KeyPart& part : parts) {
      std::vector<std::string> values;
      for (int i = 0; i < 300; ++i) {
        const auto whole = static_cast<double>(static_cast<int64_t>(random() % 20001) - 10000);
        values.push_back(random() % 8 == 0 ? "null" : fmt::format("{}", whole / power));
      }
      values[random() % 300] = "-0";
      if (has_other) values[random() % 300] = random() % 2 == 0 ? "0.3333333333333333" : "NaN";
      part = {{column(float64_type(), values)}, 300};
    }
    expect_stable_sort(parts, random_directions(random, 1));
  }
}

TEST(RowOrder, RowsThatAreInOrderAreNotMoved) {
  KeyPart first{{column(int32_type(), {"1", "2", "2"})}, 3};
  KeyPart second{{column(int32_type(), {"2", "9", "null"})}, 3};
  std::vector<KeyPart> parts = {first, second};
  std::vector<KeyDirection> ascending = {{false, false}};
  EXPECT_FALSE(sorted_rows(parts, ascending).has_value());
  std::swap(parts[0], parts[1]);
  EXPECT_TRUE(sorted_rows(parts, ascending).has_value());
  std::vector<KeyPart> none = {{{column(int32_type(), {})}, 0}};
  EXPECT_FALSE(sorted_rows(none, ascending).has_value());
}

}  // namespace
}  // namespace penstock
