// pdiff: what differs between two inputs.
#include <memory>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/cli/program.h"
#include "libcore/ops/diff.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr Option kMultiset{'\0', "multiset", "",
                           "keys may come several times; rows are compared as a whole"};
constexpr Option kOrdered{'\0', "ordered", "",
                          "compare the first row with the first, and so on, instead of rows with "
                          "equal keys"};
constexpr Option kTolerance{'\0', "tolerance", "NUMBER",
                            "numbers that are at most NUMBER apart are equal"};

// As diff has them.
constexpr int kDiffer = 1;
constexpr int kTrouble = 2;

class DiffStage : public StageOf<DiffStage> {
 public:
  DiffStage() : StageOf(pdiff_tool().kind) {}

  bool differs() const { return *diff_.differs; }

  void declare(Command& command) override {
    command.add(with_help(option::kKey,
                          "compare rows that have the same values in these columns; without keys, "
                          "rows are compared as a whole"),
                [this](const std::string& text) { diff_.keys = parse_key_names(text); });
    command.add(kMultiset, diff_.multiset);
    command.add(kOrdered, diff_.ordered);
    command.add(kTolerance, [this](const std::string& text) {
      auto tolerance = parse_float64(text);
      if (!tolerance || !(*tolerance >= 0)) {
        throw Error::usage("'" + text + "' is not a number from 0 on");
      }
      diff_.tolerance = *tolerance;
    });
    add_spill_options(command, spill());
  }

  void require_valid() const override {
    if (diff_.ordered && !diff_.keys.empty()) {
      throw Error::usage("--ordered excludes --key");
    }
    if (diff_.ordered && diff_.multiset) throw Error::usage("--ordered excludes --multiset");
    const bool pairs_rows = diff_.ordered || (!diff_.keys.empty() && !diff_.multiset);
    if (diff_.tolerance > 0 && !pairs_rows) {
      throw Error::usage("--tolerance needs rows that belong together, by --key or --ordered");
    }
  }

  // All columns are used.
  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kOther;
    about.needs = {{{Placement::Kind::kSingle}, {Placement::Kind::kSingle}}};
    about.uses_order = true;
    return about;
  }

  bool passes_batches() const override { return false; }

  OperatorPtr make(std::vector<OperatorPtr> operators) const override {
    DiffOptions options = diff_;
    options.left = name_of_input(0);
    options.right = name_of_input(1);
    options.spill = spill();
    return make_diff(std::move(operators[0]), std::move(operators[1]), options);
  }

 private:
  std::string name_of_input(size_t i) const {
    if (i < inputs().size() && !inputs()[i].file.empty() && !inputs()[i].is_standard_input())
      return inputs()[i].file;
    return i == 0 ? "the left input" : "the right input";
  }

  DiffOptions diff_{.differs = std::make_shared<bool>(false)};
};

int run_diff(StageRun& run) {
  try {
    run.run_operator();
  } catch (const Error& error) {
    // A wrong command line has this status already; a flow has statuses of its own.
    if (error.kind() == Error::Kind::kUsage || run.is_watched()) throw;
    print_error(pdiff_tool().kind.text.name, error);
    return kTrouble;
  }
  const bool differs = static_cast<const DiffStage&>(run.stage()).differs();
  return differs && !run.is_watched() ? kDiffer : 0;
}

}  // namespace

const Tool& pdiff_tool() {
  static const StageKind kKind{
      .text = {"pdiff",
               "[-k KEYS] [--multiset|--ordered] [--tolerance NUMBER] [-S SIZE] [-T DIR] [LEFT] "
               "RIGHT",
               "list the differences of two inputs"},
      .min_inputs = 1,
      .max_inputs = 2,
      .reads_as_one = false,
      .make = make_stage<DiffStage>};
  static const Tool kTool{kKind, run_diff};
  return kTool;
}

}  // namespace penstock
