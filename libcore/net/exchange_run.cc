#include "libcore/net/exchange_run.h"

#include <csignal>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/net/endpoint.h"
#include "libcore/net/heavy_file.h"
#include "libcore/net/send_rows.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/open_files.h"
#include "libcore/os/threads.h"

namespace penstock {
namespace {

// A connection needs a socket, a descriptor for its events, those by which ZeroMQ wakes threads,
// and its memory.
constexpr int64_t kFilesAConnection = 6;

// The state that the thread that reads the input shares with the one that waits for the end.
struct Sending {
  explicit Sending(SendRun options) : run(std::move(options)), sender(run.send) {}
  SendRun run;
  Sender sender;
  std::exception_ptr problem;
};

void send_input(Sending& sending) {
  const SendRun& run = sending.run;
  try {
    OperatorPtr input = run.open();
    PartitionOptions how = run.how;
    if (how.spreads_heavy && how.is_second_input)
      how.heavy = await_heavy_keys(run.spread, run.send.timeout);
    send_rows(*input, how, sending.sender, run.spill);
  } catch (const OutputClosed&) {
    return;  // the other thread knows
  } catch (const std::exception& error) {
    sending.problem = std::current_exception();
    sending.sender.give_up(error.what());
  }
}

}  // namespace

int64_t run_receiver(ReceiveOptions options, const std::string& spread,
                     const std::function<void(OperatorPtr)>& write) {
  std::signal(SIGPIPE, SIG_IGN);
  const int64_t files = kFilesAConnection * options.senders;
  allow_open_files(files, "files for connections", "use fewer senders");
  // Strangers must not use up the files of the senders.
  if (!is_on_this_host(options.endpoint)) prefer_open_files(files + kMaxRefusedPeers);
  auto note = options.note;
  options.choose_splitters = [note, spread](const std::vector<std::string>& samples,
                                            const std::string& partitioning, int64_t receivers) {
    std::string splitters = choose_splitters(samples, partitioning, receivers);
    if (spread.empty()) return splitters;
    std::string told = leave_heavy_keys(spread, splitters);
    if (!told.empty()) note(told);
    return splitters;
  };
  Receiver receiver(std::move(options));
  try {
    write(receiver.rows());
  } catch (const OutputClosed&) {
    receiver.leave();
    throw;
  } catch (const Error& error) {
    receiver.abort(error);
    throw;
  } catch (const std::exception& error) {
    receiver.abort(Error(error.what()));
    throw;
  }
  receiver.finish();
  return receiver.spilled_bytes();
}

void run_sender(SendRun run) {
  auto receivers = std::ssize(run.send.endpoints);
  allow_open_files(kFilesAConnection * receivers, "files for connections", "use fewer receivers");
  run.how.partitions = receivers;
  run.how.start = run.send.worker;
  bool is_grid = run.how.kind == PartitionKind::kGrid;
  if (is_grid && run.how.grid_rows * run.how.grid_columns != receivers) {
    throw Error::usage("the grid must have as many places as there are receivers, not " +
                       std::to_string(receivers));
  }
  run.send.partitioning = exchange_text(run.how);
  run.send.memory = run.spill.memory;
  auto sending = std::make_shared<Sending>(std::move(run));
  start_thread([sending] { send_input(*sending); }).detach();
  try {
    sending->sender.wait();
  } catch (const Error&) {
    if (sending->problem) std::rethrow_exception(sending->problem);
    throw;
  }
}

}  // namespace penstock
