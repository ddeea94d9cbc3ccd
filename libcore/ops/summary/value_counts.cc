#include "libcore/ops/summary/value_counts.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/data/compare.h"
#include "libcore/data/hash.h"
#include "libcore/keys/value.h"
#include "libcore/ops/aggregate/loop.h"

namespace penstock {
namespace {

constexpr int64_t kHeldShareOf = 2 * ValueCounts::kFrequentShareOf;
// Held values that have become rare are dropped when so many are held.
constexpr int64_t kMostHeld = 4 * kHeldShareOf;
constexpr int kCellBits = 12;
static_assert(size_t{1} << kCellBits == ValueCounts::kCells);
constexpr auto kCellsBytes =
    static_cast<int64_t>(ValueCounts::kCellRows * ValueCounts::kCells * sizeof(int64_t));

// The cell of a hash in each row, by 12 bits of their own. The upper ones choose the register of
// DistinctRegisters.
size_t cell_of(uint64_t hash, size_t row) {
  return row * ValueCounts::kCells + ((hash >> (kCellBits * row)) & (ValueCounts::kCells - 1));
}

[[noreturn]] void fail_counts() {
  throw Error("a partial state is not a count of values");
}

ColumnPtr one_list(ColumnPtr items) {
  auto list = std::make_shared<Column>();
  MutableBuffer ends;
  ends.push(int32_t{0});
  ends.push(static_cast<int32_t>(items->length));
  list->type = list_type(items->type);
  list->length = 1;
  list->offsets = ends.freeze();
  list->children = {std::move(items)};
  return list;
}

// The items of one row of a list.
ColumnPtr items_at(const Column& list, int64_t row) {
  if (list.is_null(row)) fail_counts();
  const int32_t* ends = list.offsets.as<int32_t>() + row;
  ColumnPtr items = slice(list.children[0], ends[0], ends[1] - ends[0]);
  if (items->null_count != 0) fail_counts();
  return items;
}

ColumnPtr int64_column(std::span<const int64_t> values) {
  const auto rows = static_cast<int64_t>(values.size());
  return make_column(int64_type(), rows,
                     Buffer::copy(values.data(), rows * static_cast<int64_t>(sizeof(int64_t))));
}

}  // namespace

bool ValueCounts::can_count(const Type& type) {
  return is_key_type(type) && is_hashable(type);
}

ValueCounts::ValueCounts(TypePtr type) : type_(std::move(type)), table_({type_}) {}

void ValueCounts::add(const ColumnPtr& column) {
  if (column->null_count == column->length) return;
  if (is_exact()) {
    add_exact(column, nullptr);
  } else {
    add_hashed(column, nullptr);
  }
}

// `counts` has what each row stands for; null for one.
void ValueCounts::add_exact(const ColumnPtr& column, const int64_t* counts) {
  groups_.resize(static_cast<size_t>(column->length));
  rows_.clear();
  table_.insert({&column, 1}, column->length, groups_.data(), rows_);
  counts_.resize(static_cast<size_t>(table_.size()));
  if (counts == nullptr) {
    for (int32_t group : groups_)
      ++counts_[static_cast<size_t>(group)];
    total_ += column->length - column->null_count;
  } else {
    for (size_t i = 0; i < groups_.size(); ++i) {
      add_count(counts_[static_cast<size_t>(groups_[i])], counts[i]);
      add_count(total_, counts[i]);
    }
  }
  for (RowIndex row : rows_) {
    if (column->is_null(row)) {
      null_group_ = groups_[static_cast<size_t>(row)];
    } else if (is_variable_bytes(type_->id)) {
      text_bytes_ += static_cast<int64_t>(column->bytes_at(row).size());
    }
  }
  if (known() > kMostExact || text_bytes_ > kMostExactBytes) hash_all();
}

// Adds to the cells of a hash, and returns the count that they now give it.
int64_t ValueCounts::count_hash(uint64_t hash, int64_t more) {
  int64_t least = INT64_MAX;
  for (size_t row = 0; row < kCellRows; ++row) {
    int64_t& cell = cells_[cell_of(hash, row)];
    cell += more;
    least = std::min(least, cell);
  }
  return least;
}

void ValueCounts::add_hashed(const ColumnPtr& column, const int64_t* counts) {
  const std::vector<uint64_t> hashes = key_hashes({&column, 1});
  const int64_t enough = total_ / kHeldShareOf;
  std::vector<RowIndex> frequent;
  for (int64_t i = 0; i < column->length; ++i) {
    if (column->is_null(i)) continue;
    const uint64_t hash = hashes[static_cast<size_t>(i)];
    const int64_t more = counts == nullptr ? 1 : counts[i];
    add_count(total_, more);  // before the cells, none of which can then overflow
    registers_.add_hash(hash);
    if (count_hash(hash, more) > enough) frequent.push_back(static_cast<RowIndex>(i));
  }
  hold(column, frequent);
  if (table_.size() > kMostHeld) drop_rare();
}

void ValueCounts::hold(const ColumnPtr& column, std::span<const RowIndex> rows) {
  if (rows.empty()) return;
  ColumnPtr values = take(*column, rows);
  groups_.resize(rows.size());
  rows_.clear();
  table_.insert({&values, 1}, values->length, groups_.data(), rows_);
}

std::vector<int64_t> ValueCounts::table_counts(const ColumnPtr& values) const {
  if (is_exact()) return counts_;
  std::vector<int64_t> counts;
  for (uint64_t hash : key_hashes({&values, 1})) {
    int64_t least = INT64_MAX;
    for (size_t row = 0; row < kCellRows; ++row)
      least = std::min(least, cells_[cell_of(hash, row)]);
    counts.push_back(least);
  }
  return counts;
}

void ValueCounts::drop_rare() {
  const ColumnPtr values = table_.keys(0, table_.size())[0];
  const std::vector<int64_t> counts = table_counts(values);
  std::vector<RowIndex> frequent;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > total_ / kHeldShareOf) frequent.push_back(static_cast<RowIndex>(i));
  }
  table_ = GroupTable({type_});
  hold(values, frequent);
}

