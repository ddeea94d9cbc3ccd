#include <algorithm>
#include <cstddef>

#include "libcore/base/error.h"
#include "libcore/ops/scan/operand_file.h"
#include "libcore/stage/parameters.h"
#include "libcore/stage/stage.h"

namespace penstock {

StageParser::StageParser(Stage& stage) : stage_(stage), command_(stage.kind().text) {
  command_.group(OptionGroup::kOperation);
  stage.declare(command_);
  if (stage.kind().takes_expressions) {
    command_.group(OptionGroup::kParameters);
    command_.add(option::kSet,
                 [&stage](const std::string& v) { stage.add_parameter(parse_parameter(v)); });
  }
  if (!stage.kind().runs_command) {
    stage.reading_.add_options(command_);
    stage.writing_.add_options(command_, !stage.kind().writes_operands);
  }
  answers_.add_options(command_);
}

bool StageParser::parse_options(int argc, const char* const* argv) {
  operands_ = command_.parse(argc, argv);
  stage_.given_ = command_.given();
  if (stage_.kind().runs_command) {
    // What a planner moves to the stage before or behind is not about a command.
    for (GivenOption& option : stage_.given_) {
      const bool is_moved =
          option.group == OptionGroup::kReading || option.group == OptionGroup::kWriting;
      if (is_moved) option.group = OptionGroup::kCommand;
    }
  }
  return answers_.is_asked();
}

bool StageParser::split_operands(std::vector<std::string> operands) {
  const StageKind& kind = stage_.kind();
  if (kind.runs_command) {
    stage_.words_ = std::move(operands);
    stage_.read_from_pipe();
    return true;
  }
  for (const char* word : kind.words) {
    if (operands.empty()) throw Error::usage(std::string(word) + " is missing");
    stage_.words_.push_back(std::move(operands.front()));
    operands.erase(operands.begin());
  }
  auto count = static_cast<int>(operands.size());
  if (stage_.reads_nothing()) {
    if (count > 0) throw Error::usage("no input is read here: '" + operands[0] + "'");
    return false;
  }
  if (kind.max_inputs >= 0 && count > kind.max_inputs) {
    throw Error::usage("too many operands: '" + operands[static_cast<size_t>(kind.max_inputs)] +
                       "'");
  }
  for (const std::string& operand : operands)
    stage_.inputs_.push_back({file_of_operand(operand)});
  // Where one input may be left out it is the first: pjoin's LEFT.
  bool left_out = kind.min_inputs == 0 ? count == 0 : count < kind.max_inputs;
  if (left_out) stage_.inputs_.insert(stage_.inputs_.begin(), {"-"});
  return left_out;
}

void require_inputs(const Stage& stage) {
  const std::vector<StageInput>& inputs = stage.inputs();
  const int most = stage.kind().max_inputs;
  if (!stage.reads_nothing() && most > 0 && std::ssize(inputs) < most) {
    throw Error::usage("an input is missing");
  }
  auto is_standard_input = [](const StageInput& input) { return input.is_standard_input(); };
  if (std::count_if(inputs.begin(), inputs.end(), is_standard_input) > 1) {
    throw Error::usage("standard input ('-') cannot be two inputs at once");
  }
}

bool StageParser::take_operands() {
  const StageKind& kind = stage_.kind();
  if (kind.writes_operands) stage_.take_outputs(operands_);
  size_t least = kind.words.size() + static_cast<size_t>(kind.min_inputs);
  bool enough = operands_.size() >= least;
  if (!enough && operands_.size() >= kind.words.size()) throw Error::usage("an input is missing");
  bool left_out = split_operands(operands_);
  require_inputs(stage_);
  return left_out;
}

void StageParser::take_some_operands() {
  std::vector<std::string> outputs = operands_;
  bool has_outputs = stage_.kind().writes_operands && !operands_.empty();
  if (has_outputs) stage_.take_outputs(operands_);
  outputs.erase(outputs.begin(), outputs.begin() + std::ssize(operands_));
  operands_.resize(std::max(operands_.size(), stage_.kind().words.size()));
  split_operands(operands_);
  stage_.words_.insert(stage_.words_.end(), outputs.begin(), outputs.end());
}

std::unique_ptr<Stage> parse_stage(const StageKind& kind, const std::vector<StageWord>& line) {
  // What stands for a pipeline is an operand that no file is called: a word of a flow cannot begin
  // with "<(".
  std::vector<std::string> names;
  std::vector<const char*> argv;
  for (const StageWord& word : line) {
    if (word.pipeline >= 0 && kind.runs_command) {
      throw Error::usage("a command's words cannot be the output of a pipeline");
    }
    names.push_back(word.pipeline < 0 ? word.text : "<(" + std::to_string(word.pipeline) + ")");
  }
  for (const std::string& name : names)
    argv.push_back(name.c_str());
  std::unique_ptr<Stage> stage = kind.make();
  StageParser parser(*stage);
  const bool is_asked = parser.parse_options(static_cast<int>(argv.size()), argv.data());
  if (is_asked || stage->answer(parser.operands())) {
    std::string alone;
    for (const std::string& name : names)
      alone += " " + name;
    throw Error::usage("in a flow the answer would go into the pipe; ask outside of it:" + alone);
  }
  parser.take_some_operands();
  for (StageInput& input : stage->inputs_) {
    auto name = std::find(names.begin(), names.end(), input.file);
    if (name == names.end()) continue;
    int pipeline = line[static_cast<size_t>(name - names.begin())].pipeline;
    if (pipeline >= 0) input = {"", pipeline};
  }
  stage->written_.emplace(line.begin() + 1, line.end());
  return stage;
}

}  // namespace penstock
