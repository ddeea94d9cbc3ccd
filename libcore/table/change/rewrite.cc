#include "libcore/table/change/rewrite.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/data/take.h"
#include "libcore/expr/assign/assignments.h"
#include "libcore/expr/expression.h"
#include "libcore/table/change/retry_change.h"
#include "libcore/table/choose_files.h"
#include "libcore/table/file_stats.h"
#include "libcore/table/index/look_up.h"
#include "libcore/table/scan.h"

namespace penstock {
namespace {

// Null for the empty condition, which holds for all rows.
ExpressionPtr condition_of(const ExpressionText& where, const Schema& schema) {
  return where.empty() ? nullptr : bind_predicate(where, schema);
}

std::vector<RowIndex> matching_rows(const Expression* condition, const Batch& batch) {
  if (condition != nullptr) return select_rows(*condition, batch);
  std::vector<RowIndex> all;
  for (RowIndex row = 0; row < batch.rows; ++row)
    all.push_back(row);
  return all;
}

// The rows for which the condition does not hold.
class RestOfRows : public Operator {
 public:
  RestOfRows(OperatorPtr input, ExpressionPtr condition)
      : input_(std::move(input)), condition_(std::move(condition)) {}

  SchemaPtr schema() const override { return input_->schema(); }

  std::optional<Batch> next() override {
    while (std::optional<Batch> batch = input_->next()) {
      const std::vector<RowIndex> gone = matching_rows(condition_.get(), *batch);
      if (gone.empty()) return batch;
      std::vector<RowIndex> kept;
      auto next = gone.begin();
      for (RowIndex row = 0; row < batch->rows; ++row) {
        if (next != gone.end() && *next == row) {
          ++next;
        } else {
          kept.push_back(row);
        }
      }
      if (!kept.empty()) return take(*batch, kept);
    }
    return std::nullopt;
  }

 private:
  OperatorPtr input_;
  ExpressionPtr condition_;
};

// All rows, with other values in those for which the condition holds.
class UpdatedRows : public Operator {
 public:
  UpdatedRows(OperatorPtr input, ExpressionPtr condition, std::vector<Assignment> assignments)
      : input_(std::move(input)),
        condition_(std::move(condition)),
        assignments_(std::move(assignments)) {}

  SchemaPtr schema() const override { return input_->schema(); }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    const std::vector<RowIndex> matching = matching_rows(condition_.get(), *batch);
    if (matching.empty()) return batch;
    const Batch before = take(*batch, matching);
    std::vector<PartRow> rows;
    for (RowIndex row = 0; row < batch->rows; ++row)
      rows.push_back({0, row});
    for (size_t i = 0; i < matching.size(); ++i)
      rows[static_cast<size_t>(matching[i])] = {1, static_cast<RowIndex>(i)};
    for (const Assignment& assignment : assignments_) {
      ColumnPtr& column = batch->columns[assignment.column];
      const ColumnPtr parts[] = {column, assignment.value->evaluate(before)};
      column = take_from(parts, rows);
    }
    return batch;
  }

 private:
  OperatorPtr input_;
  ExpressionPtr condition_;
  std::vector<Assignment> assignments_;
};

// The files that may have rows of the condition, and those that do.
struct Found {
  std::vector<DataFile> read;
  std::vector<DataFile> matching;
  std::vector<DataFile> partly;  // of `matching`, those that have other rows besides
  int64_t rows = 0;
};

Found find_rows(const TableState& state, const TableLayout& layout, const ExpressionText& where,
                const std::string& folder) {
  Found found;
  std::vector<bool> chosen = choose_files(state, layout, where);
  if (!where.empty()) look_up({folder, state, chosen, where}).leave_out(chosen);
  for (size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i]) found.read.push_back(state.files[i]);
  }
  const std::vector<int64_t> counts = count_matches(state, found.read, where, folder);
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    found.matching.push_back(found.read[i]);
    found.rows += counts[i];
    if (rows_of(found.read[i]) != counts[i]) found.partly.push_back(found.read[i]);
  }
  return found;
}

RowsChange change_of(const Found& found, const TableState& state, const TableLayout& layout,
                     const ExpressionText& where) {
  RowsChange change;
  change.read = found.read;
  change.removed = found.matching;
  change.would_have_read = [one = with_files(state, {}), layout,
                            where](const DataFile& file) -> bool {
    return choose_files(with_files(one, {file}), layout, where)[0];
  };
  return change;
}

}  // namespace

TableChanged delete_rows(const ExpressionText& where, const ChangeOptions& options) {
  return retry_change(
      "DELETE", options,
      [&](const TableState& state, const TableLayout& layout, TableChanged& changed) {
        const Found found = find_rows(state, layout, where, options.folder);
        changed.deleted = found.rows;
        RowsChange change = change_of(found, state, layout, where);
        if (!found.partly.empty()) {
          change.rows = std::make_unique<RestOfRows>(
              open_files(options.folder, with_files(state, found.partly), {}),
              condition_of(where, *state.schema));
        }
        return change;
      });
}

TableChanged update_rows(const ExpressionText& assignments, const ExpressionText& where,
                         const ChangeOptions& options) {
  return retry_change(
      "UPDATE", options,
      [&](const TableState& state, const TableLayout& layout, TableChanged& changed) {
        std::vector<Assignment> bound = bind_assignments(assignments, *state.schema);
        const Found found = find_rows(state, layout, where, options.folder);
        changed.updated = found.rows;
        RowsChange change = change_of(found, state, layout, where);
        if (!found.matching.empty()) {
          change.rows = std::make_unique<UpdatedRows>(
              open_files(options.folder, with_files(state, found.matching), {}),
              condition_of(where, *state.schema), std::move(bound));
        }
        return change;
      });
}

}  // namespace penstock
