#include "libcore/arrow/view_layouts.h"

#include <gtest/gtest.h>

#include "ipc_testing.h"
#include "libcore/base/limits.h"
#include "random_columns.h"

namespace penstock::testing {
namespace {

template <typename T>
Buffer buffer_of(std::vector<T> values) {
  return Buffer::copy(values.data(), static_cast<int64_t>(values.size() * sizeof(T)));
}

Column rows_of(TypePtr type, int64_t length) {
  Column rows;
  rows.type = std::move(type);
  rows.length = length;
  return rows;
}

struct View {
  int32_t size;
  char bytes[12];
};

View inlined(std::string_view text) {
  View view{static_cast<int32_t>(text.size()), {}};
  std::memcpy(view.bytes, text.data(), text.size());
  return view;
}

View referring(int32_t size, int32_t buffer, int32_t offset) {
  View view{size, {}};
  std::memcpy(view.bytes + 4, &buffer, 4);
  std::memcpy(view.bytes + 8, &offset, 4);
  return view;
}

ColumnPtr expand(const std::vector<View>& views, std::vector<Buffer> data, Buffer validity = {}) {
  Column rows = rows_of(utf8_type(), static_cast<int64_t>(views.size()));
  if (!validity.empty()) {
    rows.validity = validity;
    rows.null_count = rows.length - count_set_bits(validity.data(), rows.length);
  }
  ByteBudget budget(1 << 20);
  return expand_bytes_view(rows, buffer_of(views), data, budget);
}

TEST(BytesView, InlineAndReferring) {
  std::vector<Buffer> data{Buffer::copy("unused", 6), Buffer::copy("..thirteen bytes..", 18)};
  ColumnPtr column =
      expand({inlined(""), inlined("twelve bytes"), referring(14, 1, 2), inlined("x")}, data);
  validate(*column);
  EXPECT_EQ(column->bytes_at(0), "");
  EXPECT_EQ(column->bytes_at(1), "twelve bytes");
  EXPECT_EQ(column->bytes_at(2), "thirteen bytes");
  EXPECT_EQ(column->bytes_at(3), "x");
}

TEST(BytesView, NullsAreNotLookedAt) {
  Buffer validity = buffer_of<uint8_t>({2});
  ColumnPtr column = expand({referring(-5, 9, 9), inlined("a")}, {}, validity);
  EXPECT_EQ(cell_text(*column, 0), "null");
  EXPECT_EQ(cell_text(*column, 1), "\"a\"");
}

TEST(BytesView, ViewsOutsideAreRefused) {
  Buffer data = Buffer::copy("0123456789abcdef", 16);
  EXPECT_EQ(expand({referring(16, 0, 0)}, {data})->bytes_at(0), "0123456789abcdef");
  for (const View& view :
       {referring(17, 0, 0), referring(16, 0, 1), referring(13, 1, 0), referring(13, -1, 0),
        referring(13, 0, -1), referring(-1, 0, 0), referring(2147483647, 0, 2147483647)}) {
    error_of([&] { expand({view}, {data}); });
  }
}

TEST(BytesView, WhatTheyBecomeIsBounded) {
  Buffer data = Buffer::copy(std::string(1000, 'x').data(), 1000);
  std::vector<View> views(1100, referring(1000, 0, 0));  // 17 KiB that become 1.1 MB
  EXPECT_NE(error_of([&] { expand(views, {data}); }).find("write smaller batches"),
            std::string::npos);
}

template <typename Offset>
std::string lists(std::vector<Offset> offsets, std::vector<Offset> sizes, int64_t budget_bytes) {
  FixedBuilder<int32_t> items;
  for (int i = 0; i < 10; ++i)
    items.append(i);
  Column rows = rows_of(list_type(int32_type()), static_cast<int64_t>(offsets.size()));
  if (sizeof(Offset) == 8) rows.type = make_custom(TypeId::kLargeList, rows.type->children);
  ByteBudget budget(budget_bytes);
  ColumnPtr column = expand_list_view<Offset>(rows, buffer_of(offsets), buffer_of(sizes),
                                              items.finish(int32_type()), budget);
  validate(*column);
  return items_text(*column, 0, column->length);
}

template <typename Offset>
void expect_lists() {
  EXPECT_EQ(lists<Offset>({2, 4, 9, 4}, {2, 0, 0, 3}, 1000), "[[2,3,],[],[],[4,5,6,],]");
  EXPECT_EQ(lists<Offset>({8, 0, 1}, {2, 3, 1}, 1000), "[[8,9,],[0,1,2,],[1,],]");
  EXPECT_EQ(lists<Offset>({}, {}, 1000), "[]");
  for (const auto& list : {std::pair<Offset, Offset>{10, 1}, {-1, 1}, {1, -1}, {0, 11}}) {
    error_of([&] { lists<Offset>({list.first}, {list.second}, 1000); });
  }
  std::vector<Offset> many(100, 0);
  std::vector<Offset> ten(100, 10);
  EXPECT_NE(error_of([&] { lists<Offset>(many, ten, 4000); }).find("smaller batches"),
            std::string::npos);
}

TEST(ListView, InAnyOrder) {
  expect_lists<int32_t>();
  expect_lists<int64_t>();
}

template <typename End>
std::string runs(TypePtr type, int64_t length, std::vector<End> ends, int64_t budget_bytes = 1000) {
  auto count = static_cast<int64_t>(ends.size());
  Column end_column = rows_of(std::move(type), count);
  end_column.values = buffer_of(ends);
  BytesBuilder values;
  for (int64_t i = 0; i < count; ++i)
    values.append(std::string(1, static_cast<char>('a' + i)));
  ByteBudget budget(budget_bytes);
  ColumnPtr column = expand_run_ends(length, end_column, *values.finish(utf8_type()), budget);
  validate(*column);
  return items_text(*column, 0, column->length);
}

TEST(RunEnds, EveryWidth) {
  EXPECT_EQ(runs<int16_t>(make_type(TypeId::kInt16), 4, {1, 4}), R"(["a","b","b","b",])");
  EXPECT_EQ(runs<int32_t>(int32_type(), 2, {1, 4}), R"(["a","b",])");
  EXPECT_EQ(runs<int64_t>(int64_type(), 0, {}), "[]");
}

TEST(RunEnds, DamagedOnesAreRefused) {
  TypePtr type = int32_type();
  for (std::vector<int32_t> ends :
       {std::vector<int32_t>{}, {3}, {0, 4}, {2, 2, 4}, {3, 2, 4}, {-1, 4}}) {
    EXPECT_NE(error_of([&] { runs<int32_t>(type, 4, ends); }).find("run ends"), std::string::npos);
  }
  EXPECT_NE(error_of([&] {
              runs<int32_t>(type, 2147483647, {2147483647}, kMaxMessageBodyBytes);
            }).find("smaller batches"),
            std::string::npos);
}

}  // namespace
}  // namespace penstock::testing
