// Holds the frames that have arrived at a receiver and were not read yet. The thread that works the
// sockets puts them here, and the thread that reads rows takes them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/buffer.h"
#include "libcore/net/limits.h"
#include "libcore/net/wake.h"
#include "libcore/os/spill_file.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// The frames of each sender, in order: in memory as far as they fit, the others in a temporary
// file. One thread puts frames, another takes them.
class Inbox {
 public:
  // Wakes `network` when a quarter of a sender's window was taken, or when the reader has waited
  // for kPatience. `network` must outlive it.
  Inbox(size_t senders, const SpillOptions& spill, Wake& network);

  // The network's side.
  //
  // How many bytes the sender is granted at a time; kLeastWindow at first.
  void set_window(size_t sender, int64_t window);
  // States that the reader takes all frames of one sender, then those of the next. Frames of
  // senders whose turn has not come then leave a part of the memory to the others.
  void expect_turns() { has_turns_ = true; }
  // Throws Error when the temporary file cannot be written.
  void put(size_t sender, Buffer frame);
  void end(size_t sender);
  // From now on the reader gets an Error with this message.
  void fail(const Error& error);
  // Bytes that the reader has taken so far.
  int64_t taken_bytes(size_t sender);
  // Returns whether the reader has waited for the sender's next frame for kPatience; true once for
  // each wait.
  bool is_wanted(size_t sender);
  // Returns whether the reader takes turns and has not asked for frames of this sender yet.
  bool is_early(size_t sender);

  // The reader's side.
  //
  // Waits for the sender's next frame and returns it; empty when the sender has ended. Throws the
  // Error of fail().
  std::optional<Buffer> take(size_t sender);
  struct Arrival {
    size_t sender;
    Buffer frame;
  };
  // Returns the frame of any sender that arrived first; empty when all have ended. Use either
  // take() or this for an inbox, not both.
  std::optional<Arrival> take_any();

  int64_t spilled_bytes() const { return file_.written_bytes(); }

 private:
  struct Item {
    Buffer frame;  // empty when it is in the file
    SpillSegment segment;
    int64_t bytes = 0;
  };
  struct Queue {
    std::deque<Item> items;
    int64_t window = kLeastWindow;
    int64_t taken = 0;
    int64_t told = 0;  // `taken` when the network was last woken for it
    bool ended = false;
    bool asked = false;   // the reader has called take() for it
    bool wanted = false;  // the reader waits for it
    bool waited = false;  // and has done so for kPatience
  };

  void wait_for_more(std::unique_lock<std::mutex>& lock, size_t first, size_t end, bool& is_told);
  Buffer take_front(std::unique_lock<std::mutex>& lock, size_t sender);
  Buffer read(const Item& item);
  int64_t memory_for(size_t sender) const;

  const int64_t memory_;
  Wake& network_;
  SpillFile file_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Queue> queues_;
  std::deque<size_t> order_;  // senders, in the order in which their frames arrived
  bool has_turns_ = false;
  size_t running_;
  int64_t held_bytes_ = 0;
  std::optional<Error> failure_;
};

}  // namespace penstock
