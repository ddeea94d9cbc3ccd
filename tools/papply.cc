// papply: rows through a command.
#include <string>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/cli/program.h"
#include "libcore/ops/apply/apply.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr Option kKeep{'\0', "keep", "COLS",
                       "do not give the command these columns, and put them in front of its "
                       "answers; it must answer each row with one",
                       Complete::kColumns};
constexpr Option kPerBatch{'\0', "per-batch", "", "run the command again for each batch of rows"};

// The columns of the answers are known before the command runs, or are its own whatever its rows.
bool is_same_for_all(const ScanOptions& from) {
  return from.from == Format::kArrow || declared_answers(from) != nullptr;
}

class ApplyStage : public StageOf<ApplyStage> {
 public:
  ApplyStage() : StageOf(papply_tool().kind) {}

  void declare(Command& command) override {
    command.add(kKeep, [this](const std::string& text) { keep_ = ColumnList::parse(text); });
    command.add(kPerBatch, per_batch_);
    add_spill_options(command, spill());
    from_.add_text_options(command);
    to_.add_options(command, false);
  }

  void require_valid() const override {
    if (words().empty()) throw Error::usage("COMMAND is missing");
    if (words()[0].empty()) throw Error::usage("the name of the command is empty");
    const Format format = format_to();
    if (is_for_people(format)) {
      throw Error::usage("--to: " + std::string(name_of(format)) +
                         " is for people; a command gets csv, tsv, ndjson, lines or arrow");
    }
    (void)to_.text(format);
    (void)scan_options();
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kApply;
    // Where types are inferred, each worker would infer its own.
    const Placement::Kind where =
        is_same_for_all(scan_options()) ? Placement::Kind::kAny : Placement::Kind::kSingle;
    about.needs = {{{where}}};
    about.keeps.order = true;
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>& inputs) const override {
    return use_of(inputs[0]->names());
  }

  bool passes_batches() const override { return false; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    ApplyOptions options;
    options.command = words();
    options.to.format = format_to();
    options.to.text = to_.text(options.to.format);
    options.from = scan_options();
    options.keep = keep_;
    options.per_batch = per_batch_;
    options.spill = spill();
    options.say = [](std::string_view line) { print_note(papply_tool().kind.text.name, line); };
    return make_apply(std::move(inputs[0]), std::move(options));
  }

 private:
  Format format_to() const { return to_.to.value_or(Format::kCsv); }

  ScanOptions scan_options() const {
    ScanOptions from = from_.options(1);
    const bool has_form = from.from || !from.text.widths.empty();
    if (!has_form) from.from = from.pattern ? Format::kLines : format_to_read(format_to());
    return from;
  }

  std::optional<ColumnList> keep_;
  bool per_batch_ = false;
  Reading from_;
  Writing to_;
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
