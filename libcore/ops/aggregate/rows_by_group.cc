#include "libcore/ops/aggregate/rows_by_group.h"

#include <limits>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"

namespace penstock {
namespace {

SchemaPtr store_schema(std::vector<Field> columns) {
  std::vector<Field> fields = {{"group", int32_type(), false, {}}};
  fields.insert(fields.end(), columns.begin(), columns.end());
  return make_schema(std::move(fields));
}

}  // namespace

RowsByGroup::RowsByGroup(std::vector<Field> columns) : store_(store_schema(std::move(columns))) {}

void RowsByGroup::add(const AggregateRows& rows) {
  auto count = static_cast<int64_t>(rows.groups.size());
  if (count == 0) return;
  Batch batch{store_.schema(), count, {}};
  batch.columns.push_back(
      make_column(int32_type(), count,
                  Buffer::copy(rows.groups.data(), count * static_cast<int64_t>(sizeof(int32_t)))));
  batch.columns.insert(batch.columns.end(), rows.columns.begin(), rows.columns.end());
  // A copy: the columns may share their bytes with all others of the input's batch.
  store_.add(copied(batch));
}

// A counting sort by group.
void RowsByGroup::bring_together() {
  is_together_ = true;
  std::span<const Batch> parts = store_.parts();
  begins_.assign(static_cast<size_t>(groups_) + 1, 0);
  for (const Batch& part : parts) {
    const int32_t* groups = part.columns[0]->data<int32_t>();
    for (int64_t i = 0; i < part.rows; ++i)
      ++begins_[static_cast<size_t>(groups[i]) + 1];
  }
  for (size_t group = 1; group < begins_.size(); ++group)
    begins_[group] += begins_[group - 1];
  rows_.resize(static_cast<size_t>(store_.rows()));
  std::vector<int64_t> at(begins_.begin(), begins_.end() - 1);
  for (size_t p = 0; p < parts.size(); ++p) {
    const int32_t* groups = parts[p].columns[0]->data<int32_t>();
    for (int64_t i = 0; i < parts[p].rows; ++i) {
      auto to = static_cast<size_t>(at[static_cast<size_t>(groups[i])]++);
      rows_[to] = {static_cast<int32_t>(p), static_cast<RowIndex>(i)};
    }
  }
}

std::vector<ColumnPtr> RowsByGroup::lists(int64_t begin, int64_t count) {
  if (!is_together_) bring_together();
  auto first = static_cast<size_t>(begin);
  int64_t from = begins_[first];
  int64_t to = begins_[static_cast<size_t>(begin + count)];
  if (to - from > std::numeric_limits<int32_t>::max()) {
    throw Error("over 2^31 - 1 values in the lists of one batch");
  }
  MutableBuffer offsets;
  for (int64_t i = 0; i <= count; ++i) {
    offsets.push(static_cast<int32_t>(begins_[static_cast<size_t>(begin + i)] - from));
  }
  Buffer shared = offsets.freeze();
  Batch taken;
  if (to > from) {
    taken = store_.take(
        std::span(rows_).subspan(static_cast<size_t>(from), static_cast<size_t>(to - from)));
  }
  std::vector<ColumnPtr> lists;
  for (size_t c = 1; c < store_.schema()->size(); ++c) {
    const TypePtr& type = (*store_.schema())[c].type;
    auto list = std::make_shared<Column>();
    list->type = list_type(type);
    list->length = count;
    list->offsets = shared;
    list->children = {to > from ? taken.columns[c] : make_null_column(type, 0)};
    lists.push_back(std::move(list));
  }
  return lists;
}

void RowsByGroup::add_lists(const AggregateRows& lists) {
  const Column& first = *lists.columns[0];
  std::vector<int32_t> groups;
  std::vector<std::vector<RowIndex>> places(lists.columns.size());
  for (int64_t i = 0; i < first.length; ++i) {
    int32_t length = -1;
    for (size_t c = 0; c < lists.columns.size(); ++c) {
      const Column& list = *lists.columns[c];
      const int32_t* offsets = list.offsets.as<int32_t>();
      int32_t here = list.is_null(i) ? 0 : offsets[i + 1] - offsets[i];
      if (length >= 0 && here != length) {
        throw Error("a partial state's lists differ in length");
      }
      length = here;
      for (int32_t at = 0; at < here; ++at)
        places[c].push_back(offsets[i] + at);
    }
    groups.insert(groups.end(), static_cast<size_t>(length), lists.groups[static_cast<size_t>(i)]);
  }
  if (groups.empty()) return;
  std::vector<ColumnPtr> columns;
  for (size_t c = 0; c < lists.columns.size(); ++c)
    columns.push_back(take(*lists.columns[c]->children[0], places[c]));
  add({groups, columns});
}

int64_t RowsByGroup::bytes() const {
  // Bringing them together takes 8 bytes a row and a group more.
  return store_.memory_bytes() + static_cast<int64_t>(sizeof(PartRow)) * store_.rows() +
         static_cast<int64_t>(sizeof(int64_t)) * groups_;
}

std::vector<Field> list_fields(std::span<const Field> columns) {
  std::vector<Field> fields;
  for (const Field& field : columns)
    fields.push_back({field.name, list_type(field.type), true, {}});
  return fields;
}

}  // namespace penstock
