// puniq: distinct rows, or the first row of each key.
#include <memory>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/ops/uniq.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

using Only = UniqOptions::Only;

constexpr Option kCount{
    .letter = '\0',
    .name = "count",
    .value = "NAME",
    .help = "write how often each row or key came as a last column, count or NAME",
    .value_alone = "count"};
constexpr Option kOnlyRepeated{'\0', "only-repeated", "",
                               "write only rows or keys that came more than once"};
constexpr Option kOnlyUnique{'\0', "only-unique", "", "write only rows or keys that came once"};
constexpr Option kCounted{'\0', "counted", "NAME",
                          "a row of the input stands for as many rows as its column NAME has, as "
                          "--count=NAME writes it; the column is not compared and not written",
                          Complete::kColumn};

// The name of the counts between two halves, which no column of an input is likely to have.
constexpr const char* kBetween = "#rows";

class UniqStage : public StageOf<UniqStage> {
 public:
  UniqStage() : StageOf(puniq_tool().kind) {}

  void declare(Command& command) override {
    command.add(with_help(option::kKey,
                          "write the first row of each key; without keys rows are equal when all "
                          "of their columns are"),
                [this](const std::string& text) {
                  key_text_ = text;
                  uniq_.keys = parse_key_names(text);
                });
    command.add(kCount, [this](const std::string& text) {
      if (text.empty()) throw Error::usage("the name of the column is missing");
      uniq_.count = text;
    });
    command.add(kOnlyRepeated, repeated_);
    command.add(kOnlyUnique, unique_);
    command.add(kCounted, [this](const std::string& text) { uniq_.counted = text; });
    add_spill_options(command, spill());
  }

  void require_valid() const override {
    if (repeated_ && unique_) throw Error::usage("--only-repeated excludes --only-unique");
    if (!uniq_.counted.empty() && !counts()) {
      throw Error::usage("--counted needs --count, --only-repeated or --only-unique");
    }
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kOther;
    Placement placement{Placement::Kind::kSingle};
    if (!uniq_.keys.empty()) placement = {Placement::Kind::kHash, uniq_.keys};
    about.needs = {{placement}};
    about.keeps = {true, true, uniq_.counted.empty()};
    // Which of equal rows comes out is seen, so all halves get their rows in order.
    if (uniq_.counted.empty()) {
      about.split = Split{.local = make_half(true), .final = make_half(false), .in_turn = true};
    }
    if (!uniq_.keys.empty()) {
      about.columns = uniq_.keys;
      if (!uniq_.counted.empty()) about.columns->push_back(uniq_.counted);
    }
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>& inputs) const override {
    if (uniq_.keys.empty()) return use_of(inputs[0]->names());
    ColumnUse use = use_of(uniq_.keys);
    if (!uniq_.counted.empty()) use.inputs[0].insert(uniq_.counted);
    return use;
  }

  bool passes_batches() const override { return false; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    UniqOptions options = uniq_;
    options.only = repeated_ ? Only::kRepeated : unique_ ? Only::kUnique : Only::kAll;
    options.spill = spill();
    return make_uniq(std::move(inputs[0]), options);
  }

 private:
  bool counts() const { return !uniq_.count.empty() || repeated_ || unique_; }

  // Where rows are counted, the stage before the exchange counts its own for the one behind it.
  StagePtr make_half(bool is_local) const {
    auto half = std::make_shared<UniqStage>();
    half->read_from_pipe();
    std::vector<GivenOption> given;
    auto give = [&](const Option& option, std::optional<std::string> value) {
      given.push_back({OptionGroup::kOperation, option, std::move(value), option.letter != '\0'});
    };
    half->uniq_.keys = uniq_.keys;
    half->key_text_ = key_text_;
    if (!uniq_.keys.empty()) give(option::kKey, key_text_);
    if (is_local && counts()) {
      half->uniq_.count = kBetween;
      give(kCount, kBetween);
    } else if (counts()) {
      half->uniq_.count = uniq_.count;
      half->uniq_.counted = kBetween;
      half->repeated_ = repeated_;
      half->unique_ = unique_;
      if (!uniq_.count.empty()) give(kCount, uniq_.count);
      if (repeated_) give(kOnlyRepeated, std::nullopt);
      if (unique_) give(kOnlyUnique, std::nullopt);
      give(kCounted, kBetween);
    }
    half->set_given(std::move(given));
    return half;
  }

  std::string key_text_;
  UniqOptions uniq_;
  bool repeated_ = false;
  bool unique_ = false;
};

}  // namespace

const Tool& puniq_tool() {
  static const StageKind kKind{
      .text = {"puniq", "[-k KEYS] [--count] [--only-repeated|--only-unique] [INPUT...]",
               "keep distinct rows, or the first row of each key"},
      .make = make_stage<UniqStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
