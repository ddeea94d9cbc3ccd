// Picks, cuts and combines rows, for every type of Arrow. Filter, sort, join and merge move rows
// with these functions. All work column by column, and none allocates memory for each row.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/batch.h"

namespace penstock {

// Row numbers in a batch; in take_or_null, -1 stands for a row of nulls.
using RowIndex = int32_t;

// Returns the rows that `rows` names, in that order; they may repeat. REQUIRES each within the
// column. Throws Error when 32-bit offsets cannot hold the result ("… over 2 GiB in one batch").
ColumnPtr take(const Column& column, std::span<const RowIndex> rows);
ColumnPtr take_or_null(const Column& column, std::span<const RowIndex> rows);
Batch take(const Batch& batch, std::span<const RowIndex> rows);
// Only of these columns, which may repeat; the others are null pointers.
Batch take_columns(const Batch& batch, std::span<const size_t> columns,
                   std::span<const RowIndex> rows);

// The same over several columns of one type: row j of the result is row rows[j].row of
// columns[rows[j].part]; a part of -1 gives null. Different dictionaries are joined first
// (dictionary.h), which costs a pass over them; so decode dictionaries before merging many batches.
// REQUIRES at least one column.
struct PartRow {
  int32_t part;
  RowIndex row;
};
ColumnPtr take_from(std::span<const ColumnPtr> columns, std::span<const PartRow> rows);
// The same, faster, for rows that come part by part: REQUIRES that parts ascend, none of them -1.
ColumnPtr take_in_turn(std::span<const ColumnPtr> columns, std::span<const PartRow> rows);

// Returns whether a column of these parts has values alone: of a fixed number of whole bytes, at
// least one, and without nulls.
bool are_bare_values(std::span<const ColumnPtr> columns);

// Rows of several batches, in place, to be taken or written part by part. A view: the columns and
// row numbers must outlive it.
struct RowsInTurn {
  SchemaPtr schema;
  std::span<const std::vector<ColumnPtr>> columns;  // for each column of the schema, its parts
  std::span<const PartRow> rows;                    // as take_in_turn() wants them
  int64_t bytes = 0;                                // of them, about
};
Batch take(const RowsInTurn& rows);
// Writes the values of one column to `to`, which is at a multiple of 8 and has room for them.
// REQUIRES that are_bare_values() is true for the column.
void write_values(const RowsInTurn& rows, size_t column, uint8_t* to);

// Returns rows [offset, offset + length), and shares buffers where bits allow it.
ColumnPtr slice(const ColumnPtr& column, int64_t offset, int64_t length);
Batch slice(const Batch& batch, int64_t offset, int64_t length);

// Returns the columns one after the other. REQUIRES at least one, all of equal types. Different
// dictionaries are joined (dictionary.h). Throws Error when 32-bit offsets cannot hold the result.
ColumnPtr concatenate(std::span<const ColumnPtr> columns);
Batch concatenate(std::span<const Batch> batches);

// Returns the rows where `column` (of bool) is true, for a filter's selection. Null counts as
// false.
std::vector<RowIndex> true_rows(const Column& column);

// Returns a dictionary column as plain values, and any other column unchanged. Does not decode
// nested columns.
ColumnPtr decode_dictionary(const ColumnPtr& column);

// Returns utf8 for large utf8, binary for large binary (throws Error past 2 GiB), a decoded
// dictionary, and other columns unchanged. Expressions and keys compute on the result.
ColumnPtr plain(const ColumnPtr& column);
TypePtr plain(const TypePtr& type);

}  // namespace penstock
