#include "libcore/data/column.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/builder.h"
#include "tests/unit/data/random_column.h"

namespace penstock {
namespace {

using testing::all_types;
using testing::ColumnMaker;
using testing::rows_as_json;

TEST(NullColumn, IsValidAndNullInEveryRowForEveryType) {
  for (const TypePtr& type : all_types()) {
    for (int64_t length : {0, 1, 9}) {
      SCOPED_TRACE(type->to_string());
      ColumnPtr column = make_null_column(type, length);
      validate(*column);
      EXPECT_EQ(rows_as_json(*column),
                std::vector<std::string>(static_cast<size_t>(length), "null"));
    }
  }
}

TEST(NullColumn, RefusesListsPastTheLimit) {
  EXPECT_THROW(make_null_column(parse_type("fixed_size_list<int8, 2147483647>"), 2), Error);
}

TEST(WithValidity, AddsNulls) {
  ColumnMaker maker(1);
  ColumnPtr column = maker.make(int64_type(), 20);
  MutableBuffer bits = make_bitmap(20, true);
  clear_bit(bits.data(), 3);
  ColumnPtr result = with_validity(column, bits.freeze());
  validate(*result);
  for (int64_t i = 0; i < 20; ++i)
    EXPECT_EQ(result->is_null(i), i == 3 || column->is_null(i));
  EXPECT_EQ(with_validity(column, {}), column);
}

// A copy of a good column, damaged; validate() has to find it.
void expect_damaged(const ColumnPtr& good, const std::function<void(Column&)>& damage,
                    const char* what) {
  validate(*good);
  Column bad = *good;
  damage(bad);
  try {
    validate(bad);
    ADD_FAILURE() << "not found: " << what;
  } catch (const Error& error) {
    EXPECT_NE(error.message().find(what), std::string::npos) << error.message();
  }
}

Buffer ints(std::vector<int32_t> values) {
  return Buffer::copy(values.data(), static_cast<int64_t>(values.size() * 4));
}

ColumnPtr text_column(std::vector<std::string> values) {
  BytesBuilder builder;
  for (const std::string& value : values)
    builder.append(value);
  return builder.finish(utf8_type());
}

TEST(Validate, FindsBrokenValidity) {
  ColumnPtr column = make_column(int32_type(), 3, ints({1, 2, 3}));
  expect_damaged(
      column, [](Column& c) { c.null_count = 1; }, "validity and null count");
  expect_damaged(
      column, [](Column& c) { c.null_count = 4; }, "null count");
  expect_damaged(
      column, [](Column& c) { c.null_count = -1; }, "null count");
  expect_damaged(
      column, [](Column& c) { c.length = -1; }, "length");
  expect_damaged(
      column, [](Column& c) { c.length = kMaxBatchRows + 1; }, "length");
  expect_damaged(
      column,
      [](Column& c) {
        c.values = ints({1, 2});
      },
      "values are too short");
  expect_damaged(
      column,
      [](Column& c) {
        c.values = ints({1, 2, 3, 4}).slice(1, 12);
      },
      "aligned");
  expect_damaged(
      column, [](Column& c) { c.type = null_type(); }, "it has values");
  ColumnPtr nulls = make_null_column(int32_type(), 9);
  expect_damaged(
      nulls, [](Column& c) { c.validity = c.validity.slice(0, 1); }, "validity is too short");
  expect_damaged(
      nulls, [](Column& c) { c.null_count = 8; }, "validity and null count");
}

TEST(Validate, FindsBrokenOffsets) {
  ColumnPtr column = text_column({"ab", "", "cde"});
  expect_damaged(
      column,
      [](Column& c) {
        c.offsets = ints({0, 2, 2});
      },
      "offsets are too short");
  expect_damaged(
      column, [](Column& c) { c.offsets = {}; }, "offsets are too short");
  expect_damaged(
      column,
      [](Column& c) {
        c.offsets = ints({0, 3, 2, 5});
      },
      "ascend");
  expect_damaged(
      column,
      [](Column& c) {
        c.offsets = ints({-1, 2, 2, 5});
      },
      "ascend");
  expect_damaged(
      column,
      [](Column& c) {
        c.offsets = ints({0, 2, 2, 6});
      },
      "past its values");
  expect_damaged(
      column, [](Column& c) { c.values = {}; }, "past its values");
  ColumnPtr empty = make_null_column(utf8_type(), 0);
  expect_damaged(
      empty, [](Column& c) { c.offsets = ints({1}); }, "past its values");
}

TEST(Validate, FindsWhatIsNoUtf8) {
  ColumnPtr column = text_column({"a\xC3\xA9", "b"});
  expect_damaged(
      column,
      [](Column& c) {
        c.values = Buffer::copy(
            "a\xC3\x28"
            "b",
            4);
      },
      "UTF-8");
  // The whole is UTF-8, but a value ends inside a character.
  expect_damaged(
      column,
      [](Column& c) {
        c.offsets = ints({0, 2, 4});
      },
      "UTF-8");
  expect_damaged(
      column,
      [](Column& c) {
        c.offsets = ints({2, 3, 4});
      },
      "UTF-8");
  expect_damaged(
      column,
      [](Column& c) {
        c.offsets = ints({0, 1, 2});
      },
      "UTF-8");
  // A cut may stand before bytes that are not the column's.
  Column cut = *column;
  cut.offsets = ints({0, 1, 1});
  validate(cut);
  Column binary = *column;
  binary.type = binary_type();
  binary.values = Buffer::copy("\xFF\xFF\xFF\xFF", 4);
  validate(binary);
}

TEST(Validate, FindsBrokenChildren) {
  ColumnMaker maker(2);
  TypePtr type = parse_type("struct<a: int32, b: utf8>");
  ColumnPtr column = maker.make(type, 10);
  expect_damaged(
      column, [](Column& c) { c.children.pop_back(); }, "children");
  expect_damaged(
      column, [](Column& c) { c.children[0] = nullptr; }, "missing");
  expect_damaged(
      column, [](Column& c) { c.children[0] = slice(c.children[0], 0, 9); }, "length");
  expect_damaged(
      column, [](Column& c) { std::swap(c.children[0], c.children[1]); }, "type");
  column = maker.make(parse_type("fixed_size_list<int8, 3>"), 4);
  expect_damaged(
      column, [](Column& c) { c.children[0] = slice(c.children[0], 0, 11); }, "length");
  auto list = std::make_shared<Column>();
  list->type = list_type(int32_type());
  list->length = 2;
  list->offsets = ints({0, 1, 2});
  list->children = {make_column(int32_type(), 2, ints({1, 2}))};
  expect_damaged(
      list,
      [](Column& c) {
        c.offsets = ints({0, 1, 3});
      },
      "past its values");
}

TEST(Validate, FindsBrokenDictionaries) {
  auto column = std::make_shared<Column>();
  column->type = dictionary_type(make_type(TypeId::kInt32), utf8_type());
  column->length = 3;
  column->values = ints({0, 1, 0});
  column->dictionary = text_column({"x", "y"});
  expect_damaged(
      column,
      [](Column& c) {
        c.values = ints({0, 2, 0});
      },
      "past its dictionary");
  expect_damaged(
      column,
      [](Column& c) {
        c.values = ints({0, -1, 0});
      },
      "past its dictionary");
  expect_damaged(
      column, [](Column& c) { c.dictionary = nullptr; }, "dictionary");
  expect_damaged(
      column, [](Column& c) { c.dictionary = make_null_column(int32_type(), 2); }, "dictionary");
  // An index that belongs to a null may be anything.
  Column nulls = *column;
  nulls.values = ints({0, 99, 0});
  MutableBuffer bits = make_bitmap(3, true);
  clear_bit(bits.data(), 1);
  nulls.validity = bits.freeze();
  nulls.null_count = 1;
  validate(nulls);
  EXPECT_EQ(rows_as_json(*decode_dictionary(std::make_shared<Column>(nulls))),
            (std::vector<std::string>{"\"x\"", "null", "\"x\""}));
}

TEST(Validate, FindsBrokenUnions) {
  ColumnMaker maker(3);
  for (const TypePtr& type : all_types()) {
    bool dense = type->id == TypeId::kDenseUnion;
    if (!dense && type->id != TypeId::kSparseUnion) continue;
    ColumnPtr column = maker.make(type, 10);
    expect_damaged(
        column, [](Column& c) { c.values = make_bitmap(80, false).freeze(); }, "type code");
    expect_damaged(
        column, [](Column& c) { c.values = c.values.slice(0, 9); }, "type codes are too short");
    if (dense) {
      expect_damaged(
          column, [](Column& c) { c.offsets = ints(std::vector<int32_t>(10, 1000)); },
          "past its member");
      expect_damaged(
          column, [](Column& c) { c.offsets = ints(std::vector<int32_t>(10, -1)); },
          "past its member");
    }
  }
}

TEST(Validate, FindsWhatNestsTooDeep) {
  ColumnPtr column = make_null_column(int32_type(), 0);
  for (int i = 0; i < kMaxNesting + 3; ++i) {
    auto parent = std::make_shared<Column>();
    parent->type = struct_type({{"a", column->type, true, {}}});
    parent->children = {column};
    column = parent;
  }
  EXPECT_THROW(validate(*column), Error);
}

TEST(Bitmap, CountsSlicesCopiesAndCombines) {
  ColumnMaker maker(4);
  for (int64_t length : {1, 7, 8, 63, 64, 65, 200}) {
    MutableBuffer a = make_bitmap(length, false);
    MutableBuffer b = make_bitmap(length, true);
    EXPECT_EQ(count_set_bits(b.data(), length), length);
    int64_t expected = 0;
    for (int64_t i = 0; i < length; ++i) {
      assign_bit(a.data(), i, maker.below(2) == 0);
      assign_bit(b.data(), i, maker.below(2) == 0);
      expected += get_bit(a.data(), i) ? 1 : 0;
    }
    EXPECT_EQ(count_set_bits(a.data(), length), expected);
    Buffer left = a.freeze();
    Buffer right = b.freeze();
    Buffer both = and_bitmaps(left, right, length);
    for (int64_t i = 0; i < length; ++i) {
      EXPECT_EQ(get_bit(both.data(), i), get_bit(left.data(), i) && get_bit(right.data(), i));
    }
    for (int64_t offset = 0; offset < length; ++offset) {
      for (int64_t size : {int64_t{1}, (length - offset + 1) / 2, length - offset}) {
        Buffer part = slice_bitmap(left, offset, size);
        ASSERT_EQ(part.size(), bitmap_bytes(size));
        MutableBuffer copied = make_bitmap(size + offset + 5, true);
        copy_bits(copied.data(), offset, part.data(), size);
        for (int64_t i = 0; i < size; ++i) {
          ASSERT_EQ(get_bit(part.data(), i), get_bit(left.data(), offset + i));
          ASSERT_EQ(get_bit(copied.data(), offset + i), get_bit(left.data(), offset + i));
        }
        for (int64_t i = size; i < bitmap_bytes(size) * 8; ++i)
          ASSERT_FALSE(get_bit(part.data(), i));
        for (int64_t i = 0; i < offset; ++i)
          ASSERT_TRUE(get_bit(copied.data(), i));
        for (int64_t i = offset + size; i < offset + size + 5; ++i)
          ASSERT_TRUE(get_bit(copied.data(), i));
      }
    }
  }
  Buffer none;
  Buffer some = make_bitmap(5, true).freeze();
  EXPECT_TRUE(and_bitmaps(none, none, 5).empty());
  EXPECT_EQ(and_bitmaps(none, some, 5).data(), some.data());
}

TEST(Builder, MakesColumnsAndIsEmptyAfterwards) {
  FixedBuilder<int64_t> numbers;
  BoolBuilder flags;
  BytesBuilder texts;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 20; ++i) {
      if (i % 9 == 8) {
        numbers.append_null();
        flags.append_null();
        texts.append_null();
      } else {
        numbers.append(i);
        flags.append(i % 2 == 0);
        texts.append(std::to_string(i));
      }
    }
    EXPECT_EQ(texts.length(), 20);
    for (const ColumnPtr& column :
         {numbers.finish(int64_type()), flags.finish(), texts.finish(utf8_type())}) {
      validate(*column);
      EXPECT_EQ(column->length, 20);
      EXPECT_EQ(column->null_count, 2);
      EXPECT_TRUE(column->is_null(8));
      EXPECT_TRUE(column->is_null(17));
      std::string text;
      append_text(text, *column, 4);
      EXPECT_EQ(text, column->type->id == TypeId::kBool ? "true" : "4");
    }
  }
  EXPECT_EQ(texts.finish(utf8_type())->length, 0);
}

}  // namespace
}  // namespace penstock
