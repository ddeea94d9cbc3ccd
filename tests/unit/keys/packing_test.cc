#include "libcore/keys/packing.h"

#include <gtest/gtest.h>

#include <map>

#include "libcore/keys/value.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::Random;

std::vector<std::string> key_texts(const Column& column) {
  std::vector<std::string> texts;
  for (int64_t i = 0; i < column.length; ++i) {
    texts.emplace_back(column.is_null(i) ? "null" : "");
    if (column.is_valid(i)) append_text(texts.back(), column, i);
  }
  return texts;
}

template <typename Word>
void expect_words_are_keys(const PackedLayout& layout, std::span<const ColumnPtr> keys) {
  int64_t rows = keys[0]->length;
  std::vector<Word> words(static_cast<size_t>(rows));
  std::vector<uint8_t> fits(words.size(), 9);
  // In two parts, as a table asks for them.
  int64_t half = rows / 2;
  layout.pack(keys, 0, half, words.data(), fits.data());
  layout.pack(keys, half, rows - half, words.data() + half, fits.data() + half);
  EXPECT_EQ(fits, std::vector<uint8_t>(words.size(), 1));
  // Each word is one key's and each key has one word.
  std::map<std::vector<std::string>, Word> word_of;
  std::map<Word, std::vector<std::string>> key_of;
  std::vector<std::vector<std::string>> columns;
  for (const ColumnPtr& key : keys)
    columns.push_back(key_texts(*key));
  for (size_t i = 0; i < words.size(); ++i) {
    std::vector<std::string> key;
    for (size_t c = 0; c < keys.size(); ++c)
      key.push_back(columns[c][i]);
    // Keys of floats have one zero and one NaN, as their codes have.
    for (std::string& value : key)
      if (value == "-0") value = "0";
    EXPECT_EQ(word_of.try_emplace(key, words[i]).first->second, words[i]);
    EXPECT_EQ(key_of.try_emplace(words[i], key).first->second, key);
  }
  for (size_t c = 0; c < keys.size(); ++c) {
    ColumnPtr back = layout.unpack(c, keys[c]->type, std::span<const Word>(words));
    validate(*back);
    std::vector<std::string> expected = columns[c];
    for (std::string& value : expected)
      if (value == "-0") value = "0";
    EXPECT_EQ(key_texts(*back), expected) << keys[c]->type->to_string();
  }
}

TEST(PackedLayout, WordsAreOneToOneWithKeysAndComeBack) {
  Random random(1);
  std::vector<TypePtr> types = testing::tried_types();
  int packed = 0;
  for (int round = 0; round < 400; ++round) {
    auto rows = static_cast<int64_t>(random() % 60) + 1;
    std::vector<ColumnPtr> keys;
    for (size_t c = 0; c <= random() % 3; ++c) {
      const TypePtr& type = types[random() % types.size()];
      keys.push_back(
          testing::random_column(random, type, rows, 6, static_cast<int>(random() % 3) * 20));
    }
    std::optional<PackedLayout> layout = PackedLayout::choose(keys, nullptr);
    if (!layout) continue;
    ++packed;
    EXPECT_TRUE(layout->holds(keys));
    if (layout->bits() == 64) {
      expect_words_are_keys<uint64_t>(*layout, keys);
    } else {
      ASSERT_EQ(layout->bits(), 128);
      expect_words_are_keys<uint128_t>(*layout, keys);
    }
  }
  EXPECT_GT(packed, 100);
}

TEST(PackedLayout, TakesTheNarrowestWordThatHoldsAll) {
  auto bits = [](const std::vector<ColumnPtr>& keys) {
    std::optional<PackedLayout> layout = PackedLayout::choose(keys, nullptr);
    return layout ? layout->bits() : 0;
  };
  ColumnPtr eight = column(int64_type(), {"1"});
  ColumnPtr four = column(int32_type(), {"1"});
  EXPECT_EQ(bits({eight}), 64);
  EXPECT_EQ(bits({four, four}), 64);
  EXPECT_EQ(bits({eight, four}), 128);
  EXPECT_EQ(bits({eight, eight}), 128);
  EXPECT_EQ(bits({eight, eight, four}), 0);
  // A null takes a byte more, once one has come.
  EXPECT_EQ(bits({column(int64_type(), {"1", "null"})}), 128);
  EXPECT_EQ(bits({column(int32_type(), {"1", "null"})}), 64);
  // A text takes a byte for its length.
  EXPECT_EQ(bits({column(utf8_type(), {"1234567"})}), 64);
  EXPECT_EQ(bits({column(utf8_type(), {"12345678"})}), 128);
  EXPECT_EQ(bits({column(utf8_type(), {"123456789012345"})}), 128);
  EXPECT_EQ(bits({column(utf8_type(), {"1234567890123456"})}), 0);
  EXPECT_EQ(bits({column(utf8_type(), {"123456789012345", "null"})}), 0);
}

TEST(PackedLayout, ALaterLayoutHoldsWhatTheOneBeforeHeld) {
  std::vector<ColumnPtr> first = {column(utf8_type(), {"abcdef", "null"})};
  std::vector<ColumnPtr> second = {column(utf8_type(), {"a", "ab"})};
  std::optional<PackedLayout> before = PackedLayout::choose(first, nullptr);
  std::optional<PackedLayout> after = PackedLayout::choose(second, &*before);
  ASSERT_TRUE(before && after);
  EXPECT_TRUE(after->holds(first));
  EXPECT_TRUE(after->holds(second));
}

TEST(PackedLayout, RowsThatDoNotFitAreMarked) {
  std::vector<ColumnPtr> narrow = {column(utf8_type(), {"ab"}), column(int32_type(), {"1"})};
  std::optional<PackedLayout> layout = PackedLayout::choose(narrow, nullptr);
  ASSERT_TRUE(layout);
  ASSERT_EQ(layout->bits(), 64);
  std::vector<ColumnPtr> wide = {column(utf8_type(), {"ab", "abcdefgh", "null", "a"}),
                                 column(int32_type(), {"1", "2", "3", "null"})};
  EXPECT_FALSE(layout->holds(wide));
  std::vector<uint64_t> words(4);
  std::vector<uint8_t> fits(4);
  layout->pack(std::span<const ColumnPtr>(wide), 0, 4, words.data(), fits.data());
  EXPECT_EQ(fits, (std::vector<uint8_t>{1, 0, 0, 0}));
  uint64_t expected;
  layout->pack(std::span<const ColumnPtr>(narrow), 0, 1, &expected, nullptr);
  EXPECT_EQ(words[0], expected);
}

}  // namespace
}  // namespace penstock
