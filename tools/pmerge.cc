// pmerge: several streams as one, as they come or in the order of keys.
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/ops/merge/merge.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr Option kInTurn{
    '\0', "in-turn", "",
    "write all rows of the first input, then those of the second, and so on; all inputs are read "
    "at the same time, and rows that come too early are held"};

class MergeStage : public StageOf<MergeStage> {
 public:
  MergeStage() : StageOf(pmerge_tool().kind) {}

  void declare(Command& command) override {
    command.add(with_help(option::kSortKey,
                          "the order of all inputs and of the output: "
                          "NAME[:asc|:desc][:nulls-first|:nulls-last],..."),
                [this](const std::string& text) { keys_ = parse_sort_keys(text); });
    command.add(kInTurn, in_turn_);
    add_spill_options(command, spill());
  }

  void require_valid() const override {
    if (in_turn_ && !keys_.empty()) throw Error::usage("--in-turn and --key exclude each other");
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kMerge;
    Placement::Kind kind = keys_.empty() ? Placement::Kind::kAny : Placement::Kind::kSingle;
    about.needs = {{{kind}}};
    about.keeps.columns = true;
    about.order = keys_;
    about.columns = names_of(keys_);
    return about;
  }

  bool passes_batches() const override { return keys_.empty(); }

  OperatorPtr make(std::vector<OperatorPtr> operators) const override {
    std::vector<MergeInput> merged;
    for (size_t i = 0; i < operators.size(); ++i)
      merged.push_back({inputs()[i].file, std::move(operators[i])});
    if (in_turn_) return make_merge_in_turn(std::move(merged), spill());
    return make_merge(std::move(merged), keys_);
  }

 private:
  std::vector<SortKey> keys_;
  bool in_turn_ = false;
};

}  // namespace

const Tool& pmerge_tool() {
  static const StageKind kKind{
      .text = {"pmerge", "[-k KEYS] [--in-turn] INPUT...",
               "merge inputs as they come, one after the other, or sorted ones in order"},
      .min_inputs = 1,
      .reads_as_one = false,
      .make = make_stage<MergeStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
