// Rows picked, cut and put together, for every type of Arrow's: the vocabulary in which filter,
// sort, join and merge move rows. All work column by column and cost no allocation a row.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/batch.h"

namespace penstock {

// Row numbers in a batch; in take_or_null, -1 stands for a row of nulls.
using RowIndex = int32_t;

// The rows that `rows` names, in that order, repeats allowed. REQUIRES each within the column.
// Throws Error when 32-bit offsets cannot hold the result ("… over 2 GiB in one batch").
ColumnPtr take(const Column& column, std::span<const RowIndex> rows);
ColumnPtr take_or_null(const Column& column, std::span<const RowIndex> rows);
Batch take(const Batch& batch, std::span<const RowIndex> rows);

// The same over several columns of one type: row j of the result is row rows[j].row of
// columns[rows[j].part]; a part of -1 gives null. Dictionaries that differ are joined first
// (dictionary.h), at the cost of a pass over them: who merges many batches decodes before.
// REQUIRES at least one column.
struct PartRow {
  int32_t part;
  RowIndex row;
};
ColumnPtr take_from(std::span<const ColumnPtr> columns, std::span<const PartRow> rows);
// The same, faster, for rows that come part by part: REQUIRES that parts ascend, none of them -1.
ColumnPtr take_in_turn(std::span<const ColumnPtr> columns, std::span<const PartRow> rows);

// Whether a column of these parts is its values and nothing else: of a fixed number of whole bytes,
// at least one, and none of them null.
bool are_bare_values(std::span<const ColumnPtr> columns);

// Rows of several batches where they lie, to be taken or written part by part. A view.
struct RowsInTurn {
  SchemaPtr schema;
  std::span<const std::vector<ColumnPtr>> columns;  // of the schema: their parts
  std::span<const PartRow> rows;                    // as take_in_turn() wants them
  int64_t bytes = 0;                                // of them, about
};
Batch take(const RowsInTurn& rows);
// The values alone of one column, written to where the caller has room for them, at a multiple of
// 8. REQUIRES are_bare_values() of it.
void write_values(const RowsInTurn& rows, size_t column, uint8_t* to);

// Rows [offset, offset + length), sharing buffers where bits allow.
ColumnPtr slice(const ColumnPtr& column, int64_t offset, int64_t length);
Batch slice(const Batch& batch, int64_t offset, int64_t length);

// One after the other. REQUIRES at least one, all of equal types. Dictionaries that differ are
// joined (dictionary.h). Throws Error past 32-bit offsets.
ColumnPtr concatenate(std::span<const ColumnPtr> columns);
Batch concatenate(std::span<const Batch> batches);

// The rows where `column` (of bool) is true: a filter's selection; null counts as false.
std::vector<RowIndex> true_rows(const Column& column);

// A dictionary column as plain values; any other column as it is. Top level only.
ColumnPtr decode_dictionary(const ColumnPtr& column);

// utf8 for large utf8, binary for large binary (throws Error past 2 GiB), and dictionaries decoded;
// others as they are. What expressions and keys compute on.
ColumnPtr plain(const ColumnPtr& column);
TypePtr plain(const TypePtr& type);

}  // namespace penstock
