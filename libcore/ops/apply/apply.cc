#include "libcore/ops/apply/apply.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/ops/apply/command_run.h"
#include "libcore/ops/scan/rejects.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// What the thread that writes shares with the operator: it alone pulls, once the command runs.
struct Input {
  OperatorPtr rows;
  std::optional<Batch> first;  // that was pulled to see that there are rows
  bool is_first_pulled = false;

  void pull_first() {
    if (!is_first_pulled) first = rows->next();
    is_first_pulled = true;
  }
  std::optional<Batch> next() {
    if (!is_first_pulled) return rows->next();
    is_first_pulled = false;
    std::optional<Batch> batch = std::move(first);
    first.reset();
    return batch;
  }
};

class Apply : public Operator {
 public:
  Apply(OperatorPtr input, ApplyOptions options)
      : options_(std::move(options)), input_(std::make_shared<Input>()) {
    input_->rows = std::move(input);
    const Schema& given = *input_->rows->schema();
    const std::vector<size_t> kept = kept_columns(given, options_.keep);
    options_.from.text.on_reject = [this](const Reject& reject) { refused_.add(reject); };
    options_.from.text.mark_inferred = options_.per_batch;
    options_.from.threads = !options_.per_batch;
    if (SchemaPtr answers = declared_answers(options_.from)) {
      schema_ = with_kept(given, kept, *answers);
      return;
    }
    // A planner's input has none, and throws; its commands are not to be run.
    input_->pull_first();
    start();
    if (run_ == nullptr) {
      throw Error(
          "there are no rows, so that the command's columns are not known; use --schema, or "
          "--names with --types");
    }
    schema_ = run_->schema();
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (has_ended_) return std::nullopt;
    for (;;) {
      if (run_ == nullptr) start();
      if (run_ == nullptr) break;
      if (std::optional<Batch> batch = run_->next()) {
        batch->schema = schema_;
        return batch;
      }
      rows_ += run_->rows();
      run_.reset();
      if (!options_.per_batch) break;
    }
    has_ended_ = true;
    const std::string note = refused_note(refused_.counts());
    if (!note.empty()) options_.say(note);
    return std::nullopt;
  }

 private:
  static SchemaPtr with_kept(const Schema& given, const std::vector<size_t>& columns,
                             const Schema& answers) {
    if (columns.empty()) return with_answers(nullptr, answers);
    std::vector<Field> fields;
    for (size_t column : columns)
      fields.push_back(given[column]);
    return with_answers(without_dictionaries(make_schema(std::move(fields))).get(), answers);
  }

  // Starts the command for all rows, or for the next batch if there is one.
  void start() {
    CommandRun::Pull pull = [input = input_] { return input->next(); };
    if (options_.per_batch) {
      auto batch = std::make_shared<std::optional<Batch>>(input_->next());
      if (!*batch) return;
      pull = [batch] { return std::exchange(*batch, std::nullopt); };
    }
    run_ = std::make_unique<CommandRun>(options_, input_->rows->schema(), std::move(pull), rows_);
    if (!options_.per_batch || answers_ != nullptr) {
      require_same_answers();
      return;
    }
    answers_ = run_->answers();
    require_same_answers();
    if (options_.from.from == Format::kArrow) return;
    // Later answers are read as the first ones were.
    options_.from.text.schema = answers_;
    options_.from.text.types.clear();
    options_.from.text.names.clear();
  }

  void require_same_answers() const {
    if (schema_ == nullptr || equals(*schema_, *run_->schema())) return;
    throw Error("the command answers with other columns, or types, than before");
  }

  ApplyOptions options_;
  std::shared_ptr<Input> input_;
  SchemaPtr schema_;
  SchemaPtr answers_;  // of the first batch
  std::unique_ptr<CommandRun> run_;
  Rejects refused_;
  int64_t rows_ = 0;  // that have gone to runs which are over
  bool has_ended_ = false;
};

}  // namespace

SchemaPtr declared_answers(const ScanOptions& from) {
  const CsvReadOptions& text = from.text;
  if (text.schema != nullptr) return with_answers(nullptr, *text.schema);
  if (from.from == Format::kLines && from.pattern == nullptr) {
    return make_schema({{"line", utf8_type(), true, {}}});
  }
  if (text.names.empty()) return nullptr;
  std::vector<Field> fields;
  for (const std::string& name : text.names) {
    auto of_name = [&](const auto& pair) { return pair.first == name; };
    auto of_others = [](const auto& pair) { return pair.first == kAllOtherColumns; };
    auto type = std::find_if(text.types.begin(), text.types.end(), of_name);
    if (type == text.types.end())
      type = std::find_if(text.types.begin(), text.types.end(), of_others);
    if (type == text.types.end()) return nullptr;
    fields.push_back({name, type->second, true, {}});
  }
  return make_schema(std::move(fields));
}

OperatorPtr make_apply(OperatorPtr input, ApplyOptions options) {
  return std::make_unique<Apply>(std::move(input), std::move(options));
}

}  // namespace penstock
