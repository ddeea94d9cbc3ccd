#include "libcore/ops/summary/summary.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/ops/summary/column_summary.h"
#include "libcore/ops/summary/column_threads.h"
#include "libcore/os/ordered_pool.h"

namespace penstock {
namespace {

constexpr std::string_view kSummaryVersionKey = "penstock.summary.version";
constexpr std::string_view kSummaryVersion = "1";

// So many rows are worth the start of threads.
constexpr int64_t kRowsForThreads = int64_t{1} << 16;

SchemaPtr figures_schema() {
  return make_schema({{"name", utf8_type(), false, {}},
                      {"type", utf8_type(), false, {}},
                      {"rows", int64_type(), false, {}},
                      {"nulls", int64_type(), false, {}},
                      {"distinct_values", int64_type(), true, {}},
                      {"min", utf8_type(), true, {}},
                      {"q1", float64_type(), true, {}},
                      {"median", float64_type(), true, {}},
                      {"q3", float64_type(), true, {}},
                      {"max", utf8_type(), true, {}},
                      {"mean", float64_type(), true, {}},
                      {"most_frequent", utf8_type(), true, {}},
                      {"frequency", int64_type(), true, {}},
                      {"min_length", int64_type(), true, {}},
                      {"max_length", int64_type(), true, {}}});
}

// The output under construction.
class FigureRows {
 public:
  void append(const Field& column, const ColumnFigures& figures) {
    columns_.append(column.name);
    types_.append(column.type->to_string());
    put(rows_, std::optional(figures.rows));
    put(nulls_, std::optional(figures.nulls));
    put(distinct_, figures.distinct);
    put(least_, figures.least);
    for (size_t i = 0; i < std::size(quartiles_); ++i)
      put(quartiles_[i], figures.quartiles[i]);
    put(greatest_, figures.greatest);
    put(mean_, figures.mean);
    put(most_frequent_, figures.most_frequent);
    put(frequency_, figures.frequency);
    put(shortest_, figures.shortest);
    put(longest_, figures.longest);
  }

  Batch finish(const SchemaPtr& schema) {
    const int64_t rows = rows_.length();
    return {schema,
            rows,
            {columns_.finish(utf8_type()), types_.finish(utf8_type()), rows_.finish(int64_type()),
             nulls_.finish(int64_type()), distinct_.finish(int64_type()),
             least_.finish(utf8_type()), quartiles_[0].finish(float64_type()),
             quartiles_[1].finish(float64_type()), quartiles_[2].finish(float64_type()),
             greatest_.finish(utf8_type()), mean_.finish(float64_type()),
             most_frequent_.finish(utf8_type()), frequency_.finish(int64_type()),
             shortest_.finish(int64_type()), longest_.finish(int64_type())}};
  }

 private:
  template <typename Builder, typename Value>
  static void put(Builder& builder, const std::optional<Value>& value) {
    if (value) {
      builder.append(*value);
    } else {
      builder.append_null();
    }
  }

  BytesBuilder columns_, types_, least_, greatest_, most_frequent_;
  FixedBuilder<int64_t> rows_, nulls_, distinct_, frequency_, shortest_, longest_;
  FixedBuilder<double> quartiles_[3], mean_;
};

class Summary : public Operator {
 public:
  Summary(OperatorPtr input, const SummaryOptions& options)
      : input_(std::move(input)), options_(options) {
    const Schema& schema = *input_->schema();
    if (options_.final) {
      find_states(schema);
    } else {
      choose_columns(schema);
    }
    if (!options_.partial) {
      schema_ = figures_schema();
      return;
    }
    std::vector<Field> fields;
    for (size_t i = 0; i < summaries_.size(); ++i) {
      std::vector<Field> more = summaries_[i].state_fields();
      for (size_t k = 1; k < more.size(); ++k)
        more[k].name = "#" + std::to_string(i) + "." + std::to_string(k) + "." + more[k].name;
      fields.insert(fields.end(), more.begin(), more.end());
    }
    schema_ = make_schema(std::move(fields),
                          {{std::string(kSummaryVersionKey), std::string(kSummaryVersion)}});
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (input_ == nullptr) return std::nullopt;
    while (std::optional<Batch> batch = input_->next()) {
      for (size_t i = 0; options_.final && i < summaries_.size(); ++i)
        merge(i, *batch);
      if (!options_.final) add(*batch);
    }
    if (threads_) threads_->finish();
    input_.reset();
    return options_.partial ? states() : figures();
  }

 private:
  void choose_columns(const Schema& input) {
    if (options_.columns) {
      for (const std::string& name : options_.columns->choose(input.names()))
        columns_.push_back(input.index_of(name));
    } else {
      for (size_t i = 0; i < input.size(); ++i)
        columns_.push_back(i);
    }
    for (size_t column : columns_) {
      fields_.push_back(input[column]);
      summaries_.emplace_back(input[column]);
    }
  }

  void find_states(const Schema& input) {
    bool are_states = input.metadata_value(kSummaryVersionKey) == kSummaryVersion;
    for (size_t at = 0; are_states && at < input.size();) {
      columns_.push_back(at);
      fields_.push_back(input[at]);
      summaries_.emplace_back(input[at]);
      for (const Field& field : summaries_.back().state_fields()) {
        are_states = are_states && at < input.size() && equals(*field.type, *input[at].type);
        ++at;
      }
    }
    if (!are_states) {
      throw Error("the input is not what psummary --partial writes; leave --final out");
    }
  }

  void add(const Batch& batch) {
    if (threads_) return threads_->add(batch);
    for (size_t i = 0; i < summaries_.size(); ++i)
      summaries_[i].add(batch.columns[columns_[i]]);
    rows_ += batch.rows;
    if (rows_ < kRowsForThreads) return;
    const auto cores = static_cast<size_t>(usable_cores());
    const size_t threads = std::min(cores, std::max<size_t>(summaries_.size(), 1)) - 1;
    threads_.emplace(summaries_, columns_, threads);
  }

  void merge(size_t summary, const Batch& batch) {
    const size_t begin = columns_[summary];
    const size_t end = summary + 1 < columns_.size() ? columns_[summary + 1] : batch.columns.size();
    for (int64_t row = 0; row < batch.rows; ++row) {
      summaries_[summary].merge(std::span(batch.columns).subspan(begin, end - begin), row);
    }
  }

  std::optional<Batch> states() {
    Batch batch{schema_, 1, {}};
    for (ColumnSummary& summary : summaries_) {
      std::vector<ColumnPtr> more = summary.state();
      batch.columns.insert(batch.columns.end(), more.begin(), more.end());
    }
    return batch;
  }

  std::optional<Batch> figures() {
    if (summaries_.empty()) return std::nullopt;
    FigureRows rows;
    for (size_t i = 0; i < summaries_.size(); ++i)
      rows.append(fields_[i], summaries_[i].figures());
    return rows.finish(schema_);
  }

  OperatorPtr input_;  // null once it is read
  SummaryOptions options_;
  std::vector<size_t> columns_;  // of the input; with states, where those of each begin
  std::vector<Field> fields_;
  std::vector<ColumnSummary> summaries_;
  SchemaPtr schema_;
  int64_t rows_ = 0;                      // added before there are threads
  std::optional<ColumnThreads> threads_;  // for many rows
};

}  // namespace

OperatorPtr make_summary(OperatorPtr input, const SummaryOptions& options) {
  return std::make_unique<Summary>(std::move(input), options);
}

}  // namespace penstock
