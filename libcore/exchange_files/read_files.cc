#include "libcore/exchange_files/read_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/exchange_files/checked_file.h"
#include "libcore/ops/merge/common_schema.h"
#include "libcore/ops/merge/inputs.h"
#include "libcore/ops/merge/merge.h"
#include "libcore/ops/only_rows.h"
#include "libcore/os/open_files.h"

namespace penstock {
namespace {

class OneByOne : public Operator {
 public:
  OneByOne(std::vector<MergeInput> inputs, SchemaPtr schema)
      : inputs_(std::move(inputs)), schema_(std::move(schema)) {}

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    for (; at_ < inputs_.size(); inputs_[at_++].stream.reset()) {
      std::optional<Batch> batch = inputs_[at_].stream->next();
      if (batch) return as_merged(*std::move(batch), schema_);
    }
    return std::nullopt;
  }

 private:
  std::vector<MergeInput> inputs_;
  SchemaPtr schema_;
  size_t at_ = 0;
};

// Of files that are merged, those that have rows; the first where none has.
std::vector<InputFile> files_to_merge(const std::vector<InputFile>& files) {
  std::vector<InputFile> some;
  std::copy_if(files.begin(), files.end(), std::back_inserter(some),
               [](const InputFile& file) { return file.facts.rows != 0; });
  if (some.empty()) some.push_back(files[0]);
  if (std::ssize(some) > kMaxMergedFiles) {
    throw Error(fmt::format("{} files cannot be merged, only {}; use fewer writers", some.size(),
                            kMaxMergedFiles));
  }
  allow_open_files(std::ssize(some), "files", "use fewer writers");
  return some;
}

}  // namespace

OperatorPtr read_files(const std::vector<InputFile>& files, const std::vector<SortKey>& keys) {
  PENSTOCK_CHECK(!files.empty());
  std::vector<MergeInput> inputs;
  std::vector<SchemaPtr> schemas;
  for (const InputFile& file : keys.empty() ? files : files_to_merge(files)) {
    inputs.push_back({file.path, open_checked_file(file)});
    schemas.push_back(inputs.back().stream->schema());
  }
  (void)merged_schema(inputs);  // throws where the columns differ
  const SchemaPtr schema = common_schema(schemas, keys);
  if (keys.empty()) return std::make_unique<OneByOne>(std::move(inputs), schema);
  for (MergeInput& input : inputs)
    input.stream = only_rows(std::move(input.stream));
  return as_merged(make_merge(std::move(inputs), keys), schema);
}

}  // namespace penstock
