// One end of the connection between a manager and an agent: bytes in both directions, the signs of
// life of this end, and the silence of the other.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "libcore/flow/launch/event_loop.h"
#include "libcore/os/descriptor.h"

namespace penstock {

struct ConnectionTimes {
  std::chrono::milliseconds beat{2000};       // an end that has sent nothing for so long sends Beat
  std::chrono::milliseconds silence{15'000};  // an end that hears nothing for so long gives up
  // The same until the first byte, for what is at the other end may first have to start.
  std::chrono::milliseconds first_silence{15'000};
};

enum class ConnectionEnd { kClosed, kSilent };

// What is called when something comes. The connection may be destroyed in both.
struct ConnectionListener {
  std::function<void(std::string_view)> on_bytes;
  // The last call: the other end closed its output, or has been silent for too long.
  std::function<void(ConnectionEnd)> on_end;
};

// Not thread-safe.
class AgentConnection {
 public:
  // Reads from `in` and writes to `out`, which are pipes or sockets. REQUIRES that SIGPIPE is
  // ignored when `out` is a pipe. All calls of the listener come from `loop`, which must outlive
  // this. Throws Error when the system cannot watch them.
  AgentConnection(EventLoop& loop, Descriptor in, Descriptor out, ConnectionListener listener,
                  const ConnectionTimes& times = {});

  // Sends a message, as encode() returns it. Never waits: what the system does not take at once is
  // kept and sent by the loop. When the other end takes nothing any more the message is dropped.
  void send(std::string_view message);

  // Has Beat follow on each message from now on. Its last byte is a line's end: where something
  // between the ends passes on whole lines alone, all that was sent is passed on.
  void end_lines() { ends_lines_ = true; }

  // Returns how many bytes are kept to be sent.
  size_t unsent() const { return kept_.size(); }

  // Closes our output, as soon as what is kept has been sent. Nothing may be sent afterwards.
  void close_output();

 private:
  void write();
  void read();
  void tick();
  void tick_later();

  EventLoop& loop_;
  ConnectionListener listener_;
  ConnectionTimes times_;
  Descriptor in_;
  Descriptor out_;
  std::string kept_;
  bool is_closing_ = false;
  bool ends_lines_ = false;
  FlowTime sent_;
  FlowTime heard_;
  bool has_heard_ = false;
  std::unique_ptr<EventLoop::Watch> in_watch_;
  std::unique_ptr<EventLoop::Watch> out_watch_;
  std::unique_ptr<EventLoop::Timer> timer_;
};

}  // namespace penstock
