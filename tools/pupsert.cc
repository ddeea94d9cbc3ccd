// pupsert: puts rows into a table by their keys.
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/table/change/change_options.h"
#include "tools/programs/stages.h"
#include "tools/programs/table_runs.h"
#include "tools/programs/writer_stage.h"

namespace penstock {
namespace {

class UpsertStage : public WriterStage<UpsertStage> {
 public:
  UpsertStage() : WriterStage(pupsert_tool().kind) {}

  const Upsert& upsert() const { return upsert_; }

  void declare(Command& command) override {
    command.add(with_help(option::kKey, "the columns that identify a row"),
                [this](const std::string& text) { upsert_.keys = parse_key_names(text); });
    add_change_options(command, upsert_);
    add_spill_options(command, spill());
  }

  void require_valid() const override {
    if (upsert_.keys.empty()) throw Error::usage("the keys are missing; use -k");
  }

 private:
  Upsert upsert_;
};

int run_upsert(StageRun& run) {
  return upsert_into_table(run, static_cast<const UpsertStage&>(run.stage()).upsert());
}

}  // namespace

const Tool& pupsert_tool() {
  static const StageKind kKind{
      .text = {"pupsert", "-k KEYS [--retries N] [-S SIZE] [-T DIR] TABLE [INPUT...]",
               "replace rows of a table by their keys, or add them"},
      .words = {"TABLE"},
      .writes_operands = true,
      .make = make_stage<UpsertStage>};
  static const Tool kTool{kKind, run_upsert};
  return kTool;
}

}  // namespace penstock
