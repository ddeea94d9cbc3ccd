// pfill: values in the place of nulls.
#include <optional>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/ops/fill.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

using From = FillOptions::From;

constexpr Option kDown{'\0', "down", "",
                       "take the last value before the null, which is what is done by default"};
constexpr Option kUp{'\0', "up", "",
                     "take the next value behind the null; all input is read first"};
constexpr Option kValue{'\0', "value", "TEXT",
                        "take TEXT, read as a value of the column's type, for every null"};

class FillStage : public StageOf<FillStage> {
 public:
  FillStage() : StageOf(pfill_tool().kind) {}

  void declare(Command& command) override {
    command.add(with_help(option::kColumns,
                          "fill only these columns: names, ranges as in a..d, patterns as in x_*, "
                          "and !NAME for all but NAME; by default all columns but the keys"),
                [this](const std::string& text) { fill_.columns = ColumnList::parse(text); });
    command.add(with_help(option::kKey, "take values only from rows with equal KEYS"),
                [this](const std::string& text) { fill_.keys = parse_key_names(text); });
    command.add(kDown, down_);
    command.add(kUp, up_);
    command.add(kValue, [this](const std::string& text) { value_ = text; });
    add_spill_options(command, spill());
  }

  void require_valid() const override {
    if (down_ && up_) throw Error::usage("--down excludes --up");
    if (!value_) return;
    if (down_ || up_) throw Error::usage("--value excludes --down and --up");
    if (!fill_.keys.empty()) throw Error::usage("--value excludes -k");
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kOther;
    about.needs = {{{value_ ? Placement::Kind::kAny : Placement::Kind::kSingle}}};
    about.keeps.order = true;
    about.uses_order = !value_;
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>& inputs) const override {
    return use_of(inputs[0]->names());
  }

  bool passes_batches() const override { return !up_; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    FillOptions options = fill_;
    options.spill = spill();
    if (up_) options.from = From::kBehind;
    if (value_) {
      options.from = From::kText;
      options.text = *value_;
    }
    return make_fill(std::move(inputs[0]), options);
  }

 private:
  FillOptions fill_;
  bool down_ = false;
  bool up_ = false;
  std::optional<std::string> value_;
};

}  // namespace

const Tool& pfill_tool() {
  static const StageKind kKind{
      .text = {"pfill", "[-c COLS] [-k KEYS] [--down|--up|--value TEXT] [INPUT...]",
               "fill nulls from the rows before, or with a value"},
      .make = make_stage<FillStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
