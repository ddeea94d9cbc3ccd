// ptail: the last rows.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/ops/tail.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

class TailStage : public StageOf<TailStage> {
 public:
  TailStage() : StageOf(ptail_tool().kind) {}
  // One by itself, of a pipe's rows.
  explicit TailStage(int64_t rows) : StageOf(ptail_tool().kind), rows_(rows) {
    read_from_pipe();
    set_given({{OptionGroup::kOperation, option::kRows, std::to_string(rows), true}});
  }

  void declare(Command& command) override {
    command.add(option::kRows, [this](const std::string& text) { rows_ = parse_rows(text); });
    add_spill_options(command, spill());
  }

  void require_valid() const override {
    if (!rows_) throw Error::usage("how many rows? use -n");
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kOther;
    about.needs = {{{Placement::Kind::kSingle}}};
    about.keeps = {true, true, true};
    if (rows_) {
      StagePtr half = std::make_shared<const TailStage>(*rows_);
      about.split = Split{.local = half, .final = half, .in_turn = true};
    }
    about.columns.emplace();
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>&) const override {
    return ColumnUse{{{}}};
  }

  bool passes_batches() const override { return false; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    return make_tail(std::move(inputs[0]), *rows_, spill());
  }

 private:
  std::optional<int64_t> rows_;
};

}  // namespace

const Tool& ptail_tool() {
  static const StageKind kKind{.text = {"ptail", "-n ROWS [INPUT...]", "keep the last rows"},
                               .make = make_stage<TailStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
