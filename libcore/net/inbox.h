// What has arrived at a receiver and was not read yet: the place where the thread that works the
// sockets and the one that reads rows meet.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/buffer.h"
#include "libcore/net/limits.h"
#include "libcore/net/wake.h"
#include "libcore/os/spill_file.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Frames of each sender in their order. In memory as far as that goes, the others in a temporary
// file; a frame is put by one thread and taken by another.
class Inbox {
 public:
  // Wakes `network` when bytes worth a quarter of a sender's window were taken or the reader has
  // waited kPatience. `network` outlives it.
  Inbox(size_t senders, const SpillOptions& spill, Wake& network);

  // The network's side.
  //
  // How much the sender has been granted at a time; kLeastWindow at first.
  void set_window(size_t sender, int64_t window);
  // Throws Error when the temporary file cannot be written.
  void put(size_t sender, Buffer frame);
  void end(size_t sender);
  // From now on the reader gets an Error with this message.
  void fail(const std::string& message);
  // Bytes that the reader has taken so far.
  int64_t taken_bytes(size_t sender);
  // Whether the reader has waited for the sender's next frame for kPatience; tells so once for each
  // wait.
  bool is_wanted(size_t sender);

  // The reader's side.
  //
  // The sender's next frame, waiting for it; empty when it has ended. Throws Error.
  std::optional<Buffer> take(size_t sender);
  struct Arrival {
    size_t sender;
    Buffer frame;
  };
  // The frame of any sender that came first; empty when all have ended. An inbox is read by take()
  // or by this, not by both.
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
    int64_t told = 0;  // of taken, when the network was woken for it last
    bool ended = false;
    bool wanted = false;  // the reader waits for it
    bool waited = false;  // … and has done so for kPatience
  };

  void wait_for_more(std::unique_lock<std::mutex>& lock, size_t first, size_t end, bool& is_told);
  Buffer take_front(std::unique_lock<std::mutex>& lock, size_t sender);
  Buffer read(const Item& item);

  const int64_t memory_;
  Wake& network_;
  SpillFile file_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Queue> queues_;
  std::deque<size_t> order_;  // senders, as their frames came
  size_t running_;
  int64_t held_bytes_ = 0;
  std::optional<std::string> failure_;
};

}  // namespace penstock
