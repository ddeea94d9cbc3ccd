// pproject: computed columns.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/expr/functions/manual.h"
#include "libcore/ops/project.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr Option kFunctions{
    '\0', "functions", "",
    "print functions, operators and aggregates with an example of each: all, or with "
    "--functions WORD those which have to do with WORD"};

class ProjectStage : public StageOf<ProjectStage> {
 public:
  ProjectStage() : StageOf(pproject_tool().kind) {}

  void declare(Command& command) override { command.add(kFunctions, asks_functions_); }

  std::optional<std::string> answer(const std::vector<std::string>& operands) const override {
    if (!asks_functions_) return std::nullopt;
    if (operands.size() > 1) throw Error::usage("--functions takes one word");
    return functions_manual(operands.empty() ? "" : operands[0]);
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kProject;
    about.needs = {{{}}};
    about.keeps = {true, true, false};
    about.columns.emplace();
    about.expressions = {word(0)};
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>& inputs) const override {
    return columns_in(expression(0), *inputs[0]);
  }

  bool passes_batches() const override { return true; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    return make_project(std::move(inputs[0]), expression(0));
  }

 private:
  bool asks_functions_ = false;
};

}  // namespace

const Tool& pproject_tool() {
  static const StageKind kKind{.text = {"pproject", "'EXPR [as NAME], ...' [INPUT...]",
                                        "choose, rename and compute columns"},
                               .words = {"EXPR"},
                               .takes_expressions = true,
                               .make = make_stage<ProjectStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
