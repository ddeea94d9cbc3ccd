// ppivot: values of a column as columns.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/suggest.h"
#include "libcore/expr/aggregates.h"
#include "libcore/ops/pivot.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr Option kName{'\0', "name", "COL", "the column whose values become columns",
                       Complete::kColumn};
constexpr Option kValue{'\0', "value", "COL", "the column of the values that stand in them",
                        Complete::kColumn};
constexpr Option kAggregate{'\0', "agg", "AGG",
                            "combine the values of several rows with the same key and name by this "
                            "aggregate, as sum, max or count; without it they are an error"};

std::string parse_aggregate(const std::string& text) {
  if (find_aggregate(text) != nullptr) return text;
  std::vector<std::string> names;
  for (const AggregateFunction& function : aggregate_functions())
    names.emplace_back(function.name);
  throw Error::usage("'" + text + "' is not an aggregate" + did_you_mean(text, names));
}

class PivotStage : public StageOf<PivotStage> {
 public:
  PivotStage() : StageOf(ppivot_tool().kind) {}

  void declare(Command& command) override {
    command.add(with_help(option::kKey,
                          "write a row for each key; by default all columns but those of --name "
                          "and --value"),
                [this](const std::string& text) { pivot_.keys = parse_key_names(text); });
    command.add(kName, [this](const std::string& text) { pivot_.name = text; });
    command.add(kValue, [this](const std::string& text) { pivot_.value = text; });
    command.add(kAggregate,
                [this](const std::string& text) { pivot_.aggregate = parse_aggregate(text); });
    add_spill_options(command, spill());
  }

  void require_valid() const override {
    if (pivot_.name.empty()) throw Error::usage("which column names the new ones? use --name");
    if (pivot_.value.empty()) throw Error::usage("which column has the values? use --value");
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kOther;
    about.needs = {{{Placement::Kind::kSingle}}};
    about.uses_order = true;
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>& inputs) const override {
    if (pivot_.keys.empty()) return use_of(inputs[0]->names());
    ColumnUse use = use_of(pivot_.keys);
    use.inputs[0].insert({pivot_.name, pivot_.value});
    return use;
  }

  bool passes_batches() const override { return false; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    PivotOptions options = pivot_;
    options.spill = spill();
    return make_pivot(std::move(inputs[0]), options);
  }

 private:
  PivotOptions pivot_;
};

}  // namespace

const Tool& ppivot_tool() {
  static const StageKind kKind{
      .text = {"ppivot", "[-k KEYS] --name COL --value COL [--agg AGG] [INPUT...]",
               "make columns of the values of a column, as a wide table has them"},
      .make = make_stage<PivotStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
