// pexchange: moves rows between processes that run side by side; alone it passes them through.
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "libcore/cli/exchange_options.h"
#include "libcore/cli/program.h"
#include "libcore/cli/tool.h"
#include "libcore/net/exchange_run.h"

namespace {

using namespace penstock;

constexpr CommandText kText{
    "pexchange",
    "[--hash] [--range] [--round-robin] [--broadcast] [--single] [--grid RxC] [-k KEYS] "
    "[--send ENDPOINTS] [--receive ENDPOINT] [--senders M] [--merge] [INPUT]",
    "move rows between processes"};

Description describe(const ExchangeOptions& options) {
  Description about;
  about.operation = "exchange";
  about.needs = {{{Placement::Kind::kAny, {}}}};
  about.keeps = {true, false, true};
  if (options.merge) about.order = to_string(options.keys);
  std::vector<std::string> names;
  for (const SortKey& key : options.keys)
    names.push_back(key.name);
  about.columns = names;
  return about;
}

int receive(Tool& tool, const ExchangeOptions& options) {
  ReceiveOptions with;
  with.endpoint = options.endpoint;
  with.senders = *options.senders;
  with.name = options.name;
  if (options.merge) with.merge = options.keys;
  with.timeout = std::chrono::seconds(options.timeout_seconds);
  with.spill = options.spill;
  with.note = [&tool](const std::string& text) { tool.note(text); };
  int64_t spilled = run_receiver(std::move(with), options.spread, [&tool](OperatorPtr rows) {
    tool.write(tool.count_input(std::move(rows)));
  });
  tool.verbose_note(std::to_string(spilled) + " bytes were spilled");
  return 0;
}

int send(Tool& tool, const ExchangeOptions& options) {
  tool.refuse_output_options("with --send");
  SendRun run;
  run.send.endpoints = options.receivers;
  run.send.worker = options.worker;
  run.send.name = options.name;
  run.send.timeout = std::chrono::seconds(options.timeout_seconds);
  run.how = *route_of(options);
  run.spread = options.spread;
  run.spill = options.spill;
  run.open = [&tool] { return tool.open_all(); };
  run.note_rows = [&tool](int64_t rows) {
    tool.count_output(rows);
    tool.verbose_note(std::to_string(rows) + " rows sent");
  };
  run_sender(std::move(run));
  return 0;
}

int run(int argc, char** argv) {
  // The thread that reads the input may outlive this function, though not the process.
  static Tool tool(kText, {{}, 0, 1});
  static ExchangeOptions options;
  add_exchange_options(tool.command(), options);
  tool.add_spill_options(options.spill);
  tool.take_no_input_if(options.receives);
  if (!tool.parse(argc, argv, [&] { return describe(options); })) return 0;
  require_one_end(options);
  if (options.receives) return receive(tool, options);
  if (!options.receivers.empty()) return send(tool, options);
  OperatorPtr input = tool.open_all();
  // What would fail with many workers fails with one.
  if (auto how = route_of(options)) require_partition_keys(*how, *input->schema());
  return tool.write(std::move(input));
}

}  // namespace

int main(int argc, char** argv) {
  run_program(kText.name, [&] { return run(argc, argv); });
}
