#include "libcore/table/change/upsert.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/take.h"
#include "libcore/table/change/fit_rows.h"
#include "libcore/table/change/keyed_rows.h"
#include "libcore/table/change/retry_change.h"
#include "libcore/table/scan.h"

namespace penstock {
namespace {

// The rows of files whose keys are not given, then all that are given.
class MergedRows : public Operator {
 public:
  // `old` may be null, for no rows.
  MergedRows(OperatorPtr old, const KeyedRows& given)
      : old_(std::move(old)), given_(given), rows_(given.rows()), schema_(rows_->schema()) {
    for (const std::string& key : given_.keys())
      places_.push_back(schema_->index_of(key));
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    while (old_) {
      std::optional<Batch> batch = old_->next();
      if (!batch) {
        old_.reset();
        break;
      }
      std::vector<ColumnPtr> keys;
      for (const size_t place : places_)
        keys.push_back(batch->columns[place]);
      const std::vector<int32_t> found = given_.find(keys, batch->rows);
      std::vector<RowIndex> kept;
      for (RowIndex row = 0; row < batch->rows; ++row) {
        if (found[static_cast<size_t>(row)] < 0) kept.push_back(row);
      }
      if (!kept.empty()) return take(*batch, kept);
    }
    return rows_->next();
  }

 private:
  OperatorPtr old_;
  const KeyedRows& given_;
  OperatorPtr rows_;
  SchemaPtr schema_;
  std::vector<size_t> places_;
};

// Marks the keys that a file has; returns whether it has any.
bool mark_keys(const TableState& state, const DataFile& file, const std::string& folder,
               const KeyedRows& given, std::vector<bool>& is_there) {
  ScanOptions options;
  options.text.columns = ColumnList(given.keys());
  const OperatorPtr rows = open_files(folder, with_files(state, {file}), options);
  bool has_any = false;
  while (const std::optional<Batch> batch = rows->next()) {
    for (const int32_t key : given.find(batch->columns, batch->rows)) {
      if (key < 0) continue;
      has_any = true;
      is_there[static_cast<size_t>(key)] = true;
    }
  }
  return has_any;
}

RowsChange plan(const TableState& state, const TableLayout& layout, const std::string& folder,
                const KeyedRows& given, TableChanged& changed) {
  RowsChange change;
  const std::vector<bool> chosen = given.choose_files(state, layout);
  std::vector<bool> is_there(static_cast<size_t>(given.size()));
  for (size_t i = 0; i < chosen.size(); ++i) {
    if (!chosen[i]) continue;
    change.read.push_back(state.files[i]);
    if (mark_keys(state, state.files[i], folder, given, is_there)) {
      change.removed.push_back(state.files[i]);
    }
  }
  changed.updated = std::count(is_there.begin(), is_there.end(), true);
  changed.inserted = given.size() - changed.updated;
  OperatorPtr old;
  if (!change.removed.empty()) old = open_files(folder, with_files(state, change.removed), {});
  if (given.size() > 0) change.rows = std::make_unique<MergedRows>(std::move(old), given);
  change.would_have_read = [one = with_files(state, {}), layout,
                            &given](const DataFile& file) -> bool {
    return given.choose_files(with_files(one, {file}), layout)[0];
  };
  return change;
}

}  // namespace

TableChanged upsert_rows(Operator& input, const Upsert& how) {
  const SchemaPtr schema = read_to_change(TableLog(how.folder), false).schema;
  const OperatorPtr fitted = fit_rows(input, fitted_schema(*schema, *input.schema(), {}));
  const KeyedRows given(*fitted, how.keys, how.spill);
  return retry_change(
      "MERGE", how, [&](const TableState& state, const TableLayout& layout, TableChanged& changed) {
        if (!equals(*state.schema, *schema)) {
          throw Error::of_input(how.folder + ": the table's columns were changed meanwhile");
        }
        return plan(state, layout, how.folder, given, changed);
      });
}

}  // namespace penstock
