// Runs a process that is one end of an exchange, from its first row to the final message to the
// other ends.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "libcore/data/batch.h"
#include "libcore/net/receiver.h"
#include "libcore/net/sender.h"
#include "libcore/partition/partitioner.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Receives, has `write` write all rows, and reports to the senders how it ended: that all rows have
// arrived, that no more are wanted (`write` threw OutputClosed), or why it failed. Ignores SIGPIPE
// from now on, so that a reader that leaves appears as an error. `spread` is the file to leave
// heavy keys in, empty for none. Returns the number of spilled bytes. Throws what the receiver and
// `write` throw.
int64_t run_receiver(ReceiveOptions options, const std::string& spread,
                     const std::function<void(OperatorPtr)>& write);

struct SendRun {
  SendOptions send;
  PartitionOptions how;  // except for `partitions`, which is the number of endpoints
  std::string spread;    // the file of heavy keys of a second input
  SpillOptions spill;
  std::function<OperatorPtr()> open;  // the input
};

// Opens the input, sends its rows, and waits until the receivers have them. A thread of its own
// reads the input, so that this returns when a receiver fails, even if the input does not give a
// row for hours. That thread may continue after the return, and call `open` and `send.on_frame`:
// the objects that they use must live until the process ends. Throws what the input and the sender
// throw, and a usage Error for a grid whose number of places is not the number of receivers.
void run_sender(SendRun run);

}  // namespace penstock
