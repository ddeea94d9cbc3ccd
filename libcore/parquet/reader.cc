#include "libcore/parquet/reader.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/expr/expression.h"
#include "libcore/os/temporary/spooled_source.h"
#include "libcore/parquet/file.h"
#include "libcore/parquet/plugin.h"
#include "libcore/parquet/pruning.h"

namespace penstock {
namespace {

// The columns to read, by their places in the file, each once.
std::vector<int32_t> chosen_places(const Schema& schema, const ParquetReadOptions& options) {
  std::optional<std::vector<std::string>> wanted;
  if (options.columns) {
    wanted = options.columns->choose(schema.names());
  } else if (options.choose_columns) {
    wanted = options.choose_columns(schema);
  }
  std::vector<bool> is_chosen(schema.size(), !wanted);
  if (wanted) {
    for (const std::string& name : *wanted)
      is_chosen[schema.index_of(name)] = true;
  }
  if (wanted && !options.where.empty()) {
    for (const std::string& name : referenced_columns(options.where, schema))
      is_chosen[schema.index_of(name)] = true;
  }
  std::vector<int32_t> places;
  for (size_t i = 0; i < is_chosen.size(); ++i) {
    if (is_chosen[i]) places.push_back(static_cast<int32_t>(i));
  }
  return places;
}

class ParquetReader : public Operator {
 public:
  ParquetReader(std::unique_ptr<ByteSource> source, ParquetReadOptions options)
      : options_(std::move(options)), file_(std::move(source), !options_.where.empty()) {
    const SchemaPtr& all = file_.schema();
    if (options_.on_schema) options_.on_schema(*all);
    if (!options_.where.empty()) {
      // Its errors suggest all columns.
      bind_predicate(options_.where, *all);
      pruning_.emplace(file_, options_.where);
    }
    try {
      places_ = chosen_places(*all, options_);
    } catch (const Error& error) {
      throw error.in_input(file_.name());
    }
    std::vector<Field> fields;
    for (int32_t place : places_)
      fields.push_back((*all)[static_cast<size_t>(place)]);
    schema_ = make_schema(std::move(fields), all->metadata());
    const auto count = static_cast<__int128>(file_.row_groups());
    at_ = static_cast<int64_t>(count * (options_.partition - 1) / options_.partitions);
    end_ = static_cast<int64_t>(count * options_.partition / options_.partitions);
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    for (;;) {
      if (std::optional<Batch> batch = file_.next()) {
        batch->schema = schema_;
        return batch;
      }
      if (at_ == end_) return std::nullopt;
      begin(at_++);
    }
  }

 private:
  void begin(int64_t row_group) {
    if (options_.on_block) options_.on_block(file_.row_group(row_group).bytes);
    if (options_.is_wanted && !options_.is_wanted(row_group)) return;
    ParquetRows wanted{static_cast<int32_t>(row_group), places_, std::nullopt};
    if (pruning_) {
      if (!pruning_->may_match_group(row_group)) return;
      wanted.ranges = pruning_->may_match_rows(row_group);
      if (wanted.ranges && wanted.ranges->empty()) return;
    }
    file_.begin(wanted);
  }

  ParquetReadOptions options_;
  ParquetFile file_;
  std::optional<ParquetPruning> pruning_;  // with a condition
  std::vector<int32_t> places_;
  SchemaPtr schema_;
  int64_t at_ = 0;   // the next row group
  int64_t end_ = 0;  // of this partition's row groups
};

}  // namespace

bool is_parquet(std::span<const uint8_t> beginning) {
  if (std::ssize(beginning) <= kParquetMagicBytes || !may_become_parquet(beginning)) return false;
  const uint8_t next = beginning[kParquetMagicBytes];
  return next < ' ' && next != '\t' && next != '\n' && next != '\r';
}

bool may_become_parquet(std::span<const uint8_t> beginning) {
  const size_t count = std::min(beginning.size(), static_cast<size_t>(kParquetMagicBytes));
  return std::memcmp(beginning.data(), kParquetMagic, count) == 0;
}

bool is_parquet_file(const ByteSource& source) {
  if (!source.size()) return false;
  uint8_t beginning[kParquetMagicBytes + 1];
  const int64_t count = source.read_at(0, beginning, sizeof beginning);
  return is_parquet({beginning, static_cast<size_t>(count)});
}

OperatorPtr open_parquet(std::unique_ptr<PeekableSource> source, ParquetReadOptions options) {
  const std::string name = source->name();
  // Before all of a pipe is read.
  try {
    (void)parquet_plugin();
  } catch (const Error& error) {
    throw Error::of_input(name + ": is Parquet: " + error.message());
  }
  return std::make_unique<ParquetReader>(spooled_source(std::move(source)), std::move(options));
}

}  // namespace penstock
