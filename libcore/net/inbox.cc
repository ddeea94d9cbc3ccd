#include "libcore/net/inbox.h"

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/net/frame.h"

namespace penstock {

Inbox::Inbox(size_t senders, const SpillOptions& spill, Wake& network)
    : memory_(static_cast<int64_t>(static_cast<double>(spill.memory) * kHeldShare)),
      network_(network),
      file_(spill.directory),
      queues_(senders),
      running_(senders) {}

void Inbox::set_window(size_t sender, int64_t window) {
  std::lock_guard lock(mutex_);
  queues_[sender].window = window;
}

bool Inbox::is_early(size_t sender) {
  std::lock_guard lock(mutex_);
  return has_turns_ && !queues_[sender].asked;
}

// REQUIRES the lock.
int64_t Inbox::memory_for(size_t sender) const {
  return has_turns_ && !queues_[sender].asked ? memory_ / 4 * 3 : memory_;
}

void Inbox::put(size_t sender, Buffer frame) {
  Item item;
  item.bytes = frame.size();
  bool fits = true;
  {
    std::lock_guard lock(mutex_);
    fits = held_bytes_ == 0 || held_bytes_ + item.bytes <= memory_for(sender);
    if (fits) held_bytes_ += item.bytes;
  }
  if (fits) {
    item.frame = std::move(frame);
  } else {
    std::unique_ptr<SpillWriter> writer =
        file_.write(std::clamp<int64_t>(item.bytes, 1, kSpillBlockBytes));
    ByteRange range{frame.data(), frame.size()};
    writer->write({&range, 1});
    writer->finish();
    item.segment = writer->take_segment();
  }
  {
    std::lock_guard lock(mutex_);
    Queue& queue = queues_[sender];
    queue.items.push_back(std::move(item));
    queue.wanted = queue.waited = false;
    order_.push_back(sender);
  }
  arrived_.notify_one();
}

void Inbox::end(size_t sender) {
  {
    std::lock_guard lock(mutex_);
    queues_[sender].ended = true;
    --running_;
  }
  arrived_.notify_one();
}

void Inbox::fail(const Error& error) {
  {
    std::lock_guard lock(mutex_);
    failure_ = error;
  }
  arrived_.notify_one();
}

int64_t Inbox::taken_bytes(size_t sender) {
  std::lock_guard lock(mutex_);
  return queues_[sender].taken;
}

bool Inbox::is_wanted(size_t sender) {
  std::lock_guard lock(mutex_);
  return std::exchange(queues_[sender].waited, false);
}

// Waits once for a frame to arrive. The first time it waits for kPatience at most, then informs the
// network that frames of the senders [first, end) are wanted. The caller must look for frames again
// before it waits again.
void Inbox::wait_for_more(std::unique_lock<std::mutex>& lock, size_t first, size_t end,
                          bool& is_told) {
  if (is_told) return arrived_.wait(lock);
  if (arrived_.wait_for(lock, kPatience) == std::cv_status::no_timeout) return;
  is_told = true;
  bool is_new = false;
  for (size_t sender = first; sender < end; ++sender) {
    Queue& queue = queues_[sender];
    if (queue.wanted || queue.ended || !queue.items.empty()) continue;
    queue.wanted = queue.waited = is_new = true;
  }
  if (is_new) network_.notify();
}

std::optional<Buffer> Inbox::take(size_t sender) {
  std::unique_lock lock(mutex_);
  Queue& queue = queues_[sender];
  queue.asked = true;
  bool is_told = false;
  for (;;) {
    if (failure_) throw *failure_;
    if (!queue.items.empty()) return take_front(lock, sender);
    if (queue.ended) return std::nullopt;
    wait_for_more(lock, sender, sender + 1, is_told);
  }
}

std::optional<Inbox::Arrival> Inbox::take_any() {
  std::unique_lock lock(mutex_);
  bool is_told = false;
  for (;;) {
    if (failure_) throw *failure_;
    if (!order_.empty()) {
      size_t sender = order_.front();
      return Arrival{sender, take_front(lock, sender)};
    }
    if (running_ == 0) return std::nullopt;
    wait_for_more(lock, 0, queues_.size(), is_told);
  }
}

Buffer Inbox::take_front(std::unique_lock<std::mutex>& lock, size_t sender) {
  Queue& queue = queues_[sender];
  Item item = std::move(queue.items.front());
  queue.items.pop_front();
  if (!order_.empty()) order_.pop_front();
  queue.taken += item.bytes;
  if (!item.frame.empty()) held_bytes_ -= item.bytes;
  bool tells = queue.taken - queue.told >= queue.window / 4;
  if (tells) queue.told = queue.taken;
  lock.unlock();
  if (tells) network_.notify();
  if (item.frame.empty()) return read(item);
  return std::move(item.frame);
}

Buffer Inbox::read(const Item& item) {
  MutableBuffer bytes(kFrameOffset + item.bytes);
  ByteSourcePtr source = file_.read(item.segment);
  int64_t got = read_fully(*source, bytes.data() + kFrameOffset, item.bytes);
  if (got != item.bytes)
    throw Error(file_.name() + ": does not have the bytes that were written to it");
  file_.release(item.segment);
  return bytes.freeze().slice(kFrameOffset, item.bytes);
}

}  // namespace penstock
