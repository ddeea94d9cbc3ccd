#include "tools/programs/exchange_runs.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdint>
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
#include "libcore/net/exchange_run.h"
#include "libcore/net/keys.h"
#include "libcore/os/byte_sink.h"

namespace penstock {
namespace {

std::shared_ptr<const ExchangeKeys> keys_of(const ExchangeOptions& options) {
  if (options.keys_file.empty()) return nullptr;
  return std::make_shared<const ExchangeKeys>(read_keys(options.keys_file));
}

int receive(StageRun& tool, const ExchangeOptions& options) {
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

int send(StageRun& tool, const ExchangeOptions& options) {
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

int write_files(StageRun& tool, const ExchangeOptions& options) {
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

int read_list(StageRun& tool, const ExchangeOptions& options) {
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

int serve(StageRun& tool, const ExchangeOptions& options) {
  tool.refuse_output_options("with --serve");
  FileServer server({options.served_folder, options.endpoint, keys_of(options),
                     static_cast<int>(options.listen_fd.value_or(-1)),
                     [&tool](const std::string& text) { tool.note(text); }});
  tool.verbose_note(options.served_folder + " is served at " + options.endpoint);
  server.run();
  return 0;
}

}  // namespace

int run_exchange(StageRun& tool, const ExchangeOptions& options) {
  if (options.makes_keys) {
    if (tool.stage().writing().to) throw Error::usage("-t has no meaning with --make-keys");
    write_new_keys(tool.stage().writing().output);
    return 0;
  }
  switch (end_of(options)) {
    case ExchangeEnd::kSend:
      return send(tool, options);
    case ExchangeEnd::kReceive:
      return receive(tool, options);
    case ExchangeEnd::kWrite:
      return write_files(tool, options);
    case ExchangeEnd::kRead:
      return read_list(tool, options);
    case ExchangeEnd::kServe:
      return serve(tool, options);
    case ExchangeEnd::kNone:
      break;
  }
  return tool.run_operator();
}

}  // namespace penstock
