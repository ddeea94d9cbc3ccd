// pinsert: adds rows to a table.
#include <utility>
#include <vector>

#include "libcore/table/change/change_options.h"
#include "tools/programs/stages.h"
#include "tools/programs/table_runs.h"
#include "tools/programs/writer_stage.h"

namespace penstock {
namespace {

constexpr Option kCreate{'\0', "create", "",
                         "make the table, without partitions, when it is not there"};
constexpr Option kAddColumns{
    '\0', "add-columns", "",
    "add columns that only the input has to the table, behind all others, and make those null that "
    "the input lacks"};

class InsertStage : public WriterStage<InsertStage> {
 public:
  InsertStage() : WriterStage(pinsert_tool().kind) {}

  const Insertion& insertion() const { return insertion_; }

  void declare(Command& command) override {
    command.add(kCreate, insertion_.creates);
    command.add(kAddColumns, insertion_.adds_columns);
    add_change_options(command, insertion_);
    add_spill_options(command, spill());
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
