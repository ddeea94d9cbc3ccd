// pexchange: moves rows between processes that run side by side; alone it passes them through.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/cli/counting.h"
#include "libcore/exchange_files/copy_files.h"
#include "libcore/exchange_files/file_server.h"
#include "libcore/exchange_files/read_files.h"
#include "libcore/exchange_files/write_partitions.h"
#include "libcore/net/exchange_options.h"
#include "libcore/net/exchange_run.h"
#include "libcore/net/keys.h"
#include "libcore/os/byte_sink.h"
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

const ExchangeOptions& options_of(const StageRun& run) {
  return static_cast<const ExchangeStage&>(run.stage()).options();
}

std::shared_ptr<const ExchangeKeys> keys_of(const ExchangeOptions& options) {
  if (options.keys_file.empty()) return nullptr;
  return std::make_shared<const ExchangeKeys>(read_keys(options.keys_file));
}

int receive(StageRun& tool) {
  const ExchangeOptions& options = options_of(tool);
  ReceiveOptions with;
  with.endpoint = options.endpoint;
  with.senders = *options.senders;
  with.name = options.name;
  if (options.merge) with.merge = options.keys;
  with.in_turn = options.in_turn;
  with.timeout = std::chrono::seconds(options.timeout_seconds);
  with.spill = tool.stage().spill();
  with.keys = keys_of(options);
  with.listening = static_cast<int>(options.listen_fd.value_or(-1));
  with.note = [&tool](const std::string& text) { tool.note(text); };
  int64_t spilled = run_receiver(std::move(with), options.spread, [&tool](OperatorPtr rows) {
    tool.write(tool.count_input(std::move(rows)));
  });
  tool.verbose_note(std::to_string(spilled) + " bytes were spilled");
  return 0;
}

int send(StageRun& tool) {
  const ExchangeOptions& options = options_of(tool);
  tool.refuse_output_options("with --send");
  SendRun run;
  run.send.endpoints = options.receivers;
  run.send.worker = options.worker;
  run.send.name = options.name;
  run.send.timeout = std::chrono::seconds(options.timeout_seconds);
  run.send.keys = keys_of(options);
  run.send.compress = options.compress;
  run.send.on_frame = [&tool](int64_t bytes) { tool.count_output(0, bytes); };
  run.how = *route_of(options);
  run.spread = options.spread;
  run.spill = tool.stage().spill();
  // The thread that reads the input may outlive this call.
  auto rows_sent = std::make_shared<std::atomic<int64_t>>(0);
  run.open = [&tool, rows_sent] {
    return count_rows(tool.open_all(), [&tool, rows_sent](int64_t rows) {
      *rows_sent += rows;
      tool.count_output(rows, 0);
    });
  };
  run_sender(std::move(run));
  tool.verbose_note(std::to_string(*rows_sent) + " rows sent");
  return 0;
}

int write_files(StageRun& tool) {
  const ExchangeOptions& options = options_of(tool);
  tool.refuse_output_options("with --write");
  int64_t rows = 0;
  const OperatorPtr input = count_rows(tool.open_all(), [&tool, &rows](int64_t count) {
    rows += count;
    tool.count_output(count, 0);
  });
  const std::vector<PartitionFile> files =
      write_partitions(*input, file_route_of(options), options.folder, tool.stage().spill(),
                       [&tool](int64_t bytes) { tool.count_output(0, bytes); });
  tool.end_rejects();
  tool.verbose_note(fmt::format("{} rows written to {} files", rows, files.size()));
  return 0;
}

int read_list(StageRun& tool) {
  const ExchangeOptions& options = options_of(tool);
  const std::vector<InputFile> files = read_input_list(options.file_list);
  FetchOptions fetch;
  fetch.keys = keys_of(options);
  fetch.timeout = std::chrono::seconds(options.timeout_seconds);
  if (options.as_is) {
    tool.refuse_output_options("with --as-is");
    const ByteSinkPtr sink = open_sink("-");
    copy_files(files, *sink, fetch, [&tool](int64_t bytes) { tool.count_output(0, bytes); });
    sink->finish();
    return 0;
  }
  return tool.write(tool.count_input(
      read_files(files, options.merge ? options.keys : std::vector<SortKey>{}, fetch)));
}

int serve(StageRun& tool) {
  const ExchangeOptions& options = options_of(tool);
  tool.refuse_output_options("with --serve");
  FileServer server({options.served_folder, options.endpoint, keys_of(options),
                     static_cast<int>(options.listen_fd.value_or(-1)),
                     [&tool](const std::string& text) { tool.note(text); }});
  tool.verbose_note(options.served_folder + " is served at " + options.endpoint);
  server.run();
  return 0;
}

int run_exchange(StageRun& run) {
  const ExchangeOptions& options = options_of(run);
  if (options.makes_keys) {
    if (run.stage().writing().to) throw Error::usage("-t has no meaning with --make-keys");
    write_new_keys(run.stage().writing().output);
    return 0;
  }
  switch (end_of(options)) {
    case ExchangeEnd::kSend:
      return send(run);
    case ExchangeEnd::kReceive:
      return receive(run);
    case ExchangeEnd::kWrite:
      return write_files(run);
    case ExchangeEnd::kRead:
      return read_list(run);
    case ExchangeEnd::kServe:
      return serve(run);
    case ExchangeEnd::kNone:
      break;
  }
  return run.run_operator();
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
  static const Tool kTool{kKind, run_exchange};
  return kTool;
}

}  // namespace penstock
