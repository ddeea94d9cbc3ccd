// pfilter: the rows for which a condition holds.
#include <utility>

#include "libcore/ops/filter.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

class FilterStage : public StageOf<FilterStage> {
 public:
  FilterStage() : StageOf(pfilter_tool().kind) {}

  void declare(Command&) override {}

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kFilter;
    about.needs = {{{}}};
    about.keeps = {true, true, true};
    about.columns.emplace();
    about.expressions = {word(0)};
    about.condition = expression(0);
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>& inputs) const override {
    return columns_in(expression(0), *inputs[0]);
  }

  bool passes_batches() const override { return true; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    return make_filter(std::move(inputs[0]), expression(0));
  }
};

}  // namespace

const Tool& pfilter_tool() {
  static const StageKind kKind{
      .text = {"pfilter", "EXPR [INPUT...]", "keep the rows for which a condition holds"},
      .words = {"EXPR"},
      .takes_expressions = true,
      .make = make_stage<FilterStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
