#include "libcore/ops/reduce/reduce.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/ops/group_head.h"
#include "libcore/ops/merge/merge.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// The same rows with their columns in another order.
class Columns : public Operator {
 public:
  Columns(OperatorPtr input, std::vector<size_t> columns)
      : input_(std::move(input)), columns_(std::move(columns)) {
    const Schema& given = *input_->schema();
    std::vector<Field> fields;
    for (size_t column : columns_)
      fields.push_back(given[column]);
    schema_ = make_schema(std::move(fields), given.metadata());
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    Batch chosen{schema_, batch->rows, {}};
    for (size_t column : columns_)
      chosen.columns.push_back(std::move(batch->columns[column]));
    return chosen;
  }

 private:
  OperatorPtr input_;
  std::vector<size_t> columns_;
  SchemaPtr schema_;
};

OperatorPtr with_keys_first(OperatorPtr input, const std::vector<std::string>& keys) {
  const size_t count = input->schema()->size();
  std::vector<size_t> columns = group_columns(*input->schema(), keys);
  for (size_t i = 0; i < count; ++i) {
    if (std::find(columns.begin(), columns.begin() + std::ssize(keys), i) ==
        columns.begin() + std::ssize(keys))
      columns.push_back(i);
  }
  if (std::is_sorted(columns.begin(), columns.end())) return input;
  return std::make_unique<Columns>(std::move(input), std::move(columns));
}

bool states_order(const Schema& schema, const std::vector<SortKey>& keys) {
  const std::optional<std::string_view> stated = schema.metadata_value(kOrderKey);
  if (!stated) return false;
  std::vector<SortKey> order;
  try {
    order = parse_sort_keys(*stated);
  } catch (const Error&) {
    return false;  // a stranger's word for something else
  }
  if (order.size() < keys.size()) return false;
  order.resize(keys.size());
  return to_string(order) == to_string(keys);
}

OperatorPtr in_order(OperatorPtr rows, const std::vector<SortKey>& keys,
                     const SpillOptions& spill) {
  if (!states_order(*rows->schema(), keys)) {
    SortOptions sort;
    sort.keys = keys;
    sort.spill = spill;
    return make_sort(std::move(rows), sort);
  }
  // A merge of one input checks its order.
  std::vector<MergeInput> inputs;
  inputs.push_back({"input", std::move(rows)});
  return make_merge(std::move(inputs), keys);
}

// The options by which rows that were written as `to` are read again.
ScanOptions as_written(const PrintOptions& to, const SchemaPtr& schema) {
  ScanOptions from;
  from.from = format_to_read(to.format);
  if (has_types(to.format)) return from;
  from.text.schema = make_schema(schema->fields());
  if (to.format == Format::kCsv) from.delimiter = std::string(1, to.text.delimiter);
  if (to.format == Format::kCsv || to.format == Format::kTsv) {
    from.text.header = to.text.header;
    from.text.quotes = to.text.quotes;
    if (to.text.null_text && !to.text.null_text->empty())
      from.text.style.nulls = {*to.text.null_text};
  }
  return from;
}

// The answers of a combiner, which runs when there is a row.
class CombinerAnswers : public Operator {
 public:
  CombinerAnswers(OperatorPtr rows, ApplyOptions options)
      : rows_(std::move(rows)),
        options_(std::move(options)),
        schema_(without_dictionaries(make_schema(rows_->schema()->fields()))) {}

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (has_ended_) return std::nullopt;
    if (answers_ == nullptr && !begin()) return std::nullopt;
    std::optional<Batch> batch = answers_->next();
    if (batch) batch->schema = schema_;
    has_ended_ = !batch;
    return batch;
  }

 private:
  // The first batch, then all others.
  class Begun : public Operator {
   public:
    Begun(Batch first, OperatorPtr rest) : first_(std::move(first)), rest_(std::move(rest)) {}
    SchemaPtr schema() const override { return rest_->schema(); }
    std::optional<Batch> next() override {
      if (!first_) return rest_->next();
      return std::exchange(first_, std::nullopt);
    }

   private:
    std::optional<Batch> first_;
    OperatorPtr rest_;
  };

  bool begin() {
    std::optional<Batch> first = rows_->next();
    has_ended_ = !first;
    if (!first) return false;
    options_.from = as_written(options_.to, schema_);
    answers_ = make_apply(std::make_unique<Begun>(*std::move(first), std::move(rows_)), options_);
    const Schema& answered = *answers_->schema();
    bool is_same = answered.size() == schema_->size();
    for (size_t i = 0; is_same && i < answered.size(); ++i) {
      const Field& wanted = (*schema_)[i];
      is_same = answered[i].name == wanted.name && equals(*plain(answered[i].type), *wanted.type);
    }
    if (!is_same) throw Error("the combiner answers with other columns, or types, than its input");
    return true;
  }

  OperatorPtr rows_;
  ApplyOptions options_;
  SchemaPtr schema_;
  OperatorPtr answers_;
  bool has_ended_ = false;
};

}  // namespace

std::vector<SortKey> order_of_groups(const ReduceOptions& options) {
  std::vector<SortKey> keys;
  for (const std::string& key : options.keys)
    keys.push_back({key});
  keys.insert(keys.end(), options.order.begin(), options.order.end());
  return keys;
}

OperatorPtr make_reduce(OperatorPtr input, ReduceOptions options) {
  OperatorPtr rows = in_order(with_keys_first(std::move(input), options.keys),
                              order_of_groups(options), options.apply.spill);
  if (options.per_group) options.apply.per_group = options.keys;
  return make_apply(std::move(rows), std::move(options.apply));
}

OperatorPtr make_combined(OperatorPtr input, ReduceOptions options, const std::string& command) {
  const std::vector<SortKey> keys = order_of_groups(options);
  const SpillOptions spill = options.apply.spill;
  OperatorPtr rows = in_order(with_keys_first(std::move(input), options.keys), keys, spill);
  options.apply.command = {"sh", "-c", command};
  return in_order(std::make_unique<CombinerAnswers>(std::move(rows), std::move(options.apply)),
                  keys, spill);
}

}  // namespace penstock
