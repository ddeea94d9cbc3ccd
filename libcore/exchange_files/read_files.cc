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

// The first files of other hosts stay open after their schemas are read. Each has a piece of
// kMergedAhead in memory, all together 16 MiB.
constexpr size_t kMostKept = 256;
// Files whose first pieces are fetched while the schema of another is read.
constexpr size_t kOpenedAhead = 16;

class OneByOne : public Operator {
 public:
  // `files` are those of the inputs.
  OneByOne(std::vector<MergeInput> inputs, std::vector<CheckedFile*> files, SchemaPtr schema)
      : inputs_(std::move(inputs)), files_(std::move(files)), schema_(std::move(schema)) {}

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    for (; at_ < inputs_.size(); inputs_[at_++].stream.reset()) {
      begin();
      std::optional<Batch> batch = inputs_[at_].stream->next();
      if (batch) return as_merged(*std::move(batch), schema_);
    }
    return std::nullopt;
  }

 private:
  // The next file is fetched while one is read.
  void begin() {
    for (; ahead_ < std::min(at_ + 2, files_.size()); ++ahead_)
      files_[ahead_]->read_ahead();
  }

  std::vector<MergeInput> inputs_;
  std::vector<CheckedFile*> files_;
  SchemaPtr schema_;
  size_t at_ = 0;
  size_t ahead_ = 0;  // files that are fetched, or were
};

// Rows, and the connections that they come by.
class FetchedRows : public Operator {
 public:
  FetchedRows(std::unique_ptr<FileServers> servers, OperatorPtr rows)
      : servers_(std::move(servers)), rows_(std::move(rows)) {}

  SchemaPtr schema() const override { return rows_->schema(); }
  std::optional<Batch> next() override { return rows_->next(); }

 private:
  std::unique_ptr<FileServers> servers_;
  OperatorPtr rows_;
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

OperatorPtr read_files(const std::vector<InputFile>& files, const std::vector<SortKey>& keys,
                       const FetchOptions& fetch) {
  PENSTOCK_CHECK(!files.empty());
  auto servers = std::make_unique<FileServers>(fetch);
  const std::vector<InputFile> read = keys.empty() ? files : files_to_merge(files);
  const ReadAhead ahead = keys.empty() ? kAloneAhead : kMergedAhead;
  std::vector<MergeInput> inputs;
  std::vector<CheckedFile*> opened;
  std::vector<SchemaPtr> schemas;
  for (size_t i = 0; i < read.size(); ++i) {
    for (size_t next = inputs.size(); next < std::min(i + kOpenedAhead, read.size()); ++next) {
      auto file = std::make_unique<CheckedFile>(read[next], *servers, ahead);
      opened.push_back(file.get());
      inputs.push_back({name_of(read[next]), std::move(file)});
    }
    opened[i]->open(i < kMostKept || !keys.empty());
    schemas.push_back(opened[i]->schema());
  }
  (void)merged_schema(inputs);  // throws where the columns differ
  const SchemaPtr schema = common_schema(schemas, keys);
  OperatorPtr rows;
  if (keys.empty()) {
    rows = std::make_unique<OneByOne>(std::move(inputs), std::move(opened), schema);
  } else {
    for (MergeInput& input : inputs)
      input.stream = only_rows(std::move(input.stream));
    rows = as_merged(make_merge(std::move(inputs), keys), schema);
  }
  return std::make_unique<FetchedRows>(std::move(servers), std::move(rows));
}

}  // namespace penstock
