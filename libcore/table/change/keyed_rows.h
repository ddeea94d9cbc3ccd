// Rows with keys that identify them, and which files of a table may have the same keys.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/zones/zones.h"
#include "libcore/keys/group_table.h"
#include "libcore/os/spill_file.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/rows/run.h"
#include "libcore/table/layout.h"
#include "libcore/table/log.h"

namespace penstock {

// Holds the keys in memory and the rows in a temporary file. Immutable once made; not thread-safe.
class KeyedRows {
 public:
  // Reads all rows of `input`, whose columns are those of the table. Throws Error for a column that
  // is unknown or cannot be a key, for no keys, and for a key that is null or comes twice.
  KeyedRows(Operator& input, std::vector<std::string> keys, const SpillOptions& spill);

  int64_t size() const { return table_.size(); }
  const std::vector<std::string>& keys() const { return keys_; }

  // Returns the rows, in their order. May be called any number of times; this must outlive them.
  OperatorPtr rows() const { return read_run(file_, run_); }

  // Returns for each row of a batch with the key columns the number of its key, in the order of the
  // rows, or a negative one. REQUIRES the columns of `keys`, in their order and with the types of
  // the table.
  std::vector<int32_t> find(std::span<const ColumnPtr> columns, int64_t rows) const;

  // Returns for each file of the state whether it may have such a key.
  std::vector<bool> choose_files(const TableState& state, const TableLayout& layout) const;

 private:
  void add(const Batch& batch);
  std::vector<bool> partitions(const TableLayout& layout) const;

  SchemaPtr schema_;
  std::vector<std::string> keys_;
  std::vector<size_t> places_;
  GroupTable table_;
  Zones bounds_;  // of all keys: one zone
  SpillFile file_;
  SpilledRun run_;
};

}  // namespace penstock
