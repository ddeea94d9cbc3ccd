#include "libcore/ops/apply/apply.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/ops/apply/command_run.h"
#include "libcore/ops/apply/row_groups.h"
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
      : options_(std::move(options)),
        runs_again_(options_.per_batch || !options_.per_group.empty()),
        given_(input->schema()),
        input_(std::make_shared<Input>()) {
    if (options_.per_group.empty()) {
      input_->rows = std::move(input);
    } else {
      groups_ = std::make_shared<RowGroups>(std::move(input), options_.per_group);
    }
    const std::vector<size_t> kept = kept_columns(*given_, options_.keep);
    options_.from.text.on_reject = [this](const Reject& reject) { refused_.add(reject); };
    options_.from.text.mark_inferred = runs_again_;
    options_.from.threads = !runs_again_;
    if (SchemaPtr answers = declared_answers(options_.from)) {
      schema_ = with_kept(*given_, kept, *answers);
      return;
    }
    // A planner's input has none, and throws; its commands are not to be run.
    if (groups_ == nullptr) input_->pull_first();
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
      if (!runs_again_) break;
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

  // Starts the command for all rows, or for the next batch or group if there is one.
  void start() {
    CommandRun::Pull pull = [input = input_] { return input->next(); };
    if (groups_ != nullptr) {
      if (!groups_->begin()) return;
      pull = [groups = groups_] { return groups->next(); };
    } else if (options_.per_batch) {
      auto batch = std::make_shared<std::optional<Batch>>(input_->next());
      if (!*batch) return;
      pull = [batch] { return std::exchange(*batch, std::nullopt); };
    }
    run_ = std::make_unique<CommandRun>(options_, given_, std::move(pull), rows_);
    if (!runs_again_ || answers_ != nullptr) {
      require_same_answers();
      return;
    }
    answers_ = run_->answers();
    require_same_answers();
    if (options_.from.from && has_types(*options_.from.from)) return;
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
  bool runs_again_;  // for each batch or group
  SchemaPtr given_;
  std::shared_ptr<Input> input_;       // but for groups
  std::shared_ptr<RowGroups> groups_;  // with per_group
  SchemaPtr schema_;
  SchemaPtr answers_;  // of the first run
  std::unique_ptr<CommandRun> run_;
  Rejects refused_;
  int64_t rows_ = 0;  // that have gone to runs which are over
  bool has_ended_ = false;
};

// The type of a column of this name; null where it is not declared.
TypePtr declared_type(const std::vector<std::pair<std::string, TypePtr>>& types,
                      const std::string& name) {
  for (const std::string& wanted : {name, std::string(kAllOtherColumns)}) {
    auto is_it = [&](const auto& pair) { return pair.first == wanted; };
    auto found = std::find_if(types.begin(), types.end(), is_it);
    if (found != types.end()) return found->second;
  }
  return nullptr;
}

}  // namespace

SchemaPtr declared_answers(const ScanOptions& from) {
  const CsvReadOptions& text = from.text;
  if (text.schema != nullptr) return with_answers(nullptr, *text.schema);
  if (from.from == Format::kLines && from.pattern == nullptr) {
    return make_schema({{"line", utf8_type(), true, {}}});
  }
  std::vector<LineSplitter::Column> columns;
  for (const std::string& name : text.names)
    columns.push_back({name, nullptr});
  if (from.pattern != nullptr) columns = from.pattern->columns();
  if (columns.empty()) return nullptr;
  std::vector<Field> fields;
  for (const LineSplitter::Column& column : columns) {
    TypePtr type = declared_type(text.types, column.name);
    if (type == nullptr) type = column.type;
    if (type == nullptr) return nullptr;
    fields.push_back({column.name, std::move(type), true, {}});
  }
  return make_schema(std::move(fields));
}

OperatorPtr make_apply(OperatorPtr input, ApplyOptions options) {
  return std::make_unique<Apply>(std::move(input), std::move(options));
}

}  // namespace penstock
