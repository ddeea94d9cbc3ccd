// Adds rows to a table.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/table/change/change.h"

namespace penstock {

struct Insertion : ChangeOptions {
  bool adds_columns = false;                 // fit_rows.h
  bool creates = false;                      // the table, without partitions, when it is not there
  TableFormat format = TableFormat::kArrow;  // of the data of a table that is made
};

// Adds the rows of `input`, each to its partition, as one version; without rows, and without
// columns to add, there is none. Throws what the input throws, and Error as read_to_change(),
// fit_rows() and write_rows() do, and when another writer has changed the table's columns
// meanwhile. Then no version was made, and the data files are removed unless it is not known
// whether one was. Pulls `input` to its end and leaves it as it is.
TableChanged insert_rows(Operator& input, const Insertion& how);

}  // namespace penstock
