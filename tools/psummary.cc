// psummary: what the columns have, a row each.
#include <memory>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/ops/summary/summary.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr Option kPartial{'\0', "partial", "",
                          "write the states of the columns, for --final to combine"};
constexpr Option kFinal{'\0', "final", "", "combine the states that --partial wrote"};

class SummaryStage : public StageOf<SummaryStage> {
 public:
  SummaryStage() : StageOf(psummary_tool().kind) {}

  void declare(Command& command) override {
    command.add(with_help(option::kColumns,
                          "summarize only these columns, in this order: names, ranges as in a..d, "
                          "patterns as in x_*, and !NAME for all but NAME"),
                [this](const std::string& text) { summary_.columns = ColumnList::parse(text); });
    command.add(kPartial, summary_.partial);
    command.add(kFinal, summary_.final);
  }

  void require_valid() const override {
    if (summary_.partial && summary_.final) throw Error::usage("--partial excludes --final");
    if (summary_.columns && summary_.final) throw Error::usage("-c belongs to --partial");
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kOther;
    about.needs = {{{summary_.partial ? Placement::Kind::kAny : Placement::Kind::kSingle}}};
    about.gives_states = summary_.partial;
    if (!summary_.partial && !summary_.final) {
      about.split = Split{.local = make_half(true), .final = make_half(false)};
    }
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>& inputs) const override {
    const std::vector<std::string> all = inputs[0]->names();
    try {
      return use_of(summary_.columns ? summary_.columns->choose(all) : all);
    } catch (const Error&) {
      // The stage will say what is wrong with its list.
      return std::nullopt;
    }
  }

  bool passes_batches() const override { return false; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    return make_summary(std::move(inputs[0]), summary_);
  }

 private:
  // The stage before the exchange, or the one behind it.
  StagePtr make_half(bool is_partial) const {
    auto half = std::make_shared<SummaryStage>();
    half->summary_.partial = is_partial;
    half->summary_.final = !is_partial;
    half->read_from_pipe();
    std::vector<GivenOption> given{
        {OptionGroup::kOperation, is_partial ? kPartial : kFinal, std::nullopt}};
    if (is_partial && summary_.columns) {
      half->summary_.columns = summary_.columns;
      given.push_back(
          {OptionGroup::kOperation, option::kColumns, summary_.columns->to_string(), true});
    }
    half->set_given(std::move(given));
    return half;
  }

  SummaryOptions summary_;
};

}  // namespace

const Tool& psummary_tool() {
  static const StageKind kKind{.text = {"psummary", "[-c COLS] [--partial] [--final] [INPUT...]",
                                        "describe each column in a row"},
                               .make = make_stage<SummaryStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
