// pexchange: moves rows between processes that run side by side; alone it passes them through.
#include <atomic>
#include <chrono>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "libcore/cli/counting.h"
#include "libcore/cli/exchange_options.h"
#include "libcore/cli/tool.h"
#include "libcore/net/exchange_run.h"
#include "tools/programs/stages.h"

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

// Lives until the process ends: the thread that reads the input may outlive run_pexchange().
struct Exchange {
  Tool tool{kText, {{}, 0, 1}};
  ExchangeOptions options;
  std::atomic<int64_t> rows_sent = 0;
};

int send(Exchange& exchange) {
  Tool& tool = exchange.tool;
  const ExchangeOptions& options = exchange.options;
  tool.refuse_output_options("with --send");
  SendRun run;
  run.send.endpoints = options.receivers;
  run.send.worker = options.worker;
  run.send.name = options.name;
  run.send.timeout = std::chrono::seconds(options.timeout_seconds);
  run.send.on_frame = [&tool](int64_t bytes) { tool.count_output(0, bytes); };
  run.how = *route_of(options);
  run.spread = options.spread;
  run.spill = options.spill;
  run.open = [&exchange] {
    return count_rows(exchange.tool.open_all(), [&exchange](int64_t rows) {
      exchange.rows_sent += rows;
      exchange.tool.count_output(rows, 0);
    });
  };
  run_sender(std::move(run));
  tool.verbose_note(std::to_string(exchange.rows_sent) + " rows sent");
  return 0;
}

}  // namespace

int penstock::run_pexchange(const Invocation& invocation) {
  // A process may run several.
  static std::deque<Exchange> exchanges;
  Exchange& exchange = exchanges.emplace_back();
  Tool& tool = exchange.tool;
  ExchangeOptions& options = exchange.options;
  add_exchange_options(tool.command(), options);
  tool.add_spill_options(options.spill);
  tool.take_no_input_if(options.receives);
  if (!tool.parse(invocation, [&] { return describe(options); })) return 0;
  require_one_end(options);
  if (options.receives) return receive(tool, options);
  if (!options.receivers.empty()) return send(exchange);
  OperatorPtr input = tool.open_all();
  // What would fail with many workers fails with one.
  if (auto how = route_of(options)) require_partition_keys(*how, *input->schema());
  return tool.write(std::move(input));
}
