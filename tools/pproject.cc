// pproject: computed columns.
#include <utility>

#include "libcore/ops/project.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

class ProjectStage : public StageOf<ProjectStage> {
 public:
  ProjectStage() : StageOf(pproject_tool().kind) {}

  void declare(Command&) override {}

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
    return columns_in(word(0), *inputs[0]);
  }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    return make_project(std::move(inputs[0]), word(0));
  }
};

}  // namespace

const Tool& pproject_tool() {
  static const StageKind kKind{
      .text = {"pproject", "'EXPR [as NAME], ...' [INPUT]", "choose, rename and compute columns"},
      .words = {"EXPR"},
      .make = make_stage<ProjectStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
