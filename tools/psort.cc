// psort: sorts rows by keys; with -n the first of what would be sorted, or of each group of it.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/ops/sort/top_by_group.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr Option kPer{'\0', "per", "KEYS",
                      "with -n: the first ROWS rows of each group of rows with equal KEYS",
                      Complete::kColumns};

class SortStage : public StageOf<SortStage> {
 public:
  SortStage() : StageOf(psort_tool().kind) {}
  explicit SortStage(std::vector<SortKey> keys) : SortStage() {
    sort_.keys = std::move(keys);
    read_from_pipe();
    set_given({{OptionGroup::kOperation, option::kKey, to_string(sort_.keys), true}});
  }

  void declare(Command& command) override {
    command.add(with_help(option::kSortKey,
                          "sort by NAME[:asc|:desc][:nulls-first|:nulls-last],...; may be left out "
                          "with -f lines"),
                [this](const std::string& text) { sort_.keys = parse_sort_keys(text); });
    command.add(with_help(option::kRows, "write only the first ROWS rows of the sorted output"),
                [this](const std::string& text) { sort_.limit = parse_rows(text); });
    command.add(kPer, [this](const std::string& text) { per_ = parse_key_names(text); });
    add_spill_options(command, spill());
  }

  void require_valid() const override {
    if (keys().empty()) throw Error::usage("no keys; use -k");
    if (!per_.empty() && !sort_.limit) throw Error::usage("--per: how many rows? use -n");
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kSort;
    about.needs = {{{Placement::Kind::kSingle}}};
    about.keeps.columns = true;
    about.order = keys();
    if (!about.order.empty()) about.split = split();
    about.columns = columns();
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>&) const override {
    return use_of(columns());
  }

  bool passes_batches() const override { return false; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    SortOptions sort = sort_;
    sort.keys = keys();
    sort.spill = spill();
    if (!per_.empty()) return make_group_top(std::move(inputs[0]), sort, per_);
    return make_sort(std::move(inputs[0]), sort);
  }

 private:
  // Lines have one column.
  std::vector<SortKey> keys() const {
    bool are_lines = sort_.keys.empty() && reading().scan.from == Format::kLines;
    return are_lines ? std::vector<SortKey>{{"line", false, false}} : sort_.keys;
  }

  std::vector<std::string> columns() const {
    std::vector<std::string> names = names_of(keys());
    for (const std::string& key : per_) {
      if (std::find(names.begin(), names.end(), key) == names.end()) names.push_back(key);
    }
    return names;
  }

  Split split() const {
    auto local = std::make_shared<SortStage>(keys());
    local->sort_.limit = sort_.limit;
    local->per_ = per_;
    std::vector<GivenOption> given = local->given(OptionGroup::kOperation);
    Split split{.local = local, .merge = keys()};
    if (sort_.limit) {
      given.push_back({OptionGroup::kOperation, option::kRows, std::to_string(*sort_.limit), true});
      split.final = make_head_stage(*sort_.limit, per_);
    }
    if (!per_.empty()) {
      std::vector<SortKey> per;
      for (const std::string& key : per_)
        per.push_back({key, false, false});
      given.push_back({OptionGroup::kOperation, kPer, to_string(per), false});
    }
    local->set_given(std::move(given));
    return split;
  }

  SortOptions sort_;
  std::vector<std::string> per_;
};

}  // namespace

const Tool& psort_tool() {
  static const StageKind kKind{
      .text = {"psort", "-k KEYS [-n ROWS] [--per KEYS] [-S SIZE] [-T DIR] [INPUT...]",
               "sort rows by keys"},
      .make = make_stage<SortStage>};
  static const Tool kTool{kKind};
  return kTool;
}

StagePtr make_sort_stage(std::vector<SortKey> keys) {
  return std::make_shared<const SortStage>(std::move(keys));
}

}  // namespace penstock
