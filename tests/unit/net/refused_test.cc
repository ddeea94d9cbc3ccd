// Strangers at a tcp endpoint with keys: they are refused and counted, and the exchange gives all
// of its rows.
#include <gtest/gtest.h>
#include <poll.h>

#include <functional>
#include <mutex>
#include <thread>

#include "libcore/base/error.h"
#include "libcore/os/open_files.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::error_of;
using testing::numbered_rows;
using testing::receive_options;
using testing::send_options;

// A connection of bytes to a port of the loopback interface.
class Bytes {
 public:
  explicit Bytes(int port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Bytes() { close(fd_); }
  Bytes(Bytes&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Bytes& operator=(Bytes&&) = delete;

  int fd() const { return fd_; }
  void send(const std::string& bytes) const {
    EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), std::ssize(bytes));
  }
  // What arrives next; empty at the end of the connection.
  std::string receive() const {
    char bytes[4096];
    ssize_t size = recv(fd_, bytes, sizeof bytes, 0);
    return {bytes, static_cast<size_t>(std::max<ssize_t>(size, 0))};
  }
  // Reads until the other end closes the connection.
  void await_end() const {
    while (!receive().empty()) {
    }
  }

 private:
  int fd_;
};

std::string endpoint_of(int port) {
  return "tcp://127.0.0.1:" + std::to_string(port);
}

// A receiver with keys for one sender.
class SecureReceiver {
 public:
  explicit SecureReceiver(std::shared_ptr<const ExchangeKeys> keys = new_keys())
      : keys_(std::move(keys)) {
    ReceiveOptions options = receive_options(endpoint(), 1);
    options.keys = keys_;
    options.note = [this](const std::string& note) {
      std::lock_guard lock(mutex_);
      notes_.push_back(note);
    };
    receiver_.emplace(options);
  }

  static std::shared_ptr<const ExchangeKeys> new_keys() {
    return std::make_shared<const ExchangeKeys>(ExchangeKeys{make_key_pair(), {}, {}});
  }
  int port() const { return port_; }
  std::string endpoint() const { return endpoint_of(port_); }
  std::shared_ptr<const ExchangeKeys> keys() const { return keys_; }
  Receiver& receiver() { return *receiver_; }

  // Sends rows with these keys, perhaps by another port, and returns the sender's error.
  std::string send(std::shared_ptr<const ExchangeKeys> keys, int by = 0) const {
    SendOptions options = send_options({endpoint_of(by == 0 ? port_ : by)});
    options.keys = std::move(keys);
    options.memory = kLeastRingBytes;  // too little to share: the rows go over the connection
    return error_of([&] {
      Sender sender(options);
      Batch rows = numbered_rows(1000);
      sender.send_schema(*rows.schema);
      sender.send(0, BatchFrame({&rows, 1}));
      sender.end();
      sender.wait();
    });
  }

  // The rows of a good sender arrive; returns the last note.
  std::string finish(int by = 0) {
    std::string error;
    std::thread sender([&] { error = send(keys_, by); });
    OperatorPtr rows = receiver_->rows();
    int64_t count = 0;
    while (std::optional<Batch> batch = rows->next())
      count += batch->rows;
    receiver_->finish();
    sender.join();
    EXPECT_EQ(error, "no error");
    EXPECT_EQ(count, 1000);
    std::lock_guard lock(mutex_);
    return notes_.empty() ? "" : notes_.back();
  }
  std::vector<std::string> notes() {
    std::lock_guard lock(mutex_);
    return notes_;
  }

 private:
  int port_ = testing::free_port();
  std::shared_ptr<const ExchangeKeys> keys_;
  std::mutex mutex_;
  std::vector<std::string> notes_;
  std::optional<Receiver> receiver_;
};

// The last note but for its endpoint.
std::string refused(SecureReceiver& secure) {
  std::string note = secure.finish();
  const std::string place = secure.endpoint() + ": ";
  return note.starts_with(place) ? note.substr(place.size()) : note;
}

std::string counts(int all, int keys) {
  return "refused " + std::to_string(all) + (all == 1 ? " connection" : " connections") +
         " in the handshake, " + std::to_string(keys) + " of them with other keys";
}

TEST(RefusedTest, NobodyIsRefusedWhoBelongsHere) {
  SecureReceiver secure;
  EXPECT_EQ(secure.finish(), "");
}

TEST(RefusedTest, AnotherKey) {
  SecureReceiver secure;
  ExchangeKeys other{make_key_pair(), {}, {}};
  other.receivers[secure.endpoint()] = secure.keys()->own.public_key;
  EXPECT_EQ(secure.send(std::make_shared<ExchangeKeys>(other)),
            secure.endpoint() + ": the receiver refused our key; use the keys of this exchange");
  EXPECT_EQ(refused(secure), counts(1, 1));
  EXPECT_EQ(secure.notes().front(), secure.endpoint() +
                                        ": refused a connection from 127.0.0.1: its key is not in "
                                        "the keys file");
}