// From now on values are counted by their hashes.
void ValueCounts::hash_all() {
  const ColumnPtr values = table_.keys(0, table_.size())[0];
  cells_.resize(kCellRows * kCells);
  const std::vector<uint64_t> hashes = key_hashes({&values, 1});
  std::vector<RowIndex> all;
  for (size_t i = 0; i < hashes.size(); ++i) {
    if (static_cast<int32_t>(i) == null_group_) continue;
    registers_.add_hash(hashes[i]);
    count_hash(hashes[i], counts_[i]);
    all.push_back(static_cast<RowIndex>(i));
  }
  null_group_ = -1;
  counts_ = {};
  table_ = GroupTable({type_});
  hold(values, all);
  drop_rare();
}

int64_t ValueCounts::distinct() const {
  return is_exact() ? known() : std::llround(registers_.estimate());
}

std::optional<ValueCounts::Frequent> ValueCounts::most_frequent() const {
  if (known() == 0) return std::nullopt;
  const ColumnPtr values = table_.keys(0, table_.size())[0];
  const std::vector<int64_t> counts = table_counts(values);
  int64_t best = -1;
  for (int64_t i = 0; i < values->length; ++i) {
    if (i == null_group_) continue;
    const int64_t more =
        best < 0 ? 1 : counts[static_cast<size_t>(i)] - counts[static_cast<size_t>(best)];
    if (more > 0 || (more == 0 && compare_values(*values, i, *values, best) < 0)) best = i;
  }
  const int64_t count = counts[static_cast<size_t>(best)];
  if (!is_exact() && count < total_ / kFrequentShareOf) return std::nullopt;
  return Frequent{slice(values, best, 1), count};
}

std::vector<Field> ValueCounts::state_fields(const TypePtr& type) {
  return {{"values", list_type(type), true, {}},
          {"counts", list_type(int64_type()), true, {}},
          {"sketch", binary_type(), true, {}},
          {"cells", binary_type(), true, {}}};
}

std::vector<ColumnPtr> ValueCounts::state() const {
  ColumnPtr values = table_.keys(0, table_.size())[0];
  std::vector<int64_t> counts = counts_;
  if (null_group_ >= 0) {
    std::vector<RowIndex> rows;
    for (int32_t i = 0; i < values->length; ++i) {
      if (i != null_group_) rows.push_back(i);
    }
    values = take(*values, rows);
    counts.erase(counts.begin() + null_group_);
  }
  BytesBuilder sketch;
  BytesBuilder cells;
  if (is_exact()) {
    sketch.append_null();
    cells.append_null();
  } else {
    sketch.append(registers_.bytes());
    cells.append({reinterpret_cast<const char*>(cells_.data()), static_cast<size_t>(kCellsBytes)});
  }
  return {one_list(std::move(values)), one_list(int64_column(counts)), sketch.finish(binary_type()),
          cells.finish(binary_type())};
}

void ValueCounts::merge(std::span<const ColumnPtr> columns, int64_t row) {
  ColumnPtr values = items_at(*columns[0], row);
  if (columns[3]->is_valid(row)) {
    if (is_exact()) hash_all();
    merge_cells(columns, row);
    std::vector<RowIndex> all;
    for (int32_t i = 0; i < values->length; ++i)
      all.push_back(i);
    hold(values, all);
    if (table_.size() > kMostHeld) drop_rare();
    return;
  }
  const ColumnPtr counts = items_at(*columns[1], row);
  const auto* numbers = counts->data<int64_t>();
  const bool known =
      counts->length == values->length &&
      std::all_of(numbers, numbers + counts->length, [](int64_t n) { return n > 0; });
  if (!known) fail_counts();
  if (values->length == 0) return;
  if (is_exact()) {
    add_exact(values, numbers);
  } else {
    add_hashed(values, numbers);
  }
}

void ValueCounts::merge_cells(std::span<const ColumnPtr> columns, int64_t row) {
  const std::string_view bytes = columns[3]->bytes_at(row);
  if (columns[2]->is_null(row) || static_cast<int64_t>(bytes.size()) != kCellsBytes) fail_counts();
  registers_.merge(columns[2]->bytes_at(row));
  std::vector<int64_t> more(cells_.size());
  std::memcpy(more.data(), bytes.data(), bytes.size());
  // Every value is in one cell of each row.
  for (size_t i = 0; i < kCells; ++i)
    add_count(total_, std::max<int64_t>(more[i], 0));
  for (size_t i = 0; i < cells_.size(); ++i) {
    if (more[i] < 0) fail_counts();
    add_count(cells_[i], more[i]);
  }
}

}  // namespace penstock
