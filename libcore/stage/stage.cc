#include "libcore/stage/stage.h"

#include <algorithm>
#include <iterator>

#include "libcore/base/error.h"
#include "libcore/stage/parameters.h"

namespace penstock {
namespace {

// An input that has a schema and no rows. An operator that asks for them gives columns that depend
// on them.
class NoRows : public Operator {
 public:
  explicit NoRows(SchemaPtr schema) : schema_(std::move(schema)) {}
  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override {
    throw Error("its columns are not known without its rows");
  }

 private:
  SchemaPtr schema_;
};

bool is_in(OptionGroup group, OptionGroup wanted) {
  const bool is_operation = group == OptionGroup::kSpill || group == OptionGroup::kParameters ||
                            group == OptionGroup::kCommand;
  return group == wanted || (wanted == OptionGroup::kOperation && is_operation);
}

std::vector<StageWord> plain(const std::vector<std::string>& words) {
  std::vector<StageWord> plain;
  for (const std::string& word : words)
    plain.push_back({word});
  return plain;
}

void append(std::vector<StageWord>& line, const std::vector<GivenOption>& options) {
  for (const GivenOption& option : options) {
    for (std::string& word : option.words())
      line.push_back({std::move(word)});
  }
}

}  // namespace

std::optional<ColumnUse> Stage::columns_used(const std::vector<SchemaPtr>& inputs) const {
  (void)inputs;
  return std::nullopt;
}

std::vector<GivenOption> Stage::given(OptionGroup group) const {
  std::vector<GivenOption> options;
  std::copy_if(given_.begin(), given_.end(), std::back_inserter(options),
               [&](const GivenOption& option) { return is_in(option.group, group); });
  return options;
}

std::vector<GivenOption> Stage::shared_options() const {
  std::vector<GivenOption> options;
  std::copy_if(given_.begin(), given_.end(), std::back_inserter(options),
               [](const GivenOption& option) {
                 return option.group == OptionGroup::kSpill || option.group == OptionGroup::kOther;
               });
  return options;
}

void Stage::set_parameters(const Parameters& parameters) {
  for (auto parameter = parameters.all().rbegin(); parameter != parameters.all().rend();
       ++parameter) {
    if (parameters_.find(parameter->name) != nullptr) continue;
    add_parameter(*parameter);
    put_first(set_option(*parameter));
  }
}

void Stage::add_parameter(const Parameter& parameter) {
  parameters_.add(parameter);
  reading_.scan.where.parameters.add(parameter);
}

void Stage::set_given(std::vector<GivenOption> given) {
  given_ = std::move(given);
  written_.reset();
}

std::vector<StageWord> Stage::line() const {
  std::vector<StageWord> line{{kind_.text.name}};
  append(line, first_);
  if (written_) {
    line.insert(line.end(), written_->begin(), written_->end());
    return line;
  }
  append(line, given_);
  std::vector<StageWord> operands = plain(words_);
  // Outputs come behind the inputs.
  std::vector<StageWord> outputs;
  if (kind_.writes_operands) {
    const auto first = operands.begin() + std::ssize(kind_.words);
    outputs.assign(first, operands.end());
    operands.erase(first, operands.end());
  }
  for (const StageInput& input : names_inputs_ ? inputs_ : std::vector<StageInput>()) {
    operands.push_back({input.pipeline < 0 ? input.file : std::string(), input.pipeline});
  }
  operands.insert(operands.end(), outputs.begin(), outputs.end());
  bool dash = std::any_of(operands.begin(), operands.end(), [](const StageWord& operand) {
    return operand.text.size() > 1 && operand.text[0] == '-';
  });
  if (dash) line.push_back({"--"});
  line.insert(line.end(), operands.begin(), operands.end());
  return line;
}

// The groups one after the other, as --help has them.
void Stage::print_by_name() {
  if (!written_) return;
  std::vector<GivenOption> ordered;
  for (OptionGroup group : {OptionGroup::kOperation, OptionGroup::kReading, OptionGroup::kWriting,
                            OptionGroup::kOther}) {
    std::vector<GivenOption> options = given(group);
    ordered.insert(ordered.end(), options.begin(), options.end());
  }
  given_ = std::move(ordered);
  written_.reset();
}

void Stage::set_input(size_t i, StageInput input) {
  const StageInput& before = inputs_[i];
  bool is_last = written_ && i + 1 == inputs_.size() && !written_->empty() &&
                 written_->back().pipeline == before.pipeline &&
                 (before.pipeline >= 0 || written_->back().text == before.file);
  if (is_last) {
    written_->back() = {input.pipeline < 0 ? input.file : std::string(), input.pipeline};
  } else {
    print_by_name();
  }
  inputs_[i] = std::move(input);
}

void Stage::set_all_inputs(std::vector<StageInput> inputs) {
  print_by_name();
  inputs_ = std::move(inputs);
}

void Stage::place_input(size_t i, size_t host, std::string path_there) {
  inputs_[i].host = host;
  inputs_[i].path_there = std::move(path_there);
}

void Stage::set_version(int64_t version) {
  std::string text = std::to_string(version);
  if (reading_.scan.as_of == text) return;
  print_by_name();
  std::erase_if(given_, [](const GivenOption& given) {
    return std::string_view(given.option.name) == option::kAsOf.name;
  });
  given_.push_back({OptionGroup::kReading, option::kAsOf, text});
  reading_.scan.as_of = std::move(text);
}

void Stage::name_files(const std::function<std::string(const std::string&)>& name) {
  bool is_changed = false;
  auto rename = [&](std::string& file) {
    std::string named = name(file);
    is_changed = is_changed || named != file;
    file = std::move(named);
  };
  std::vector<StageInput> inputs = inputs_;
  for (StageInput& input : inputs) {
    if (input.pipeline < 0 && !input.is_standard_input()) rename(input.file);
  }
  std::vector<GivenOption> given = given_;
  for (GivenOption& option : given) {
    bool is_read = option.group == OptionGroup::kReading || option.group == OptionGroup::kCommand;
    if (is_read && option.value && option.option.complete == Complete::kFile) rename(*option.value);
  }
  if (!is_changed) return;
  inputs_ = std::move(inputs);
  given_ = std::move(given);
  print_by_name();
}

void Stage::name_words(const std::function<std::string(const std::string&)>& name) {
  std::vector<std::string> words;
  for (const std::string& word : words_)
    words.push_back(name(word));
  if (words == words_) return;
  words_ = std::move(words);
  print_by_name();
}

void Stage::forget_reading() {
  if (!has_given(OptionGroup::kReading)) return;
  print_by_name();
  std::erase_if(given_, [](const auto& option) { return option.group == OptionGroup::kReading; });
  reading_ = Reading();
}

void Stage::forget_writing() {
  if (!has_given(OptionGroup::kWriting)) return;
  print_by_name();
  std::erase_if(given_, [](const auto& option) { return option.group == OptionGroup::kWriting; });
  writing_ = Writing();
}

void Stage::read_from_pipe() {
  print_by_name();
  inputs_ = {{"-"}};
  names_inputs_ = false;
}

SchemaPtr schema_after(const Stage& stage, const std::vector<SchemaPtr>& inputs) {
  std::vector<OperatorPtr> operators;
  for (const SchemaPtr& schema : inputs) {
    if (schema == nullptr) return nullptr;
    operators.push_back(std::make_unique<NoRows>(schema));
  }
  try {
    stage.require_valid();
    return stage.make(std::move(operators))->schema();
  } catch (const Error&) {
    // The stage will say what is wrong with it, or its columns depend on its rows.
    return nullptr;
  }
}

}  // namespace penstock
