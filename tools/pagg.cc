// pagg: grouping and aggregation.
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/expr/expression.h"
#include "libcore/expr/window/list.h"
#include "libcore/ops/aggregate/aggregate.h"
#include "libcore/ops/aggregate/window.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr Option kSorted{'\0', "sorted", "",
                         "the input is sorted by the keys, as by psort -k KEYS: write each group "
                         "when it ends; a row out of order is an error"};
constexpr Option kPartial{'\0', "partial", "",
                          "write the state of each group, for --final to combine"};
constexpr Option kFinal{'\0', "final", "",
                        "combine the states that --partial wrote, with the same aggregates and the "
                        "same keys or some of them"};
constexpr Option kWindow{'\0', "window", "",
                         "write every row, followed by the aggregates of its group or of its "
                         "window, over (...), instead "
                         "of each group"};

class AggregateStage : public StageOf<AggregateStage> {
 public:
  AggregateStage() : StageOf(pagg_tool().kind) {}

  void declare(Command& command) override {
    command.add(with_help(option::kKey,
                          "the columns that make a group; without them all rows are one group"),
                [this](const std::string& text) {
                  key_text_ = text;
                  keys_ = parse_key_names(text);
                });
    command.add(kSorted, options_.sorted);
    add_spill_options(command, spill());
    command.add(kPartial, options_.partial);
    command.add(kFinal, options_.final);
    command.add(kWindow, window_);
  }

  void require_valid() const override {
    bool other = options_.partial || options_.final || options_.sorted;
    if (window_ && other) throw Error::usage("--window excludes --partial, --final and --sorted");
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kAggregate;
    WindowTraits windows;
    if (window_ && !word(0).empty()) windows = traits_of_windows(expression(0), keys_);
    const std::vector<std::string>& together = windows.needs_rows ? windows.common_keys : keys_;
    Placement placement{Placement::Kind::kSingle};
    if (!together.empty()) placement = {Placement::Kind::kHash, together};
    if (options_.partial) placement = {};
    about.needs = {{placement}};
    about.finds_keys = windows.needs_rows;
    // States of groups stand in the order of their first rows: from the parts of an input, one part
    // after the other, they are put together as if they were its rows.
    about.keeps = {options_.partial, !together.empty(), window_};
    about.gives_states = options_.partial;
    AggregateTraits aggregates;
    if (windows.needs_rows) {
      aggregates.depends_on_order = windows.depends_on_order;
    } else if (!word(0).empty()) {
      aggregates = traits_of_aggregates(expression(0));
    }
    about.uses_order = aggregates.depends_on_order || options_.sorted;
    if (!options_.partial && !window_) about.group_keys = keys_;
    if (!options_.final) {
      about.columns = keys_;
      about.expressions = {word(0)};
    }
    bool splits = !window_ && !options_.partial && !options_.final && !options_.sorted &&
                  !word(0).empty() && !aggregates.holistic;
    if (splits) {
      about.split = Split{.local = make_half(true), .final = make_half(false)};
      about.split->in_turn = aggregates.depends_on_order;
    }
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>& inputs) const override {
    if (options_.final) return std::nullopt;
    const Schema& input = *inputs[0];
    std::optional<ColumnUse> use = columns_in(expression(0), input);
    try {
      if (use && window_ && traits_of_windows(expression(0), keys_).needs_rows)
        use->together = bind_windows(expression(0), input, keys_).common_columns;
      for (const std::string& key : use ? keys_ : std::vector<std::string>())
        use->inputs[0].insert(input[input.index_of(key)].name);
    } catch (const Error&) {
      return std::nullopt;
    }
    return use;
  }
  bool makes_used_columns_only() const override { return !window_ && !options_.final; }

  bool passes_batches() const override { return false; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    if (window_) return make_window(std::move(inputs[0]), keys_, expression(0), spill());
    AggregateOptions options = options_;
    options.spill = spill();
    return make_aggregate(std::move(inputs[0]), keys_, expression(0), options);
  }

 private:
  // The stage before the exchange, or the one behind it.
  StagePtr make_half(bool is_partial) const {
    auto half = std::make_shared<AggregateStage>();
    half->options_.partial = is_partial;
    half->options_.final = !is_partial;
    half->keys_ = keys_;
    half->key_text_ = key_text_;
    half->set_words({word(0)});
    half->set_parameters(parameters());
    half->read_from_pipe();
    std::vector<GivenOption> given{
        {OptionGroup::kOperation, is_partial ? kPartial : kFinal, std::nullopt}};
    if (!keys_.empty()) given.push_back({OptionGroup::kOperation, option::kKey, key_text_, true});
    half->set_given(std::move(given));
    return half;
  }

  std::string key_text_;
  std::vector<std::string> keys_;
  AggregateOptions options_;
  bool window_ = false;
};

}  // namespace

const Tool& pagg_tool() {
  static const StageKind kKind{
      .text = {"pagg", "[-k KEYS] [--partial] [--final] 'AGG(...) [as NAME], ...' [INPUT...]",
               "group rows and aggregate each group"},
      .words = {"AGG"},
      .takes_expressions = true,
      .make = make_stage<AggregateStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
