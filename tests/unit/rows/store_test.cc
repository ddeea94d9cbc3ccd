#include "libcore/rows/store.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/data/random_column.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::Random;
using testing::rows_of;
using testing::table;

Batch numbered(Random& random, int64_t first, int64_t rows, size_t most_text) {
  FixedBuilder<int64_t> numbers;
  BytesBuilder texts;
  for (int64_t i = 0; i < rows; ++i) {
    numbers.append(first + i);
    texts.append(std::string(most_text == 0 ? 0 : random() % most_text, 't'));
  }
  return table({{"n", numbers.finish(int64_type())}, {"t", texts.finish(utf8_type())}});
}

std::vector<std::string> all_rows(std::span<const Batch> parts) {
  std::vector<std::string> rows;
  for (const Batch& part : parts) {
    std::vector<std::string> more = rows_of(part);
    rows.insert(rows.end(), more.begin(), more.end());
  }
  return rows;
}

TEST(RowStore, KeepsAllRowsInOrderWhateverTheBatches) {
  Random random(1);
  for (int round = 0; round < 8; ++round) {
    RowStore store(numbered(random, 0, 0, 0).schema);
    std::vector<std::string> expected;
    int64_t bytes = 0;
    for (int batch = 0; batch < 60; ++batch) {
      int64_t rows = random() % 4 == 0 ? static_cast<int64_t>(random() % 9000)
                                       : static_cast<int64_t>(random() % 20);
      Batch more = numbered(random, store.rows(), rows, 12);
      bytes += more.rows == 0 ? 0 : row_bytes(more);
      store.add(more);
      std::vector<std::string> texts = rows_of(more);
      expected.insert(expected.end(), texts.begin(), texts.end());
      bool grows = random() % 2 == 0;
      if (random() % 8 != 0) continue;
      ASSERT_EQ(all_rows(grows ? store.parts_while_growing() : store.parts()), expected);
    }
    std::span<const Batch> parts = store.parts();
    ASSERT_EQ(all_rows(parts), expected);
    EXPECT_EQ(store.rows(), std::ssize(expected));
    EXPECT_EQ(store.bytes(), bytes);
    // Every part's frame is counted, and no more.
    EXPECT_EQ(store.memory_bytes(), bytes + std::ssize(parts) * frame_bytes(*store.schema()));
    // Rows by part and number.
    std::vector<PartRow> wanted;
    std::vector<std::string> picked;
    for (int i = 0; i < 50 && !expected.empty(); ++i) {
      auto part = random() % parts.size();
      auto row = static_cast<RowIndex>(random() % static_cast<uint64_t>(parts[part].rows));
      wanted.push_back({static_cast<int32_t>(part), row});
      picked.push_back(rows_of(slice(parts[part], row, 1))[0]);
      wanted.push_back({-1, 0});
      picked.emplace_back("null|null");
    }
    EXPECT_EQ(rows_of(store.take(wanted)), picked);
    store.clear();
    EXPECT_EQ(store.rows(), 0);
    EXPECT_EQ(store.memory_bytes(), 0);
    EXPECT_TRUE(store.parts().empty());
  }
}

TEST(RowStore, SmallBatchesArePutTogether) {
  Random random(2);
  RowStore store(numbered(random, 0, 0, 0).schema);
  RowStore growing(store.schema());
  int64_t most = 0;
  for (int batch = 0; batch < 20000; ++batch) {
    Batch ten = numbered(random, batch * 10, 10, 3);
    store.add(ten);
    growing.add(ten);
    if (batch % 5 != 0) continue;
    std::span<const Batch> parts = growing.parts_while_growing();
    most = std::max(most, std::count_if(parts.begin(), parts.end(), [](const Batch& part) {
                      return part.rows < kBatchRows / 4;
                    }));
  }
  EXPECT_LE(std::ssize(store.parts()), 200000 / kBatchRows + 1);
  EXPECT_LE(most, 32);
}

TEST(RowStore, DictionariesAreStoredAsTheirValues) {
  testing::ColumnMaker maker(3);
  TypePtr type = dictionary_type(int32_type(), utf8_type(), false);
  SchemaPtr schema = make_schema({{"d", type, true, {}}});
  RowStore store(schema);
  EXPECT_TRUE(equals(*(*store.schema())[0].type, *utf8_type()));
  std::vector<std::string> expected;
  for (int batch = 0; batch < 3; ++batch) {
    Batch rows{schema, 20, {maker.make(type, 20)}};
    store.add(rows);
    std::vector<std::string> texts = rows_of(Batch{store.schema(), 20, {plain(rows.columns[0])}});
    expected.insert(expected.end(), texts.begin(), texts.end());
  }
  EXPECT_EQ(all_rows(store.parts()), expected);
}

TEST(RowBytes, CountWhatTheRowsReachAndNotWhatTheyShare) {
  testing::ColumnMaker maker(4);
  for (const TypePtr& type : testing::all_types()) {
    // Where the rows of a union lie and what a dictionary's rows use is not looked into.
    std::string name = type->to_string();
    if (name.find("dense") != std::string::npos || name.find("dictionary") != std::string::npos) {
      continue;
    }
    ColumnPtr whole = maker.make(type, 200);
    Batch batch{make_schema({{"c", type, true, {}}}), 200, {whole}};
    Batch some = slice(batch, 50, 100);
    int64_t shared = row_bytes(some);
    Batch alone = copied(some);
    EXPECT_EQ(rows_of(alone), rows_of(some)) << type->to_string();
    EXPECT_LE(shared, row_bytes(batch)) << type->to_string();
    // Bitmaps and offsets round up.
    EXPECT_NEAR(static_cast<double>(row_bytes(alone)), static_cast<double>(shared), 64)
        << type->to_string();
  }
}

TEST(RowBytes, RowsThatKeepMuchAliveAreCopied) {
  Random random(5);
  Batch whole = numbered(random, 0, 1000, 50);
  Batch narrow{make_schema({{"n", int64_type(), true, {}}}), whole.rows, {whole.columns[0]}};
  EXPECT_NE(held_alone(narrow, whole).columns[0]->values.data(), whole.columns[0]->values.data());
  EXPECT_EQ(held_alone(whole, whole).columns[0]->values.data(), whole.columns[0]->values.data());
  Batch twice{make_schema({{"a", int64_type(), true, {}}, {"b", int64_type(), true, {}}}),
              whole.rows,
              {whole.columns[0], whole.columns[0]}};
  Batch copy = copied(twice);
  EXPECT_EQ(copy.columns[0], copy.columns[1]);
  EXPECT_NE(copy.columns[0], whole.columns[0]);
}

TEST(OutputRows, LongRowsMakeSmallBatches) {
  EXPECT_EQ(output_rows(0, 0), kBatchRows);
  EXPECT_EQ(output_rows(8 * 1000, 1000), kBatchRows);
  EXPECT_EQ(output_rows(int64_t{1} << 40, 2), 1);
  int64_t rows = output_rows(1000 * 1000, 1000, 1 << 20);
  EXPECT_LE(rows * 1000, 1 << 20);
  EXPECT_GE(rows * 1002, 1 << 20);
}

}  // namespace
}  // namespace penstock
