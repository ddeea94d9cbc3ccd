#include "libcore/keys/group_table.h"

#include <gtest/gtest.h>

#include <map>

#include "libcore/data/compare.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::Random;

// The rows of some columns, with equal keys as equal texts.
std::vector<std::string> key_texts(const std::vector<ColumnPtr>& columns, int64_t rows) {
  Batch batch = testing::table({});
  batch.rows = rows;
  batch.columns = columns;
  std::vector<std::string> texts = testing::rows_of(batch);
  for (std::string& text : texts) {
    for (size_t at; (at = text.find("-nan")) != std::string::npos;)
      text.erase(at, 1);
    if (text == "-0") text = "0";
    for (size_t at; (at = text.find("-0|")) != std::string::npos;)
      text.erase(at, 1);
    if (text.ends_with("|-0")) text.erase(text.size() - 2, 1);
  }
  return texts;
}

struct Expected {
  std::map<std::string, int32_t> numbers;
  std::vector<std::string> keys;

  int32_t number(const std::string& key) {
    auto [at, is_new] = numbers.emplace(key, static_cast<int32_t>(keys.size()));
    if (is_new) keys.push_back(key);
    return at->second;
  }
};

TEST(GroupTable, NumbersKeysInTheOrderInWhichTheyCome) {
  Random random(3);
  std::vector<TypePtr> all = testing::tried_types();
  for (int round = 0; round < 200; ++round) {
    std::vector<TypePtr> types;
    for (size_t c = 0; c <= random() % 4; ++c)
      types.push_back(all[random() % all.size()]);
    GroupTable groups(types);
    Expected expected;
    // Later batches have more values, longer texts and nulls: the form of keys changes under way.
    for (int batch = 0; batch < 4; ++batch) {
      auto rows = static_cast<int64_t>(random() % 1500);
      std::vector<ColumnPtr> keys;
      for (const TypePtr& type : types) {
        keys.push_back(
            testing::random_column(random, type, rows, batch == 0 ? 3 : 2000, batch < 2 ? 0 : 10));
      }
      std::vector<int32_t> numbers(static_cast<size_t>(rows));
      std::vector<RowIndex> first_rows;
      auto before = static_cast<int32_t>(groups.size());
      groups.insert(keys, rows, numbers.data(), first_rows);
      std::vector<std::string> texts = key_texts(keys, rows);
      for (size_t i = 0; i < texts.size(); ++i) {
        ASSERT_EQ(numbers[i], expected.number(texts[i])) << texts[i] << " round " << round;
      }
      for (size_t i = 0; i < first_rows.size(); ++i) {
        ASSERT_EQ(numbers[static_cast<size_t>(first_rows[i])], before + static_cast<int32_t>(i));
      }
      ASSERT_EQ(groups.size(), static_cast<int64_t>(expected.keys.size()));
    }
    auto size = static_cast<int64_t>(groups.size());
    ASSERT_EQ(key_texts(groups.keys(0, size), size), expected.keys) << "round " << round;
  }
}

TEST(GroupTable, FindsWhatIsThereAndNothingElse) {
  Random random(4);
  std::vector<TypePtr> all = testing::tried_types();
  for (int round = 0; round < 100; ++round) {
    std::vector<TypePtr> types;
    for (size_t c = 0; c <= random() % 3; ++c)
      types.push_back(all[random() % all.size()]);
    GroupTable groups(types);
    Expected expected;
    auto columns = [&](int64_t rows, int64_t domain, int null_percent) {
      std::vector<ColumnPtr> keys;
      for (const TypePtr& type : types) {
        keys.push_back(testing::random_column(random, type, rows, domain, null_percent));
      }
      return keys;
    };
    std::vector<ColumnPtr> keys = columns(600, 50, round % 2 == 0 ? 0 : 10);
    std::vector<int32_t> numbers(1000);
    std::vector<RowIndex> first_rows;
    groups.insert(keys, 600, numbers.data(), first_rows);
    for (const std::string& text : key_texts(keys, 600))
      expected.number(text);
    keys = columns(1000, 5000, 10);
    GroupTable::Scratch scratch;
    groups.find(keys, 1000, numbers.data(), scratch);
    std::vector<std::string> texts = key_texts(keys, 1000);
    for (size_t i = 0; i < texts.size(); ++i) {
      auto at = expected.numbers.find(texts[i]);
      int32_t number = at == expected.numbers.end() ? GroupIndex::kNone : at->second;
      ASSERT_EQ(numbers[i], number) << texts[i] << " round " << round;
    }
  }
}

TEST(GroupTable, ManyGroups) {
  GroupTable groups({int64_type()});
  std::vector<RowIndex> first_rows;
  std::vector<int32_t> numbers(1000);
  constexpr int64_t kBatches = 300;
  for (int pass = 0; pass < 2; ++pass) {
    for (int64_t batch = 0; batch < kBatches; ++batch) {
      FixedBuilder<int64_t> values;
      for (int64_t i = 0; i < 1000; ++i)
        values.append((batch * 1000 + i) << 20);
      std::vector<ColumnPtr> keys = {values.finish(int64_type())};
      groups.insert(keys, 1000, numbers.data(), first_rows);
      ASSERT_EQ(numbers[0], batch * 1000);
      ASSERT_EQ(numbers[999], batch * 1000 + 999);
    }
  }
  EXPECT_EQ(groups.size(), kBatches * 1000);
  EXPECT_EQ(first_rows.size(), static_cast<size_t>(kBatches * 1000));
}

TEST(GroupTable, NoKeysIsOneGroup) {
  GroupTable groups({});
  std::vector<int32_t> numbers(3, 9);
  std::vector<RowIndex> first_rows;
  groups.insert({}, 3, numbers.data(), first_rows);
  EXPECT_EQ(numbers, (std::vector<int32_t>{0, 0, 0}));
  EXPECT_EQ(groups.size(), 1);
}

}  // namespace
}  // namespace penstock
