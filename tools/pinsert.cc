// pinsert: adds rows to a table.
#include <utility>
#include <vector>

#include "libcore/ops/head.h"
#include "libcore/table/change/change_options.h"
#include "tools/programs/stages.h"
#include "tools/programs/table_runs.h"

namespace penstock {
namespace {

constexpr Option kCreate{'\0', "create", "",
                         "make the table, without partitions, when it is not there"};
constexpr Option kAddColumns{
    '\0', "add-columns", "",
    "add columns that only the input has to the table, behind all others, and make those null that "
    "the input lacks"};

// All columns are used: they are written.
class InsertStage : public StageOf<InsertStage> {
 public:
  InsertStage() : StageOf(pinsert_tool().kind) {}

  const Insertion& insertion() const { return insertion_; }

  void declare(Command& command) override {
    command.add(kCreate, insertion_.creates);
    command.add(kAddColumns, insertion_.adds_columns);
    add_change_options(command, insertion_);
    add_spill_options(command, spill());
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kPartition;
    about.needs = {{{Placement::Kind::kSingle}}};
    return about;
  }

  bool passes_batches() const override { return false; }

  // Its process writes the rows to the table; as an operator it gives none.
  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    return make_head(std::move(inputs[0]), 0);
  }

 private:
  Insertion insertion_;
};

int run_insert(StageRun& run) {
  return insert_into_table(run, static_cast<const InsertStage&>(run.stage()).insertion());
}

}  // namespace

const Tool& pinsert_tool() {
  static const StageKind kKind{
      .text = {"pinsert",
               "[--create] [--add-columns] [--retries N] [-S SIZE] [-T DIR] TABLE [INPUT...]",
               "add rows to a table"},
      .words = {"TABLE"},
      .writes_operands = true,
      .make = make_stage<InsertStage>};
  static const Tool kTool{kKind, run_insert};
  return kTool;
}

}  // namespace penstock
