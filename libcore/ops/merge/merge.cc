#include "libcore/ops/merge/merge.h"

#include <fmt/format.h>

#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/take.h"
#include "libcore/ops/merge/inputs.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// Drops the statement about placement, because a merge changes the placement of rows. The merge
// states the order itself.
Metadata merged_metadata(const Metadata& first) {
  Metadata metadata;
  for (const auto& entry : first) {
    if (entry.first != kOrderKey && entry.first != kPartitioningKey) metadata.push_back(entry);
  }
  return metadata;
}

[[noreturn]] void throw_mismatch(const MergeInput& a, const MergeInput& b,
                                 const std::string& what) {
  throw Error(fmt::format("the schemas of '{}' and '{}' differ: {}; make them equal with pproject",
                          a.name, b.name, what));
}

void require_equal(const MergeInput& a, const MergeInput& b, const Schema& left,
                   const Schema& right) {
  if (left.size() != right.size()) {
    throw_mismatch(a, b, fmt::format("{} columns and {}", left.size(), right.size()));
  }
  for (size_t c = 0; c < left.size(); ++c) {
    if (left[c].name != right[c].name) {
      throw_mismatch(a, b,
                     fmt::format("column {} is '{}' and '{}'", c + 1, left[c].name, right[c].name));
    }
    if (!equals(*left[c].type, *right[c].type)) {
      throw_mismatch(a, b,
                     fmt::format("column '{}' is {} and {}", left[c].name,
                                 left[c].type->to_string(), right[c].type->to_string()));
    }
  }
}

class MergedInput : public Operator {
 public:
  MergedInput(OperatorPtr input, SchemaPtr schema)
      : input_(std::move(input)), schema_(std::move(schema)) {}

  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (batch) batch = as_merged(*std::move(batch), schema_);
    return batch;
  }

 private:
  OperatorPtr input_;
  SchemaPtr schema_;
};

}  // namespace

SchemaPtr merged_schema(const std::vector<MergeInput>& inputs) {
  PENSTOCK_CHECK(!inputs.empty());
  SchemaPtr first = without_dictionaries(inputs[0].stream->schema());
  std::vector<Field> fields = first->fields();
  for (const MergeInput& input : inputs) {
    SchemaPtr schema = without_dictionaries(input.stream->schema());
    require_equal(inputs[0], input, *first, *schema);
    for (size_t c = 0; c < fields.size(); ++c)
      fields[c].nullable |= (*schema)[c].nullable;
  }
  return make_schema(std::move(fields), merged_metadata(first->metadata()));
}

Batch as_merged(Batch batch, const SchemaPtr& schema) {
  for (ColumnPtr& column : batch.columns)
    column = decode_dictionary(column);
  batch.schema = schema;
  return batch;
}

OperatorPtr as_merged(OperatorPtr input, SchemaPtr schema) {
  return std::make_unique<MergedInput>(std::move(input), std::move(schema));
}

OperatorPtr make_merge(std::vector<MergeInput> inputs, const std::vector<SortKey>& keys) {
  SchemaPtr schema = merged_schema(inputs);
  if (keys.empty()) return make_random_merge(std::move(inputs), std::move(schema));
  return make_ordered_merge(std::move(inputs), keys, schema);
}

}  // namespace penstock
