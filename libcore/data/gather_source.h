// Sources of rows for the gather of take.cc: one column or several, so that the gather of each type
// is written once. The columns and row numbers belong to the caller and must outlive a source.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/column.h"
#include "libcore/data/take.h"

namespace penstock {

// A source provides: its parts (columns of one type); table(get), which is get(part) for each part;
// child(i, rows), the source of the i-th children of the parts; and for each row whether it is
// missing, its part, and its row number there.
struct OneColumn {
  using Row = RowIndex;
  static constexpr bool kInTurn = false;
  template <typename T>
  struct Table {
    const T* only;
    const T* operator[](size_t) const { return only; }
  };

  const Column* column;
  std::span<const Row> rows;

  size_t part_count() const { return 1; }
  const Column& part(size_t) const { return *column; }
  template <typename T, typename Get>
  Table<T> table(Get get) const {
    return {get(*column)};
  }
  OneColumn child(size_t i, std::span<const Row> child_rows) const {
    return {column->children[i].get(), child_rows};
  }

  static bool is_missing(Row row) { return row < 0; }
  static size_t part_of(Row) { return 0; }
  static int64_t row_of(Row row) { return row; }
  static Row make(size_t, int64_t row) { return static_cast<Row>(row); }
  static Row missing() { return -1; }
};

struct ManyColumns {
  using Row = PartRow;
  static constexpr bool kInTurn = false;
  template <typename T>
  using Table = std::vector<const T*>;

  std::vector<const Column*> columns;
  std::span<const Row> rows;

  size_t part_count() const { return columns.size(); }
  const Column& part(size_t i) const { return *columns[i]; }
  template <typename T, typename Get>
  Table<T> table(Get get) const {
    Table<T> table;
    table.reserve(columns.size());
    for (const Column* column : columns)
      table.push_back(get(*column));
    return table;
  }
  ManyColumns child(size_t i, std::span<const Row> child_rows) const {
    ManyColumns children{{}, child_rows};
    for (const Column* column : columns)
      children.columns.push_back(column->children[i].get());
    return children;
  }

  static bool is_missing(Row row) { return row.part < 0; }
  static size_t part_of(Row row) { return static_cast<size_t>(row.part); }
  static int64_t row_of(Row row) { return row.row; }
  static Row make(size_t part, int64_t row) {
    return {static_cast<int32_t>(part), static_cast<RowIndex>(row)};
  }
  static Row missing() { return {-1, 0}; }
};

// Rows that come part by part, so that the beginning of a part is looked up once for each part, not
// for each row.
struct ColumnsInTurn : ManyColumns {
  static constexpr bool kInTurn = true;

  ColumnsInTurn child(size_t i, std::span<const Row> child_rows) const {
    return {ManyColumns::child(i, child_rows)};
  }
  // Calls each(part, begin, end) for the rows [begin, end) of each part.
  template <typename Each>
  void each_part(Each each) const {
    for (size_t begin = 0; begin < rows.size();) {
      const int32_t part = rows[begin].part;
      auto of_next = std::upper_bound(rows.begin() + static_cast<std::ptrdiff_t>(begin), rows.end(),
                                      part, [](int32_t p, Row row) { return p < row.part; });
      const auto end = static_cast<size_t>(of_next - rows.begin());
      each(static_cast<size_t>(part), begin, end);
      begin = end;
    }
  }
};

}  // namespace penstock
