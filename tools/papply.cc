// papply: rows through a command.
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libcore/cli/program.h"
#include "libcore/ops/apply/apply.h"
#include "libcore/stage/command_form.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr Option kKeep{'\0', "keep", "COLS",
                       "do not give the command these columns, and put them in front of its "
                       "answers; it must answer each row with one",
                       Complete::kColumns};
constexpr Option kPerBatch{'\0', "per-batch", "", "run the command again for each batch of rows"};

class ApplyStage : public StageOf<ApplyStage> {
 public:
  ApplyStage() : StageOf(papply_tool().kind) {}

  void declare(Command& command) override {
    command.add(kKeep, [this](const std::string& text) { keep_ = ColumnList::parse(text); });
    command.add(kPerBatch, per_batch_);
    add_spill_options(command, spill());
    form_.add_options(command);
  }

  void require_valid() const override { form_.require_valid(words()); }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kApply;
    // Where types are inferred, each worker would infer its own.
    const Placement::Kind where =
        form_.answers_alike() ? Placement::Kind::kAny : Placement::Kind::kSingle;
    about.needs = {{{where}}};
    about.keeps.order = true;
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>& inputs) const override {
    return use_of(inputs[0]->names());
  }

  bool passes_batches() const override { return false; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    ApplyOptions options = form_.options(words());
    options.keep = keep_;
    options.per_batch = per_batch_;
    options.spill = spill();
    options.say = [](std::string_view line) { print_note(papply_tool().kind.text.name, line); };
    return make_apply(std::move(inputs[0]), std::move(options));
  }

 private:
  std::optional<ColumnList> keep_;
  bool per_batch_ = false;
  CommandForm form_;
};

}  // namespace

const Tool& papply_tool() {
  static const StageKind kKind{
      .text = {"papply", "[-t FORMAT] [-f FORMAT] [--types SPEC] -- COMMAND...",
               "run a command over rows"},
      .runs_command = true,
      .make = make_stage<ApplyStage>};
  static const Tool kTool{kKind};
  return kTool;
}

}  // namespace penstock
