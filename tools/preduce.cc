// preduce: rows through a command, key by key.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/cli/program.h"
#include "libcore/ops/reduce/reduce.h"
#include "libcore/stage/command_form.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr Option kOrder{'\0',
                        "order",
                        "KEYS",
                        "the order of the rows of a key: NAME[:asc|:desc][:nulls-first|"
                        ":nulls-last],...; by default that of the input",
                        Complete::kColumns,
                        "asc desc nulls-first nulls-last"};
constexpr Option kPerGroup{'\0', "per-group", "", "run the command again for each key"};
constexpr Option kCombiner{'\0', "combiner", "COMMAND",
                           "a command line for sh that may put rows together before they are moved "
                           "between workers: it gets rows as COMMAND does, and answers with rows "
                           "of the same columns in the same form"};
constexpr Option kPartial{'\0', "partial", "",
                          "write the rows as --combiner leaves them, sorted, for another preduce; "
                          "there is no COMMAND"};

class ReduceStage : public StageOf<ReduceStage> {
 public:
  ReduceStage() : StageOf(preduce_tool().kind) {}

  void declare(Command& command) override {
    command.add(with_help(option::kKey, "the columns whose equal values make a group"),
                [this](const std::string& text) { keys_ = parse_key_names(text); });
    command.add(kOrder, [this](const std::string& text) { order_ = parse_sort_keys(text); });
    command.add(kPerGroup, per_group_);
    command.add(kCombiner, [this](const std::string& text) {
      if (text.empty()) throw Error::usage("the command is empty");
      combiner_ = text;
    });
    command.add(kPartial, is_partial_);
    add_spill_options(command, spill());
    form_.add_options(command);
  }

  void require_valid() const override {
    if (keys_.empty()) throw Error::usage("no keys; use -k");
    for (const SortKey& key : order_) {
      if (std::find(keys_.begin(), keys_.end(), key.name) != keys_.end())
        throw Error::usage("--order: '" + key.name + "' is a key already, which all its rows have");
    }
    if (!is_partial_) {
      form_.require_valid(words());
      return;
    }
    if (combiner_.empty()) throw Error::usage("--partial needs --combiner");
    if (per_group_) throw Error::usage("--partial excludes --per-group");
    if (!words().empty()) throw Error::usage("--partial: no command is run but the combiner");
    form_.require_valid_form();
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kReduce;
    if (is_partial_) {
      about.needs = {{{}}};
      about.order = order();
      return about;
    }
    about.needs = {{{Placement::Kind::kSingle}}};
    // Where types are inferred, each worker would infer its own.
    const bool is_divided = !keys_.empty() && form_.answers_alike();
    if (!is_divided) return about;
    about.needs = {{{Placement::Kind::kHash, keys_}}};
    about.split = Split{.local = combiner_.empty() ? make_sort_stage(order()) : make_partial(),
                        .merge = order(),
                        .final = make_final(),
                        .shares_keys = true};
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>& inputs) const override {
    return use_of(inputs[0]->names());
  }

  bool passes_batches() const override { return false; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    ReduceOptions options{keys_, order_, per_group_, form_.options(words())};
    options.apply.spill = spill();
    options.apply.say = [](std::string_view line) {
      print_note(preduce_tool().kind.text.name, line);
    };
    if (is_partial_) return make_combined(std::move(inputs[0]), std::move(options), combiner_);
    return make_reduce(std::move(inputs[0]), std::move(options));
  }

 private:
  std::vector<SortKey> order() const { return order_of_groups({keys_, order_, false, {}}); }

  // The stage before the exchange, and the one behind it.
  StagePtr make_partial() const {
    auto half = std::make_shared<ReduceStage>(*this);
    half->is_partial_ = true;
    half->per_group_ = false;
    half->set_words({});
    half->give({{OptionGroup::kOperation, kPartial, std::nullopt},
                {OptionGroup::kOperation, kCombiner, combiner_}});
    return half;
  }
  StagePtr make_final() const {
    auto half = std::make_shared<ReduceStage>(*this);
    half->combiner_.clear();
    std::vector<GivenOption> own;
    if (per_group_) own.push_back({OptionGroup::kOperation, kPerGroup, std::nullopt});
    half->give(std::move(own));
    return half;
  }

  // Sets the options that a half has: its own, the keys, and those about the command.
  void give(std::vector<GivenOption> own) {
    std::vector<GivenOption> options = given(OptionGroup::kCommand);
    if (!order_.empty()) own.push_back({OptionGroup::kOperation, kOrder, to_string(order_)});
    const std::vector<SortKey> keys = order_of_groups({keys_, {}, false, {}});
    own.push_back({OptionGroup::kOperation, option::kKey, to_string(keys), true});
    options.insert(options.begin(), own.rbegin(), own.rend());
    set_given(std::move(options));
  }

  std::vector<std::string> keys_;
  std::vector<SortKey> order_;
  bool per_group_ = false;
  bool is_partial_ = false;
  std::string combiner_;
  CommandForm form_;
};

}  // namespace

const Tool& preduce_tool() {
  static const StageKind kKind{
      .text = {"preduce", "-k KEYS [--order KEYS] [--combiner COMMAND] -- COMMAND...",
               "run a command over rows, key by key"},
      .runs_command = true,
      .make = make_stage<ReduceStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
