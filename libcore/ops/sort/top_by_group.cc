#include "libcore/ops/sort/top_by_group.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/data/take.h"
#include "libcore/keys/group_table.h"
#include "libcore/keys/row_keys.h"
#include "libcore/ops/group_head.h"
#include "libcore/ops/sort/chunk.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// Rows are sorted, and those beyond the limit dropped, when at least this many are held.
constexpr int64_t kLeastCutRows = 65536;

// The share of the bytes for rows that are held; sorting makes a copy of them.
constexpr double kRowsShare = 0.4;

SchemaPtr with_group(const Schema& schema) {
  std::vector<Field> fields = schema.fields();
  fields.push_back({"#group", int32_type(), false, {}});
  return make_schema(std::move(fields));
}

// Returns rows of the input, among them the first `limit` ones, in the order of the keys, of each
// group; rows with equal keys stay in the order of the input, and dictionary columns become plain.
// So a stable sort of the result begins, for each group, with the rows that a sort of the input
// would begin with.
//
// Reads the whole input before it returns the first row. When what it holds takes more than
// `bytes`, it returns that and then the rest of the input, of which it still leaves out what it
// can.
class TopByGroup : public Operator {
 public:
  TopByGroup(OperatorPtr input, std::shared_ptr<const KeyOrder> order,
             const std::vector<std::string>& per, int64_t limit, int64_t bytes)
      : input_(std::move(input)),
        schema_(without_dictionaries(input_->schema())),
        order_(std::move(order)),
        per_(group_columns(*schema_, per)),
        limit_(limit),
        bytes_(bytes),
        store_(with_group(*schema_)) {
    std::vector<TypePtr> types;
    for (size_t column : per_)
      types.push_back(plain((*schema_)[column].type));
    groups_.emplace(std::move(types));
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (!is_read_) read();
    if (at_ < sorted_.size()) {
      Batch batch = std::exchange(sorted_[at_++], {});
      batch.columns.pop_back();
      batch.schema = schema_;
      return batch;
    }
    while (input_ != nullptr) {
      std::optional<Batch> batch = next_plain();
      if (!batch) break;
      std::vector<RowIndex> rows = rows_within_bounds(*batch, /*known_only=*/true);
      if (rows.empty()) continue;
      return take(*batch, rows);
    }
    return std::nullopt;
  }

 private:
  void read() {
    is_read_ = true;
    bool is_full = false;
    while (!is_full) {
      std::optional<Batch> batch = next_plain();
      if (!batch) break;
      std::vector<RowIndex> rows = rows_within_bounds(*batch, /*known_only=*/false);
      if (!rows.empty()) hold(*batch, rows);
      if (store_.rows() >= cut_rows_ || held_bytes() > bytes_) {
        cut();
        // What a cut leaves must be so little that the next one is far away.
        is_full = held_bytes() > bytes_ / 2;
      }
    }
    if (!is_full) {
      cut();
      input_.reset();
      groups_.reset();
    }
    std::span<const Batch> parts = store_.parts();
    sorted_.assign(parts.begin(), parts.end());
    store_.clear();
  }

  std::optional<Batch> next_plain() {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    for (ColumnPtr& column : batch->columns)
      column = decode_dictionary(column);
    batch->schema = schema_;
    return batch;
  }

  // The rows that may be among the first of their group, and their groups in numbers_. Of equal
  // keys the earlier row is first, so that an equal one is beyond the bound. With known_only no
  // groups are added.
  std::vector<RowIndex> rows_within_bounds(const Batch& batch, bool known_only) {
    std::vector<ColumnPtr> per;
    for (size_t column : per_)
      per.push_back(plain(batch.columns[column]));
    numbers_.resize(static_cast<size_t>(batch.rows));
    if (known_only) {
      groups_->find(per, batch.rows, numbers_.data(), scratch_);
    } else {
      new_.clear();
      groups_->insert(per, batch.rows, numbers_.data(), new_);
      bounds_.resize(static_cast<size_t>(groups_->size()));
    }
    RowKeys keys(*order_, batch);
    std::vector<RowIndex> rows;
    for (int64_t i = 0; i < batch.rows; ++i) {
      const int32_t group = numbers_[static_cast<size_t>(i)];
      const std::optional<OwnedKey>* bound =
          group == GroupIndex::kNone ? nullptr : &bounds_[static_cast<size_t>(group)];
      if (bound != nullptr && *bound && !comes_before(*order_, keys, i, **bound)) continue;
      rows.push_back(static_cast<RowIndex>(i));
    }
    return rows;
  }

