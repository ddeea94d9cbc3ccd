#include "libcore/table/index/index_rows.h"

#include <fmt/format.h>

#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/builder.h"
#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/table/change/retry_change.h"
#include "libcore/table/scan.h"

namespace penstock {
namespace {

ColumnPtr repeated(int32_t value, int64_t rows) {
  FixedBuilder<int32_t> values;
  for (int64_t row = 0; row < rows; ++row)
    values.append(value);
  return values.finish(int32_type());
}

// The keys of each row of the files, with the numbers of its file and batch.
class NumberedKeys : public Operator {
 public:
  NumberedKeys(std::string folder, TableState state, const PieceHead& head)
      : folder_(std::move(folder)), state_(std::move(state)), schema_(piece_schema(head)) {
    std::vector<std::string> names;
    for (const Field& key : head.keys)
      names.push_back(key.name);
    options_.text.columns = ColumnList(names);
    options_.threads = false;
    // Once for each batch, before its rows come.
    options_.on_read = [this](int64_t) { ++batches_; };
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    for (;;) {
      if (rows_ == nullptr && !open()) return std::nullopt;
      std::optional<Batch> batch = rows_->next();
      if (!batch) {
        rows_.reset();
        ++file_;
        continue;
      }
      if (batch->rows == 0) continue;
      Batch numbered{schema_, batch->rows, {}};
      for (const ColumnPtr& column : batch->columns)
        numbered.columns.push_back(plain(column));
      numbered.columns.push_back(repeated(static_cast<int32_t>(file_), batch->rows));
      numbered.columns.push_back(repeated(number(), batch->rows));
      return numbered;
    }
  }

 private:
  bool open() {
    if (file_ == state_.files.size()) return false;
    batches_ = 0;
    rows_ = open_files(folder_, with_files(state_, {state_.files[file_]}), options_);
    return true;
  }

  int32_t number() const {
    if (batches_ >= 1 && batches_ <= std::numeric_limits<int32_t>::max()) {
      return static_cast<int32_t>(batches_ - 1);
    }
    throw Error::of_input(folder_ + "/" + state_.files[file_].path +
                          ": has too many batches for an index");
  }

  std::string folder_;
  TableState state_;
  SchemaPtr schema_;
  ScanOptions options_;
  size_t file_ = 0;
  int64_t batches_ = 0;  // of the file, that were begun
  OperatorPtr rows_;
};

// Leaves out rows that equal the one before.
class WithoutRepeats : public Operator {
 public:
  explicit WithoutRepeats(OperatorPtr rows) : rows_(std::move(rows)) {}
  SchemaPtr schema() const override { return rows_->schema(); }

  std::optional<Batch> next() override {
    while (std::optional<Batch> batch = rows_->next()) {
      std::vector<RowIndex> kept;
      for (RowIndex row = 0; row < batch->rows; ++row) {
        const bool repeats = row > 0 ? is_same(*batch, row, *batch, row - 1)
                                     : last_ && is_same(*batch, 0, *last_, 0);
        if (!repeats) kept.push_back(row);
      }
      if (batch->rows > 0)
        last_ = take(*batch, std::vector<RowIndex>{static_cast<RowIndex>(batch->rows - 1)});
      if (std::ssize(kept) == batch->rows) return batch;
      if (!kept.empty()) return take(*batch, kept);
    }
    return std::nullopt;
  }

 private:
  static bool is_same(const Batch& a, int64_t i, const Batch& b, int64_t j) {
    // The last columns differ most often.
    for (size_t column = a.columns.size(); column-- > 0;) {
      if (std::is_neq(compare_rows(*a.columns[column], i, *b.columns[column], j))) return false;
    }
    return true;
  }

  OperatorPtr rows_;
  std::optional<Batch> last_;  // the last row of the batch before
};

}  // namespace

PieceHead head_of_index(const TableState& state, const std::vector<std::string>& keys) {
  if (keys.empty() || keys.size() > kMaxIndexKeys) {
    throw Error(fmt::format("an index has 1 to {} keys", kMaxIndexKeys));
  }
  PieceHead head;
  std::set<std::string> names;
  for (const std::string& name : keys) {
    const Field& field = (*state.schema)[state.schema->index_of(name)];
    if (!names.insert(name).second) throw Error("the key '" + printable(name) + "' comes twice");
    if (name == kPieceFileColumn || name == kPieceBatchColumn) {
      throw Error("'" + printable(name) + "' cannot be a key, because each index has this column");
    }
    const TypePtr type = plain(field.type);
    if (!type->children.empty() || !is_orderable(*type)) {
      throw Error(fmt::format("column '{}': {} cannot be a key of an index", printable(name),
                              field.type->to_string()));
    }
    head.keys.push_back({name, type, true, {}});
  }
  for (const DataFile& file : state.files)
    head.files.push_back({file.path, file.size});
  return head;
}

OperatorPtr index_rows(const std::string& folder, const TableState& state, const PieceHead& head,
                       const SpillOptions& spill) {
  // First of each batch, so that less is sorted where equal keys stand together.
  return sort_index_rows(
      std::make_unique<WithoutRepeats>(std::make_unique<NumberedKeys>(folder, state, head)), spill);
}

OperatorPtr sort_index_rows(OperatorPtr rows, const SpillOptions& spill) {
  SortOptions options;
  for (const Field& field : rows->schema()->fields())
    options.keys.push_back({field.name});
  options.spill = spill;
  return std::make_unique<WithoutRepeats>(make_sort(std::move(rows), options));
}

}  // namespace penstock
