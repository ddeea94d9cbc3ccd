// pprint: a stream as text: a table on a terminal, CSV otherwise.
#include <utility>

#include "libcore/base/error.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr Option kPager{'\0', "pager", "",
                        "on a terminal, show the output through the program that $PAGER names, or "
                        "through less -S; tables are not cut to the terminal's width then"};

class PrintStage : public StageOf<PrintStage> {
 public:
  PrintStage() : StageOf(pprint_tool().kind) {}

  void declare(Command& command) override { command.add(kPager, pages_); }

  void require_valid() const override {
    if (!pages_ || writing().output == "-") return;
    throw Error::usage("--pager is for a terminal, but -o writes to a file");
  }

  bool pages() const { return pages_; }

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

 private:
  bool pages_ = false;
};

int run_print(StageRun& run) {
  const bool pages = static_cast<const PrintStage&>(run.stage()).pages();
  return pages ? run.run_paged() : run.run_operator();
}

}  // namespace

const Tool& pprint_tool() {
  static const StageKind kKind{.text = {"pprint", "[--pager] [-t FORMAT] [-o FILE] [INPUT...]",
                                        "write a stream as text, or as an aligned table"},
                               .default_format = Format::kCsv,
                               .make = make_stage<PrintStage>};
  static const Tool kTool{kKind, run_print};
  return kTool;
}

}  // namespace penstock
