#include <gtest/gtest.h>

#include <utility>

#include "../ipc_testing.h"
#include "../random_columns.h"
#include "libcore/arrow/c_data/c_data.h"
#include "libcore/base/limits.h"
#include "libcore/data/take.h"

namespace penstock::testing {
namespace {

constexpr ImportPromises kShared{kBufferPadding};
constexpr ImportPromises kCopied{0};

Batch batch_of(TypePtr type, ColumnPtr column) {
  const int64_t rows = column->length;
  return {make_schema({{"c", std::move(type), true, {}}}), rows, {std::move(column)}};
}

Batch random_batch(const TypePtr& type, int64_t rows) {
  Random random(20260101);
  return batch_of(type, random_column(random, type, rows));
}

class ExportedType : public ::testing::TestWithParam<TypePtr> {};

TEST_P(ExportedType, ComesBack) {
  for (int64_t rows : {0, 1, 9, 513}) {
    const Batch batch = random_batch(GetParam(), rows);
    for (const ImportPromises& promises : {kShared, kCopied}) {
      Released<ArrowSchema> schema;
      export_schema(*batch.schema, schema.get());
      const SchemaPtr known = import_schema(*schema.get());
      EXPECT_TRUE(equals(*batch.schema, *known)) << (*known)[0].type->to_string();
      Released<ArrowArray> array;
      export_batch(batch, array.get());
      expect_same_cells({batch}, {import_batch(array.get(), known, promises)});
      EXPECT_TRUE(array.empty());
    }
  }
}

TEST_P(ExportedType, ComesBackFromAnOffset) {
  const Batch batch = random_batch(GetParam(), 100);
  for (int64_t offset : {1, 8, 13, 100}) {
    Released<ArrowArray> array;
    export_batch(batch, array.get());
    array->offset = offset;
    array->length -= offset;
    const Batch whole = import_batch(array.get(), batch.schema, kShared);
    expect_same_cells({slice(batch, offset, 100 - offset)}, {whole});

    Released<ArrowArray> other;
    export_batch(batch, other.get());
    other->length -= offset;
    // A union's children count from its own offset.
    other->children[0]->offset = offset;
    other->children[0]->length -= offset;
    other->children[0]->null_count = -1;
    const TypeId id = GetParam()->id;
    if (id == TypeId::kSparseUnion || id == TypeId::kDenseUnion) other->children[0]->null_count = 0;
    const Batch part = import_batch(other.get(), batch.schema, kCopied);
    expect_same_cells({slice(batch, offset, 100 - offset)}, {part});
  }
}

INSTANTIATE_TEST_SUITE_P(Types, ExportedType, ::testing::ValuesIn(every_type()));

// How often the arrays of a test were released.
int released = 0;
void (*release_below)(ArrowArray*) = nullptr;

void count_release(ArrowArray* array) {
  ++released;
  release_below(array);
}

TEST(ImportBatch, ReleasesOnceWhenTheLastColumnIsGone) {
  const Batch batch = random_batch(int64_type(), 10);
  released = 0;
  Released<ArrowArray> array;
  export_batch(batch, array.get());
  release_below = array->release;
  array->release = count_release;
  std::optional<Batch> rows = import_batch(array.get(), batch.schema, kShared);
  ColumnPtr column = slice(rows->columns[0], 2, 3);
  rows.reset();
  EXPECT_EQ(released, 0);
  EXPECT_EQ(cell_text(*column, 0), cell_text(*batch.columns[0], 2));
  column.reset();
  EXPECT_EQ(released, 1);

  Released<ArrowArray> wrong;
  export_batch(batch, wrong.get());
  release_below = wrong->release;
  wrong->release = count_release;
  wrong->children[0]->length = 3;
  EXPECT_EQ(error_of([&] { import_batch(wrong.get(), batch.schema, kShared); }),
            "column 'c': it has too few rows");
  EXPECT_EQ(released, 2);
}

// The error of a column that `damage` changes after its export.
template <typename Damage>
std::string error_after(const TypePtr& type, const ColumnPtr& column, Damage damage) {
  const Batch batch = batch_of(type, column);
  Released<ArrowArray> array;
  export_batch(batch, array.get());
  damage(*array->children[0]);
  return error_of([&] { import_batch(array.get(), batch.schema, kShared); });
}

TEST(ImportBatch, RefusesWrongShapes) {
  Random random(5);
  const ColumnPtr numbers = random_column(random, int64_type(), 10);
  const auto error = [&](auto damage) { return error_after(int64_type(), numbers, damage); };
  EXPECT_EQ(error([](ArrowArray& a) { a.n_buffers = 3; }),
            "column 'c': it has a wrong number of buffers");
  EXPECT_EQ(error([](ArrowArray& a) { a.n_children = 1; }),
            "column 'c': it has a wrong number of children");
  EXPECT_EQ(error([](ArrowArray& a) { a.length = -1; }), "column 'c': its length is out of range");
  EXPECT_EQ(error([](ArrowArray& a) { a.offset = -1; }), "column 'c': its length is out of range");
  EXPECT_EQ(error([](ArrowArray& a) { a.length = int64_t{1} << 62; }),
            "column 'c': its length is out of range");
  EXPECT_EQ(error([](ArrowArray& a) { a.buffers[1] = nullptr; }), "column 'c': it lacks a buffer");
  EXPECT_EQ(error([](ArrowArray& a) { a.buffers = nullptr; }),
            "column 'c': it has a wrong number of buffers");
}

TEST(ImportBatch, RefusesRowsThatAreNullAsAWhole) {
  const Batch batch = random_batch(int64_type(), 8);
  Released<ArrowArray> array;
  export_batch(batch, array.get());
  const uint8_t bits = 0x7F;
  array->buffers[0] = &bits;
  array->null_count = 1;
  EXPECT_EQ(error_of([&] { import_batch(array.get(), batch.schema, kShared); }),
            "rows are null as a whole");
  Released<ArrowArray> other;
  export_batch(batch, other.get());
  EXPECT_EQ(error_of([&] { import_batch(other.get(), make_schema({}), kShared); }),
            "the rows have another number of columns than their schema");
}

TEST(ImportBatch, RefusesValuesThatLie) {
  Random random(6);
  const int32_t descending[] = {0, 5, 2};
  const int32_t negative[] = {0, -1, -2};
  const char bytes[8] = "a\xFF\xFE-";
  const int32_t ascending[] = {0, 2, 3};
  const ColumnPtr text = random_column(random, utf8_type(), 2);
  auto with = [&](const int32_t* offsets) {
    return error_after(utf8_type(), text, [&](ArrowArray& a) {
      a.buffers[0] = nullptr;
      a.buffers[1] = offsets;
      a.buffers[2] = bytes;
    });
  };
  EXPECT_NE(with(descending).find("column 'c': a column of utf8 is damaged"), std::string::npos);
  EXPECT_EQ(with(negative), "column 'c': its offsets are out of range");
  EXPECT_NE(with(ascending).find("UTF-8"), std::string::npos);

  const TypePtr type = dictionary_type(int32_type(), utf8_type());
  const ColumnPtr words = random_column(random, type, 2);
  const int32_t far[] = {0, 1 << 20};
  EXPECT_NE(error_after(type, words,
                        [&](ArrowArray& a) {
                          a.buffers[0] = nullptr;
                          a.buffers[1] = far;
                        })
                .find("dictionary"),
            std::string::npos);
  EXPECT_EQ(error_after(type, words, [](ArrowArray& a) { a.dictionary = nullptr; }),
            "column 'c': it has no dictionary");
}

}  // namespace
}  // namespace penstock::testing
