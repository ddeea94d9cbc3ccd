// phead: the first rows, or those of each group.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/ops/group_head.h"
#include "libcore/ops/head.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

class HeadStage : public StageOf<HeadStage> {
 public:
  HeadStage() : StageOf(phead_tool().kind) {}
  // One by itself, of a pipe's rows.
  HeadStage(int64_t rows, const std::vector<std::string>& keys)
      : StageOf(phead_tool().kind), rows_(rows), keys_(keys) {
    read_from_pipe();
    std::vector<GivenOption> given;
    if (!keys.empty()) {
      std::vector<SortKey> names;
      for (const std::string& key : keys)
        names.push_back({key, false, false});
      given.push_back({OptionGroup::kOperation, option::kKey, to_string(names), true});
    }
    given.push_back({OptionGroup::kOperation, option::kRows, std::to_string(rows), true});
    set_given(std::move(given));
  }

  void declare(Command& command) override {
    command.add(with_help(option::kKey, "the first rows of each group of rows with equal KEYS"),
                [this](const std::string& text) { keys_ = parse_key_names(text); });
    command.add(option::kRows, [this](const std::string& text) { rows_ = parse_rows(text); });
    add_spill_options(command, spill());
  }

  void require_valid() const override {
    if (!rows_) throw Error::usage("how many rows? use -n");
  }

  StageTraits traits() const override {
    StageTraits about;
    // Of each group it does not end before its input.
    about.operation = keys_.empty() ? Operation::kHead : Operation::kOther;
    about.needs = {{{Placement::Kind::kSingle}}};
    about.keeps = {true, true, true};
    if (rows_) {
      StagePtr half = make_head_stage(*rows_, keys_);
      about.split = Split{.local = half, .final = half, .in_turn = true};
    }
    about.columns = keys_;
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>&) const override {
    return use_of(keys_);
  }

  bool passes_batches() const override { return keys_.empty(); }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    if (keys_.empty()) return make_head(std::move(inputs[0]), *rows_);
    return make_group_head(std::move(inputs[0]), keys_, *rows_, spill());
  }

 private:
  std::optional<int64_t> rows_;
  std::vector<std::string> keys_;
};

}  // namespace

const Tool& phead_tool() {
  static const StageKind kKind{
      .text = {"phead", "[-k KEYS] -n ROWS [INPUT...]", "keep the first rows"},
      .make = make_stage<HeadStage>};
  static const Tool kTool{kKind};
  return kTool;
}

StagePtr make_head_stage(int64_t rows, const std::vector<std::string>& keys) {
  return std::make_shared<const HeadStage>(rows, keys);
}

}  // namespace penstock
