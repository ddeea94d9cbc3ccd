// pexchange: moves rows between processes that run side by side; alone it passes them through.
#include <optional>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/net/exchange_options.h"
#include "tools/programs/exchange_runs.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

class ExchangeStage : public StageOf<ExchangeStage> {
 public:
  ExchangeStage() : StageOf(pexchange_tool().kind) {}

  const ExchangeOptions& options() const { return options_; }

  void declare(Command& command) override {
    add_exchange_options(command, options_);
    add_spill_options(command, spill());
  }
  bool reads_nothing() const override {
    const ExchangeEnd end = end_of(options_);
    return end == ExchangeEnd::kReceive || end == ExchangeEnd::kRead ||
           end == ExchangeEnd::kServe || options_.makes_keys;
  }
  void require_valid() const override {
    require_one_end(options_);
    const bool reads_input = !options_.receivers.empty();
    if (!reads_input || options_.keys_file != "-") return;
    for (const StageInput& input : inputs()) {
      if (input.file == "-") throw Error::usage("--keys and the input are both standard input");
    }
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kExchange;
    about.needs = {{{}}};
    about.keeps = {true, false, true};
    if (options_.merge) about.order = options_.keys;
    about.columns = names_of(options_.keys);
    about.exchange = WrittenExchange{first_route(options_), options_.keys, options_.merge};
    return about;
  }

  std::optional<ColumnUse> columns_used(const std::vector<SchemaPtr>&) const override {
    return use_of(names_of(options_.keys));
  }

  bool passes_batches() const override { return true; }

  // What would fail with many workers fails with one.
  OperatorPtr make(std::vector<OperatorPtr> inputs) const override {
    if (auto how = route_of(options_)) require_partition_keys(*how, *inputs[0]->schema());
    return std::move(inputs[0]);
  }

 private:
  ExchangeOptions options_;
};

int run(StageRun& tool) {
  return run_exchange(tool, static_cast<const ExchangeStage&>(tool.stage()).options());
}

}  // namespace

const Tool& pexchange_tool() {
  static const StageKind kKind{
      .text = {"pexchange",
               "[--hash] [--range] [--round-robin] [--broadcast] [--single] [--grid RxC] [-k KEYS] "
               "[--send ENDPOINTS] [--receive ENDPOINT] [--senders M] [--write FOLDER] "
               "[--partitions N] [--read LIST] [--as-is] [--serve FOLDER] [--endpoint ENDPOINT] "
               "[--merge] "
               "[--in-turn] [--keys FILE] [INPUT...]",
               "move rows between processes"},
      .make = make_stage<ExchangeStage>};
  static const Tool kTool{kKind, run};
  return kTool;
}

}  // namespace penstock
