// phead: the first rows.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/ops/head.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

class HeadStage : public StageOf<HeadStage> {
 public:
  HeadStage() : StageOf(phead_tool().kind) {}
  // One by itself, of a pipe's rows.
  explicit HeadStage(int64_t rows) : StageOf(phead_tool().kind), rows_(rows) {
    read_from_pipe();
    set_given({{OptionGroup::kOperation, option::kRows, std::to_string(rows), true}});
  }

  void declare(Command& command) override {
    command.add(option::kRows, [this](const std::string& text) { rows_ = parse_rows(text); });
  }

  void require_valid() const override {
    if (!rows_) throw Error::usage("how many rows? use -n");
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kHead;
    about.needs = {{{Placement::Kind::kSingle}}};
    about.keeps = {true, true, true};
    if (rows_) {
      StagePtr half = make_head_stage(*rows_);
      about.split = Split{.local = half, .final = half, .in_turn = true};
    }
    about.columns.emplace();
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>&) const override {
    return ColumnUse{{{}}};
  }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    return make_head(std::move(inputs[0]), *rows_);
  }

 private:
  std::optional<int64_t> rows_;
};

}  // namespace

const Tool& phead_tool() {
  static const StageKind kKind{.text = {"phead", "-n ROWS [INPUT]", "keep the first rows"},
                               .make = make_stage<HeadStage>};
  static const Tool kTool{kKind};
  return kTool;
}

StagePtr make_head_stage(int64_t rows) {
  return std::make_shared<const HeadStage>(rows);
}

}  // namespace penstock
