#include "libcore/flow/detached/check_flow.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/stage/stage.h"

namespace penstock {
namespace {

bool is_name_of_input(const std::string& file) {
  return file == "/dev/stdin" || file == "/dev/fd/0" || file == "/proc/self/fd/0";
}

bool is_input_of_pflow(const StageInput& input) {
  return input.is_standard_input() || (input.pipeline < 0 && is_name_of_input(input.file));
}

class FlowCheck {
 public:
  FlowCheck(const StageRegistry& tools, const char* refusal) : tools_(tools), refusal_(refusal) {}

  ReadsInput check(const Flow& flow) {
    for (const FlowStatement& statement : flow.statements) {
      // Only the first stage of a statement can get our standard input: inner pipelines get none.
      reads_ = std::max(reads_, check(statement.pipeline));
      if (statement.output) written_.insert(statement.output->text);
    }
    return reads_;
  }

 private:
  // Returns whether the first stage reads standard input.
  ReadsInput check(const FlowPipeline& pipeline) const {
    std::optional<ReadsInput> first;
    for (const FlowStage& stage : pipeline.stages) {
      ReadsInput reads = check(stage);
      if (!first) first = reads;
    }
    return *first;
  }

  ReadsInput check(const FlowStage& stage) const {
    std::vector<StageWord> line;
    int pipelines = 0;
    for (const FlowWord& word : stage.words) {
      if (word.input != nullptr) check(*word.input);
      line.push_back({word.text, word.input != nullptr ? pipelines++ : -1});
    }
    const std::string& program = line[0].text;
    const StageKind* kind = tools_.find(program);
    if (kind == nullptr) {
      for (const StageWord& word : line)
        refuse_descriptor(program, word.text);
      return ReadsInput::kPerhaps;
    }
    return check_tool(program, *kind, line);
  }

  ReadsInput check_tool(const std::string& program, const StageKind& kind,
                        const std::vector<StageWord>& line) const {
    const std::unique_ptr<Stage> stage = parse(program, kind, line);
    const std::vector<StageInput>& inputs = stage->inputs();
    for (const StageInput& input : inputs)
      check_file(program, input);
    bool reads = std::any_of(inputs.begin(), inputs.end(), is_input_of_pflow);
    return reads ? ReadsInput::kYes : ReadsInput::kNo;
  }

  static std::unique_ptr<Stage> parse(const std::string& program, const StageKind& kind,
                                      const std::vector<StageWord>& line) {
    try {
      std::unique_ptr<Stage> stage = parse_stage(kind, line);
      require_inputs(*stage);
      stage->traits();
      return stage;
    } catch (const Error& error) {
      throw error.prefixed(program + ": ").as_usage();
    }
  }

  void check_file(const std::string& program, const StageInput& input) const {
    if (input.pipeline >= 0 || is_input_of_pflow(input)) return;
    refuse_descriptor(program, input.file);
    const bool may_be_elsewhere = input.file.find(':') != std::string::npos;
    bool is_there =
        may_be_elsewhere || written_.count(input.file) > 0 || access(input.file.c_str(), R_OK) == 0;
    if (!is_there) throw Error::system(program + ": " + input.file, "", errno);
  }

  void refuse_descriptor(const std::string& program, const std::string& operand) const {
    constexpr std::string_view kDescriptors = "/dev/fd/";
    if (!operand.starts_with(kDescriptors)) return;
    std::optional<int64_t> number = parse_int64(operand.substr(kDescriptors.size()));
    if (!number || *number <= STDERR_FILENO) return;
    throw Error::usage(program + ": " + operand + ": " + refusal_ +
                       " no descriptor besides standard input; name a file");
  }

  const StageRegistry& tools_;
  const char* refusal_;
  std::set<std::string> written_;
  ReadsInput reads_ = ReadsInput::kNo;
};

}  // namespace

ReadsInput check_flow(const Flow& flow, const StageRegistry& tools, const char* refusal) {
  return FlowCheck(tools, refusal).check(flow);
}

}  // namespace penstock
