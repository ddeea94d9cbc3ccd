// pprint: a stream as text: a table on a terminal, CSV otherwise.
#include <utility>

#include "tools/programs/stages.h"

namespace penstock {
namespace {

class PrintStage : public StageOf<PrintStage> {
 public:
  PrintStage() : StageOf(pprint_tool().kind) {}

  void declare(Command&) override {}

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kPrint;
    about.needs = {{{Placement::Kind::kSingle}}};
    about.keeps = {true, true, true};
    about.columns.emplace();
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>&) const override {
    return ColumnUse{{{}}};
  }

  bool passes_batches() const override { return true; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override { return std::move(inputs[0]); }
};

}  // namespace

const Tool& pprint_tool() {
  static const StageKind kKind{.text = {"pprint", "[-t FORMAT] [-o FILE] [INPUT...]",
                                        "write a stream as text, or as an aligned table"},
                               .default_format = Format::kCsv,
                               .make = make_stage<PrintStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
