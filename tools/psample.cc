// psample: rows chosen at random.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/ops/sample.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr Option kFraction{'p', "fraction", "FRACTION",
                           "keep each row with this probability: above 0, at most 1, as in 0.01"};
constexpr Option kSeed{'\0', "seed", "N",
                       "choose other rows for another whole number N; 0 by default, so that the "
                       "same input gives the same rows"};

double parse_fraction(const std::string& text) {
  std::optional<double> fraction = parse_float64(text);
  if (!fraction || !(*fraction > 0 && *fraction <= 1)) {
    throw Error::usage("'" + text + "' is not a number above 0 and at most 1");
  }
  return *fraction;
}

class SampleStage : public StageOf<SampleStage> {
 public:
  SampleStage() : StageOf(psample_tool().kind) {}

  void declare(Command& command) override {
    command.add(with_help(option::kRows, "keep ROWS rows, or all if there are not more"),
                [this](const std::string& text) {
                  rows_ = parse_rows(text);
                  if (*rows_ == 0) throw Error::usage("a sample has at least 1 row");
                });
    command.add(kFraction, [this](const std::string& text) { fraction_ = parse_fraction(text); });
    command.add(kSeed, [this](const std::string& text) {
      std::optional<uint64_t> seed = parse_uint64(text);
      if (!seed) throw Error::usage("'" + text + "' is not a whole number from 0 to 2^64 - 1");
      seed_ = *seed;
    });
    add_spill_options(command, spill());
  }

  void require_valid() const override {
    if (!rows_ && !fraction_) throw Error::usage("how many rows? use -n or -p");
    if (rows_ && fraction_) throw Error::usage("-n excludes -p");
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kOther;
    // A row is chosen by its place among all rows.
    about.needs = {{{Placement::Kind::kSingle}}};
    about.keeps = {true, true, true};
    about.uses_order = true;
    about.columns.emplace();
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>&) const override {
    return ColumnUse{{{}}};
  }

  bool passes_batches() const override { return fraction_.has_value(); }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    if (fraction_) return make_fraction_sample(std::move(inputs[0]), *fraction_, seed_);
    return make_reservoir_sample(std::move(inputs[0]), *rows_, seed_, spill());
  }

 private:
  std::optional<int64_t> rows_;
  std::optional<double> fraction_;
  uint64_t seed_ = 0;
};

}  // namespace

const Tool& psample_tool() {
  static const StageKind kKind{.text = {"psample", "-n ROWS|-p FRACTION [--seed N] [INPUT...]",
                                        "keep rows chosen at random"},
                               .make = make_stage<SampleStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