TEST(RefusedTest, AReceiverWithAnotherKey) {
  SecureReceiver secure;
  EXPECT_EQ(secure.send(std::make_shared<ExchangeKeys>(ExchangeKeys{make_key_pair(), {}, {}})),
            secure.endpoint() +
                ": the receiver ended the handshake: it has not the key that our keys file states");
  // It may have tried once more before it ended.
  EXPECT_TRUE(refused(secure).ends_with(counts(2, 0).substr(9)));
}

TEST(RefusedTest, NoKey) {
  SecureReceiver secure;
  EXPECT_EQ(
      secure.send(nullptr),
      secure.endpoint() + ": what listens there wants keys, or is not a receiver; see --keys");
  // It may have been cut off before it saw what the receiver wants, and have tried again.
  EXPECT_NE(refused(secure), "");
}

TEST(RefusedTest, Garbage) {
  SecureReceiver secure;
  for (const std::string& bytes : {std::string("GET / HTTP/1.1\r\n\r\n") + std::string(100, 'x'),
                                   std::string(200, '\0'), std::string(200, '\xff')}) {
    Bytes stranger(secure.port());
    stranger.send(bytes);
    stranger.await_end();
  }
  EXPECT_EQ(refused(secure), counts(3, 0));
}

TEST(RefusedTest, APortScanner) {
  SecureReceiver secure;
  for (int i = 0; i < 20; ++i)
    Bytes(secure.port());
  EXPECT_EQ(refused(secure), counts(20, 0));
}

// They are open all the while, and say nothing, or half of a greeting.
TEST(RefusedTest, AThousandConnections) {
  prefer_open_files(4000);
  SecureReceiver secure;
  std::vector<Bytes> strangers;
  for (int i = 0; i < 1000; ++i) {
    strangers.emplace_back(secure.port());
    if (i % 2 == 0) strangers.back().send(std::string("\xff\0\0\0\0\0\0\0\x01\x7f\x03", 11));
  }
  EXPECT_EQ(refused(secure), counts(1000, 0));
}

// A connection between a sender and a receiver, all of whose bytes to the receiver are kept.
class Recorder {
 public:
  // Closes both connections after `most` bytes.
  explicit Recorder(int to, size_t most = SIZE_MAX)
      : listener_(socket(AF_INET, SOCK_STREAM, 0)), to_(to), most_(most) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port_));
    EXPECT_EQ(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    thread_ = std::thread([this] { relay(); });
  }
  ~Recorder() {
    if (thread_.joinable()) thread_.join();
    close(listener_);
  }
  int port() const { return port_; }
  const std::string& join() {
    thread_.join();
    return sent_;
  }

 private:
  void relay() {
    int sender = accept(listener_, nullptr, nullptr);
    Bytes receiver(to_);
    for (bool is_open = true; is_open;) {
      pollfd both[] = {{sender, POLLIN, 0}, {receiver.fd(), POLLIN, 0}};
      poll(both, 2, -1);
      char bytes[65536];
      if (both[0].revents != 0) {
        ssize_t size = recv(sender, bytes, sizeof bytes, 0);
        const size_t fitting =
            std::min(static_cast<size_t>(std::max<ssize_t>(size, 0)), most_ - sent_.size());
        sent_.append(bytes, fitting);
        receiver.send({bytes, fitting});
        is_open = size > 0 && sent_.size() < most_;
      }
      if (both[1].revents != 0) {
        ssize_t size = recv(receiver.fd(), bytes, sizeof bytes, 0);
        is_open = is_open && size > 0;
        if (size > 0) send(sender, bytes, static_cast<size_t>(size), MSG_NOSIGNAL);
      }
    }
    close(sender);
  }

  int port_ = testing::free_port();
  int listener_;
  int to_;
  size_t most_;
  std::string sent_;
  std::thread thread_;
};

// All that a good sender sent to a receiver is sent once more, to a receiver with the same keys.
TEST(RefusedTest, AReplayedHandshake) {
  std::string recorded;
  std::shared_ptr<const ExchangeKeys> keys;
  {
    SecureReceiver first;
    Recorder recorder(first.port());
    ExchangeKeys by_way = *first.keys();
    keys = std::make_shared<ExchangeKeys>(by_way);
    EXPECT_EQ(first.finish(recorder.port()), "");
    recorded = recorder.join();
  }
  EXPECT_GT(recorded.size(), 1000 * 2 * sizeof(int64_t));
  SecureReceiver second(keys);
  Bytes stranger(second.port());
  stranger.send(recorded);
  stranger.await_end();
  EXPECT_EQ(refused(second), counts(1, 0));
}

// A sender with the right key that ends in the middle of a frame. (Of one that only falls silent
// there the receiver notices the silence, as of any other.)
TEST(RefusedTest, APeerThatEndsInMidFrame) {
  SecureReceiver secure;
  Recorder recorder(secure.port(), 10000);
  EXPECT_NE(secure.send(secure.keys(), recorder.port()), "no error");
  recorder.join();
  std::string error = error_of([&] {
    OperatorPtr rows = secure.receiver().rows();
    while (rows->next()) {
    }
  });
  EXPECT_EQ(error,
            secure.endpoint() + ": sender 1 stopped before it had sent all rows (after 0 rows)");
}

}  // namespace
}  // namespace penstock
