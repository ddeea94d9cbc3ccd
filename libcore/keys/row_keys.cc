#include "libcore/keys/row_keys.h"

#include "libcore/base/check.h"
#include "libcore/data/take.h"
#include "libcore/keys/value.h"

namespace penstock {

KeyOrder::KeyOrder(const Schema& schema, const std::vector<SortKey>& keys) {
  PENSTOCK_CHECK(!keys.empty());
  for (const SortKey& key : keys) {
    size_t column = schema.index_of(key.name);
    Field field = schema[column];
    field.type = plain(field.type);
    require_key_type(field);
    columns_.push_back(column);
    directions_.push_back({key.descending, key.nulls_first});
    codings_.emplace_back(field.type, directions_.back());
    is_text_ =
        keys.size() == 1 && (field.type->id == TypeId::kUtf8 || field.type->id == TypeId::kBinary);
  }
}

std::vector<ColumnPtr> KeyOrder::columns(const Batch& batch) const {
  std::vector<ColumnPtr> columns;
  for (size_t column : columns_)
    columns.push_back(plain(batch.columns[column]));
  return columns;
}

RowKeys::RowKeys(const KeyOrder& order, const Batch& batch) : rows_(batch.rows) {
  std::vector<ColumnPtr> columns = order.columns(batch);
  if (order.is_text()) {
    text_ = columns[0];
    return;
  }
  encoded_.encode(order.codings(), columns, batch.rows);
  encoded_.drop_scratch();
}

}  // namespace penstock
