// A process that is one end of an exchange, from its first row to what the others must know.
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

// Receives, has `write` write all rows, and tells the senders how it ended: that all has arrived,
// that no more is wanted (`write` threw OutputClosed), or why it failed. Ignores SIGPIPE from now
// on, so that a reader that leaves shows as an error. `spread` is the file that heavy keys are left
// in, empty for none. Returns the bytes that were spilled. Throws what the receiver and `write` do.
int64_t run_receiver(ReceiveOptions options, const std::string& spread,
                     const std::function<void(OperatorPtr)>& write);

struct SendRun {
  SendOptions send;
  PartitionOptions how;  // but for its partitions, which are the endpoints
  std::string spread;    // the file of heavy keys of a second input
  SpillOptions spill;
  std::function<OperatorPtr()> open;  // the input
};

// Opens the input, sends its rows, and waits until the receivers have them. The input is read by a
// thread of its own: when a receiver fails, this returns though the input may not give a row for
// hours. That thread may go on then, and calls `open` and `send.on_frame`: what they use must live
// until the process ends. Throws what the input and the sender throw; a usage Error for a grid that
// has not as many places as there are receivers.
void run_sender(SendRun run);

}  // namespace penstock