  void hold(const Batch& batch, std::span<const RowIndex> rows) {
    Batch held = take(batch, rows);
    std::vector<int32_t> groups;
    for (RowIndex row : rows)
      groups.push_back(numbers_[static_cast<size_t>(row)]);
    held.schema = store_.schema();
    held.columns.push_back(make_column(
        int32_type(), held.rows,
        Buffer::copy(groups.data(), held.rows * static_cast<int64_t>(sizeof(int32_t)))));
    store_.add(held);
  }

  // Drops the rows beyond the limit, and takes the last row of each full group for its bound.
  void cut() {
    if (store_.rows() == 0) return;
    std::span<const Batch> parts = store_.parts();
    std::vector<Batch> batches(parts.begin(), parts.end());
    store_.clear();
    counts_.assign(bounds_.size(), 0);
    bound_bytes_ = 0;
    for (const Batch& batch : sort_chunk(*order_, std::move(batches))) {
      RowKeys keys(*order_, batch);
      const auto* groups = batch.columns.back()->data<int32_t>();
      std::vector<RowIndex> rows;
      for (int64_t i = 0; i < batch.rows; ++i) {
        const auto group = static_cast<size_t>(groups[i]);
        if (counts_[group] == limit_) continue;
        rows.push_back(static_cast<RowIndex>(i));
        if (++counts_[group] != limit_) continue;
        bounds_[group] = keys.owned(i);
        bound_bytes_ += static_cast<int64_t>(bounds_[group]->bytes.capacity());
      }
      if (!rows.empty()) store_.add(take(batch, rows));
    }
    cut_rows_ = std::max(kLeastCutRows, 2 * store_.rows());
  }

  int64_t held_bytes() const {
    const auto groups = static_cast<int64_t>(bounds_.capacity() * sizeof(bounds_[0]) +
                                             counts_.capacity() * sizeof(counts_[0])) +
                        groups_->bytes() + bound_bytes_;
    return groups + static_cast<int64_t>(static_cast<double>(store_.memory_bytes()) / kRowsShare);
  }

  OperatorPtr input_;  // null once it is read to its end
  SchemaPtr schema_;
  std::shared_ptr<const KeyOrder> order_;
  std::vector<size_t> per_;
  int64_t limit_;
  int64_t bytes_;
  RowStore store_;  // rows of the input and the number of their group
  std::optional<GroupTable> groups_;
  // The last key within the limit of each group, once the group has that many rows.
  std::vector<std::optional<OwnedKey>> bounds_;
  int64_t bound_bytes_ = 0;
  std::vector<int64_t> counts_;
  int64_t cut_rows_ = kLeastCutRows;
  bool is_read_ = false;
  std::vector<Batch> sorted_;
  size_t at_ = 0;
  std::vector<int32_t> numbers_;
  std::vector<RowIndex> new_;
  GroupTable::Scratch scratch_;
};

}  // namespace

OperatorPtr make_group_top(OperatorPtr input, const SortOptions& options,
                           const std::vector<std::string>& per) {
  PENSTOCK_CHECK(options.limit && !per.empty());
  const int64_t limit = *options.limit;
  auto order = std::make_shared<const KeyOrder>(*input->schema(), options.keys);
  SortOptions sort = options;
  sort.limit.reset();
  sort.spill.memory = std::max(options.spill.memory / 2, kLeastMemory);
  SpillOptions share = options.spill;
  share.memory = std::max(options.spill.memory / 4, kLeastMemory);
  OperatorPtr left = std::make_unique<TopByGroup>(std::move(input), std::move(order), per,
                                                  std::max<int64_t>(limit, 1), share.memory);
  return make_group_head(make_sort(std::move(left), sort), per, limit, share);
}

}  // namespace penstock
