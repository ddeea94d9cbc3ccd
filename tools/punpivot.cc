// punpivot: columns as rows.
#include <optional>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/ops/unpivot.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr Option kName{'\0', "name", "NAME", "the column of the columns' names; by default name"};
constexpr Option kValue{'\0', "value", "NAME",
                        "the column of the columns' values; by default value"};
constexpr Option kDropNulls{'\0', "drop-nulls", "", "leave out the rows whose value is null"};

class UnpivotStage : public StageOf<UnpivotStage> {
 public:
  UnpivotStage() : StageOf(punpivot_tool().kind) {}

  void declare(Command& command) override {
    command.add(with_help(option::kColumns,
                          "the columns that become rows: names, ranges as in a..d, patterns as in "
                          "x_*, and !NAME for all but NAME"),
                [this](const std::string& text) { columns_ = ColumnList::parse(text); });
    command.add(kName, [this](const std::string& text) { name_ = text; });
    command.add(kValue, [this](const std::string& text) { value_ = text; });
    command.add(kDropNulls, drop_nulls_);
  }

  void require_valid() const override {
    if (!columns_) throw Error::usage("which columns become rows? use -c");
    if (name_ == value_) throw Error::usage("--name and --value are the same");
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kOther;
    about.needs = {{{Placement::Kind::kAny}}};
    about.keeps.order = true;
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>& inputs) const override {
    return use_of(inputs[0]->names());
  }

  bool passes_batches() const override { return true; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    return make_unpivot(std::move(inputs[0]), {*columns_, name_, value_, drop_nulls_});
  }

 private:
  std::optional<ColumnList> columns_;
  std::string name_ = "name";
  std::string value_ = "value";
  bool drop_nulls_ = false;
};

}  // namespace

const Tool& punpivot_tool() {
  static const StageKind kKind{
      .text = {"punpivot", "-c COLS [--name NAME] [--value NAME] [--drop-nulls] [INPUT...]",
               "make rows of columns, as a long table has them"},
      .make = make_stage<UnpivotStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
