#include "libcore/net/link/speed.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/buffer.h"
#include "libcore/net/zmq_socket.h"

namespace penstock {
namespace {

using Clock = std::chrono::steady_clock;

// The first byte of each message to the end that answers.
enum class Ask : uint8_t {
  kEcho,  // send this message back
  kTake,  // send an empty answer
  kGive,  // send kChunkBytes
  kDone,  // leave
};

// A data frame of an exchange is about as large; so many are on their way at once. 4 MiB keep a
// link of 10 Gbit/s busy whose round trip is 3 ms.
constexpr int64_t kChunkBytes = int64_t{256} << 10;
constexpr int kWindow = 16;

constexpr Milliseconds kRoundTripTime{100};
constexpr Milliseconds kRateTime{250};
// The end that answers stays a while longer than the other waits for it.
constexpr Milliseconds kAnswerTime = kLinkPatience + Milliseconds{3000};
constexpr Milliseconds kWait{50};

double seconds_of(Clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

Buffer message_of(Ask ask, int64_t bytes) {
  std::vector<uint8_t> message(static_cast<size_t>(bytes), 0);
  message[0] = static_cast<uint8_t>(ask);
  return Buffer::copy(message.data(), bytes);
}

class LinkProber {
 public:
  LinkProber(const std::string& endpoint, const KeyPair& keys, Milliseconds patience)
      : endpoint_(endpoint), patience_(patience), socket_(context_, ZmqSocket::Kind::kDealer) {
    socket_.encrypt_to(keys, keys.public_key);
    socket_.connect(endpoint);
  }

  LinkSpeed run() {
    LinkSpeed speed;
    speed.round_trip = round_trip();
    speed.sent = rate(message_of(Ask::kTake, kChunkBytes));
    speed.received = rate(message_of(Ask::kGive, 1));
    // Only this must arrive after we have left; what an error leaves unsent need not.
    socket_.set_linger(kLinger);
    send(message_of(Ask::kDone, 1));
    return speed;
  }

 private:
  void send(const Buffer& message) { socket_.send({}, message); }

  // Waits for the next answer.
  void await() {
    const Clock::time_point end = Clock::now() + patience_;
    while (!socket_.receive()) {
      while (std::optional<ConnectionEvent> event = socket_.next_event()) {
        // The other end listened before anybody was given its port: it need not be tried again.
        if (*event != ConnectionEvent::kReady) {
          throw Error(endpoint_ +
                      ": the other end closed the connection, as one with other keys "
                      "does");
        }
      }
      if (Clock::now() >= end) {
        throw Error(fmt::format("{}: no answer within {} s", endpoint_, patience_.count() / 1000));
      }
      ZmqSocket* sockets[] = {&socket_};
      wait_any(sockets, -1, kWait);
    }
  }

  double round_trip() {
    const Buffer message = message_of(Ask::kEcho, 8);
    // The first waits for the connection.
    send(message);
    await();
    double best = std::numeric_limits<double>::infinity();
    const Clock::time_point begin = Clock::now();
    do {
      const Clock::time_point sent = Clock::now();
      send(message);
      await();
      best = std::min(best, seconds_of(Clock::now() - sent));
    } while (Clock::now() - begin < kRoundTripTime);
    return best;
  }

  // The bytes a second at which chunks go one way, kWindow of them at once.
  double rate(const Buffer& ask) {
    int asked = 0;
    int answered = 0;
    const Clock::time_point begin = Clock::now();
    do {
      for (; asked - answered < kWindow; ++asked)
        send(ask);
      await();
      ++answered;
    } while (Clock::now() - begin < kRateTime);
    for (; answered < asked; ++answered)
      await();
    return static_cast<double>(answered) * kChunkBytes / seconds_of(Clock::now() - begin);
  }

  std::string endpoint_;
  Milliseconds patience_;
  ZmqContext context_;
  ZmqSocket socket_;
};

// Answers what has come. Returns false when the probe is over.
bool answer(ZmqSocket& socket, const Buffer& chunk) {
  while (std::optional<ZmqSocket::Message> message = socket.receive()) {
    if (message->bytes.empty()) continue;
    switch (static_cast<Ask>(message->bytes.data()[0])) {
      case Ask::kEcho:
        socket.send(message->peer, message->bytes);
        break;
      case Ask::kTake:
        socket.send(message->peer, {});
        break;
      case Ask::kGive:
        socket.send(message->peer, chunk);
        break;
      case Ask::kDone:
        return false;
    }
  }
  return true;
}

}  // namespace

void answer_link_probe(int listening, const std::string& endpoint, const KeyPair& keys) {
  const ZmqContext context;
  ZmqSocket socket(context, ZmqSocket::Kind::kRouter);
  socket.accept_only(keys, {keys.public_key});
  socket.bind(endpoint, listening);
  const Buffer chunk = message_of(Ask::kGive, kChunkBytes);
  const Clock::time_point end = Clock::now() + kAnswerTime;
  while (answer(socket, chunk) && Clock::now() < end) {
    while (socket.next_refused_key()) {
    }
    while (socket.next_event()) {
    }
    ZmqSocket* sockets[] = {&socket};
    wait_any(sockets, -1, kWait);
  }
}

LinkSpeed probe_link(const std::string& endpoint, const KeyPair& keys, Milliseconds patience) {
  return LinkProber(endpoint, keys, patience).run();
}

}  // namespace penstock
