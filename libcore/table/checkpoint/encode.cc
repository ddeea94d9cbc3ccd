#include "libcore/table/checkpoint/encode.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/table/checkpoint/schema.h"
#include "libcore/table/log_json.h"

namespace penstock {
namespace {

// Makes a column of JSON values. Of the types that checkpoint_schema() has.
class JsonColumn {
 public:
  explicit JsonColumn(TypePtr type) : type_(std::move(type)) {
    for (const Field& child : type_->children)
      children_.push_back(std::make_unique<JsonColumn>(child.type));
  }

  // Throws Error for a value of another kind.
  void append(const LogValue& value) {
    switch (type_->id) {
      case TypeId::kUtf8:
        return texts_.append(value.text("a member"));
      case TypeId::kBool:
        return flags_.append(value.flag("a member"));
      case TypeId::kInt32:
        return append_short(value.number("a version"));
      case TypeId::kInt64:
        return longs_.append(value.number("a member"));
      default:
        return append_nested(value);
    }
  }

  void append_null() {
    switch (type_->id) {
      case TypeId::kUtf8:
        return texts_.append_null();
      case TypeId::kBool:
        return flags_.append_null();
      case TypeId::kInt32:
        return shorts_.append_null();
      case TypeId::kInt64:
        return longs_.append_null();
      case TypeId::kStruct:
        for (const auto& child : children_)
          child->append_null();
        return validity_.append_null();
      default:
        validity_.append_null();
        return end_items();
    }
  }

  ColumnPtr finish() {
    switch (type_->id) {
      case TypeId::kUtf8:
        return texts_.finish(type_);
      case TypeId::kBool:
        return flags_.finish();
      case TypeId::kInt32:
        return shorts_.finish(type_);
      case TypeId::kInt64:
        return longs_.finish(type_);
      default:
        return finish_nested();
    }
  }

 private:
  void append_short(int64_t value) {
    if (value != static_cast<int32_t>(value)) throw Error("a version has more than 32 bits");
    shorts_.append(static_cast<int32_t>(value));
  }

  void append_or_null(const std::optional<LogValue>& value) {
    value ? append(*value) : append_null();
  }

  void append_nested(const LogValue& value) {
    validity_.append_valid();
    if (type_->id == TypeId::kStruct) {
      for (size_t i = 0; i < children_.size(); ++i)
        children_[i]->append_or_null(value.find(type_->children[i].name));
      return;
    }
    if (type_->id == TypeId::kMap) {
      for (const auto& [key, entry] : value.members("a map"))
        children_[0]->append_entry(key, entry);
    } else {
      for (const LogValue& item : value.items("a list"))
        children_[0]->append(item);
    }
    end_items();
  }

  void append_entry(std::string_view key, const LogValue& value) {
    validity_.append_valid();
    children_[0]->texts_.append(key);
    value.is_null() ? children_[1]->append_null() : children_[1]->append(value);
  }

  void end_items() { ends_.push_back(static_cast<int32_t>(children_[0]->length())); }

  int64_t length() const {
    return type_->id == TypeId::kUtf8 ? texts_.length() : validity_.length();
  }

  ColumnPtr finish_nested() {
    auto column = std::make_shared<Column>();
    column->type = type_;
    column->length = validity_.length();
    column->null_count = validity_.null_count();
    column->validity = validity_.finish();
    if (type_->id != TypeId::kStruct) {
      MutableBuffer offsets;
      for (const int32_t end : ends_)
        offsets.push(end);
      column->offsets = offsets.freeze();
      ends_.assign(1, 0);
    }
    for (const auto& child : children_)
      column->children.push_back(child->finish());
    return column;
  }

  TypePtr type_;
  std::vector<std::unique_ptr<JsonColumn>> children_;
  BytesBuilder texts_;
  BoolBuilder flags_;
  FixedBuilder<int32_t> shorts_;
  FixedBuilder<int64_t> longs_;
  ValidityBuilder validity_;         // of nested columns
  std::vector<int32_t> ends_ = {0};  // of lists and maps
};

class Rows {
 public:
  Rows(SchemaPtr schema, const std::function<void(const Batch&)>& put)
      : schema_(std::move(schema)), put_(put) {
    for (const Field& field : schema_->fields())
      columns_.push_back(std::make_unique<JsonColumn>(field.type));
  }

  // Puts these actions, of which there are few, as one batch, and leaves none.
  void put(VersionActions& actions) {
    const std::string lines = encode_actions(std::exchange(actions, {}));
    Batch batch{schema_, 0, {}};
    for (std::string_view rest = lines; !rest.empty(); ++batch.rows) {
      const size_t end = rest.find('\n');
      const LogValue line = parser_.parse(rest.substr(0, end));
      rest.remove_prefix(end + 1);
      for (size_t i = 0; i < columns_.size(); ++i) {
        const std::optional<LogValue> action = line.find((*schema_)[i].name);
        action ? columns_[i]->append(*action) : columns_[i]->append_null();
      }
    }
    if (batch.rows == 0) return;
    for (const auto& column : columns_)
      batch.columns.push_back(column->finish());
    rows_ += batch.rows;
    put_(batch);
  }

  int64_t rows() const { return rows_; }

 private:
  SchemaPtr schema_;
  const std::function<void(const Batch&)>& put_;
  std::vector<std::unique_ptr<JsonColumn>> columns_;
  LogText parser_;
  int64_t rows_ = 0;
};

}  // namespace

SchemaPtr schema_of_checkpoint(const TableState& state) {
  return make_schema(checkpoint_schema()->fields(), {{kSchemasKey, std::to_string(state.schemas)}});
}

int64_t encode_checkpoint(const TableState& state, int64_t keep_after,
                          const std::function<void(const Batch&)>& put) {
  Rows rows(schema_of_checkpoint(state), put);
  VersionActions some;
  some.protocol = state.protocol;
  some.metadata = state.metadata;
  for (const auto& [application, transaction] : state.transactions)
    some.transactions.push_back(transaction);
  rows.put(some);
  // An action of a checkpoint changes no data: it says what is there.
  for (const DataFile& file : state.files) {
    some.added.push_back(file);
    some.added.back().changes_data = false;
    if (some.added.size() == kCheckpointBatchRows) rows.put(some);
  }
  rows.put(some);
  for (const auto& [path, file] : state.removed) {
    if (file.removed.value_or(0) < keep_after) continue;
    some.removed.push_back(file);
    some.removed.back().changes_data = false;
    if (some.removed.size() == kCheckpointBatchRows) rows.put(some);
  }
  rows.put(some);
  return rows.rows();
}

}  // namespace penstock
