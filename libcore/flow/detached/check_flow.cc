#include "libcore/flow/detached/check_flow.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/flow/plan/plan.h"

namespace penstock {
namespace {

class FlowCheck {
 public:
  FlowCheck(const StageRegistry& tools, bool other_hosts) : has_other_hosts_(other_hosts) {
    options_.tools = tools;
  }

  ReadsInput check(const Flow& flow) {
    for (const FlowStatement& statement : flow.statements) {
      PlanStatement plan = plan_statement(flow, statement, options_);
      check_stages(plan.pipeline);
      const PlanStage& first = plan.pipeline.fragments.front().stages.front();
      reads_ = std::max(reads_, reads_input(first));
      if (plan.output) written_.insert(*plan.output);
    }
    return reads_;
  }

 private:
  static bool is_standard_input(const StageInput& input) {
    return input.is_standard_input() || (input.pipeline < 0 && is_name_of_input(input.file));
  }

  static bool is_name_of_input(const std::string& file) {
    return file == "/dev/stdin" || file == "/dev/fd/0" || file == "/proc/self/fd/0";
  }

  static ReadsInput reads_input(const PlanStage& first) {
    if (first.stage == nullptr) return ReadsInput::kPerhaps;
    const std::vector<StageInput>& inputs = first.stage->inputs();
    bool reads = std::any_of(inputs.begin(), inputs.end(), is_standard_input);
    return reads ? ReadsInput::kYes : ReadsInput::kNo;
  }

  void check_stages(const PlanPipeline& pipeline) const {
    for (const PlanFragment& fragment : pipeline.fragments) {
      for (const PlanStage& stage : fragment.stages) {
        check_operands(stage);
        for (const auto& [number, input] : stage.pipelines)
          check_stages(*input);
      }
    }
  }

  void check_operands(const PlanStage& stage) const {
    if (stage.stage == nullptr) {
      for (const StageWord& word : stage.program)
        refuse_descriptor(stage, word.text);
      return;
    }
    for (const StageInput& input : stage.stage->inputs()) {
      if (input.pipeline >= 0 || is_standard_input(input)) continue;
      refuse_descriptor(stage, input.file);
      // HOST:PATH, which that host looks at.
      bool is_elsewhere = has_other_hosts_ && input.file.find(':') != std::string::npos;
      bool is_there =
          is_elsewhere || written_.count(input.file) > 0 || access(input.file.c_str(), R_OK) == 0;
      if (!is_there) throw Error::system(stage.name() + ": " + input.file, "", errno);
    }
  }

  static void refuse_descriptor(const PlanStage& stage, const std::string& operand) {
    constexpr std::string_view kDescriptors = "/dev/fd/";
    if (!operand.starts_with(kDescriptors)) return;
    std::optional<int64_t> number = parse_int64(operand.substr(kDescriptors.size()));
    if (!number || *number <= STDERR_FILENO) return;
    throw Error::usage(stage.name() + ": " + operand +
                       ": a detached run keeps no descriptor besides standard input; name a file");
  }

  // One worker: files are not looked into, and stages stay as they were written.
  PlanOptions options_;
  bool has_other_hosts_;
  std::set<std::string> written_;
  ReadsInput reads_ = ReadsInput::kNo;
};

}  // namespace

ReadsInput check_flow(const Flow& flow, const StageRegistry& tools, bool other_hosts) {
  return FlowCheck(tools, other_hosts).check(flow);
}

}  // namespace penstock
