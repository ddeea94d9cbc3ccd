#include "libcore/flow/launch/local.h"

#include <chrono>
#include <csignal>

#include "libcore/os/chunks/sockets.h"

namespace penstock {
namespace {

std::pair<size_t, int64_t> key_of(const Attempt& attempt) {
  return {attempt.task, attempt.number};
}

}  // namespace

LocalLauncher::LocalLauncher() : processes_([this](int signal) { add(EndingAsked{signal}); }) {}

void LocalLauncher::start(const Attempt& attempt, const ProcessSpec& given) {
  ProcessSpec spec = given;
  ChunkSockets sockets;
  if (spec.asks_for_chunks_as >= 0) {
    sockets = make_chunk_sockets();
    spec.inherited.push_back({sockets.scan.get(), spec.asks_for_chunks_as});
  }
  ProcessListener listener;
  listener.on_ended = [this, attempt](EndedProcess& ended) { end(attempt, ended); };
  listener.on_stopped = [this, attempt] { add(TaskStopped{attempt}); };
  listener.on_continued = [this, attempt] { add(TaskContinued{attempt}); };
  StartedProcess started = processes_.start(spec, std::move(listener));
  if (started.error != 0) {
    add(TaskNotRun{attempt, started.error});
    return;
  }
  if (spec.asks_for_chunks_as >= 0) {
    Asking& asking = asking_[key_of(attempt)];
    asking.socket = std::move(sockets.manager);
    asking.watch = processes_.loop().watch(asking.socket.get(), EventLoop::Ready::kToRead,
                                           [this, attempt] { take_requests(attempt); });
  }
  pids_[key_of(attempt)] = started.pid;
  add(TaskStarted{attempt, started.pid});
}

// Takes what an attempt has asked by now. It is not watched any more after its end of the socket is
// closed.
void LocalLauncher::take_requests(const Attempt& attempt) {
  auto found = asking_.find(key_of(attempt));
  while (found != asking_.end()) {
    ReceivedRequest received = receive_chunk_request(found->second.socket.get());
    if (received.is_end) asking_.erase(found);
    if (!received.bytes) return;
    add(ChunksAsked{attempt, std::move(*received.bytes)});
  }
}

void LocalLauncher::answer(const Attempt& attempt, const std::string& bytes) {
  auto found = asking_.find(key_of(attempt));
  if (found != asking_.end()) send_chunk_answer(found->second.socket.get(), bytes);
}

void LocalLauncher::end(const Attempt& attempt, EndedProcess& ended) {
  // What it still said about its chunks comes before its end.
  take_requests(attempt);
  asking_.erase(key_of(attempt));
  add(TaskEnded{attempt, ended.wait_status, ended.used, std::move(ended.said)});
  pids_.erase(key_of(attempt));
}

void LocalLauncher::signal(const Attempt& attempt, int number) {
  auto pid = pids_.find(key_of(attempt));
  if (pid == pids_.end()) return;
  kill(number == SIGPIPE ? pid->second : -pid->second, number);
}

std::optional<TaskEvent> LocalLauncher::take() {
  if (events_.empty()) return std::nullopt;
  TaskEvent event = std::move(events_.front());
  events_.pop_front();
  event.at = std::chrono::steady_clock::now();
  return event;
}

std::optional<TaskEvent> LocalLauncher::next(std::optional<FlowTime> deadline) {
  if (events_.empty()) processes_.loop().poll();
  while (events_.empty()) {
    if (!processes_.loop().run_one(deadline)) return std::nullopt;
  }
  return take();
}

void LocalLauncher::end_left_behind() {
  processes_.end_orphans();
}

}  // namespace penstock
