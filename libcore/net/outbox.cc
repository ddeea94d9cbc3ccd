#include "libcore/net/outbox.h"

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/net/limits.h"
#include "libcore/os/byte_sink.h"

namespace penstock {

Outbox::Outbox(size_t receivers, Wake& network) : network_(network), queues_(receivers) {}

// REQUIRES the lock.
void Outbox::require_running() const {
  if (failure_) throw *failure_;
  if (std::all_of(queues_.begin(), queues_.end(), [](const Queue& q) { return q.stopped; })) {
    throw OutputClosed();
  }
}

void Outbox::set_schema(Buffer frame) {
  {
    std::lock_guard lock(mutex_);
    require_running();
    schema_ = std::move(frame);
  }
  network_.notify();
}

void Outbox::put(size_t receiver, Outgoing outgoing) {
  {
    std::unique_lock lock(mutex_);
    Queue& queue = queues_[receiver];
    bool is_first_wait = true;
    for (;;) {
      require_running();
      if (queue.done) return;
      if (std::ssize(queue.frames) < kWaitingFrames) break;
      if (!is_first_wait) {
        changed_.wait(lock);
      } else if (changed_.wait_for(lock, kPatience) == std::cv_status::timeout) {
        is_first_wait = false;
        queue.pressing = true;
        network_.notify();
      }
    }
    queue.pressing = false;
    queue.frames.push_back(std::move(outgoing));
  }
  network_.notify();
}

std::string Outbox::exchange_sample(Buffer frame) {
  std::unique_lock lock(mutex_);
  sample_ = std::move(frame);
  network_.notify();
  for (;;) {
    require_running();
    if (splitters_) return *splitters_;
    changed_.wait(lock);
  }
}

void Outbox::end() {
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  network_.notify();
}

// The last frames may wait for credit longer than their maker did.
void Outbox::wait_until_done() {
  std::unique_lock lock(mutex_);
  auto is_waiting = [](const Queue& queue) { return !queue.frames.empty() && !queue.pressing; };
  for (;;) {
    require_running();
    if (std::all_of(queues_.begin(), queues_.end(), [](const Queue& q) { return q.done; })) return;
    if (!ended_ || std::none_of(queues_.begin(), queues_.end(), is_waiting)) {
      changed_.wait(lock);
    } else if (changed_.wait_for(lock, kPatience) == std::cv_status::timeout) {
      for (Queue& queue : queues_)
        queue.pressing |= is_waiting(queue);
      network_.notify();
    }
  }
}

void Outbox::abort(const std::string& why) {
  {
    std::lock_guard lock(mutex_);
    aborted_ = why;
  }
  network_.notify();
}

std::optional<Buffer> Outbox::schema() {
  std::lock_guard lock(mutex_);
  return schema_;
}

std::optional<Outbox::Outgoing> Outbox::next(size_t receiver) {
  std::optional<Outgoing> outgoing;
  {
    std::lock_guard lock(mutex_);
    std::deque<Outgoing>& frames = queues_[receiver].frames;
    if (frames.empty()) return std::nullopt;
    outgoing = std::move(frames.front());
    frames.pop_front();
    queues_[receiver].pressing = false;
  }
  changed_.notify_all();
  return outgoing;
}

bool Outbox::has_next(size_t receiver) {
  std::lock_guard lock(mutex_);
  return !queues_[receiver].frames.empty();
}

bool Outbox::is_pressing(size_t receiver) {
  std::lock_guard lock(mutex_);
  return queues_[receiver].pressing;
}

std::optional<Buffer> Outbox::sample() {
  std::lock_guard lock(mutex_);
  return sample_;
}

void Outbox::set_splitters(std::string text) {
  {
    std::lock_guard lock(mutex_);
    splitters_ = std::move(text);
  }
  changed_.notify_all();
}

bool Outbox::has_ended() {
  std::lock_guard lock(mutex_);
  return ended_;
}

std::optional<std::string> Outbox::aborted() {
  std::lock_guard lock(mutex_);
  return aborted_;
}

void Outbox::set_done(size_t receiver, bool stopped) {
  {
    std::lock_guard lock(mutex_);
    Queue& queue = queues_[receiver];
    queue.frames.clear();
    queue.done = true;
    queue.stopped = stopped;
  }
  changed_.notify_all();
}

void Outbox::fail(const Error& error) {
  {
    std::lock_guard lock(mutex_);
    failure_ = error;
  }
  changed_.notify_all();
}

}  // namespace penstock
