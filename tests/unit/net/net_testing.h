// What tests of the exchange share: sockets in a directory of their own, peers that speak the
// protocol badly, and rows to move.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "libcore/net/batch_frame.h"
#include "libcore/net/frame.h"
#include "libcore/net/receiver.h"
#include "libcore/net/sender.h"
#include "libcore/net/zmq_socket.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock::testing {

// A directory of mode 0700 that goes away with all in it.
class SocketDirectory {
 public:
  SocketDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "exchange-XXXXXX").string();
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
  }
  ~SocketDirectory() { std::filesystem::remove_all(path_); }
  SocketDirectory(const SocketDirectory&) = delete;
  SocketDirectory& operator=(const SocketDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string endpoint(size_t number = 0) const {
    return "ipc://" + path_ + "/" + std::to_string(number);
  }

 private:
  std::string path_;
};

// A port of the loopback interface at which nobody listens.
inline int free_port() {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(bind(fd, generic, size), 0);
  EXPECT_EQ(getsockname(fd, generic, &size), 0);
  close(fd);
  return ntohs(address.sin_port);
}

// Rows with the int64 columns k and v; k = first, first + step, ….
inline Batch numbered_rows(int64_t rows, int64_t first = 0, int64_t step = 1) {
  MutableBuffer keys;
  MutableBuffer values;
  for (int64_t i = 0; i < rows; ++i) {
    keys.push(first + i * step);
    values.push(i);
  }
  SchemaPtr schema = make_schema({{"k", int64_type(), true, {}}, {"v", int64_type(), true, {}}});
  return {schema,
          rows,
          {make_column(int64_type(), rows, keys.freeze()),
           make_column(int64_type(), rows, values.freeze())}};
}

inline ReceiveOptions receive_options(const std::string& endpoint, int64_t senders) {
  ReceiveOptions options;
  options.endpoint = endpoint;
  options.senders = senders;
  options.timeout = Milliseconds(5000);
  options.spill.memory = int64_t{16} << 20;
  return options;
}

inline SendOptions send_options(std::vector<std::string> endpoints, int64_t worker = 0) {
  SendOptions options;
  options.endpoints = std::move(endpoints);
  options.worker = worker;
  options.timeout = Milliseconds(5000);
  options.memory = int64_t{16} << 20;
  return options;
}

// A peer that sends the frames that a test gives it.
class RawPeer {
 public:
  explicit RawPeer(const std::string& endpoint) {
    socket_.emplace(context_, ZmqSocket::Kind::kDealer);
    socket_->connect(endpoint);
  }

  void close() { socket_.reset(); }
  void send(const Buffer& frame) { EXPECT_EQ(socket_->send({}, frame), Sent::kDone); }
  void send(MutableBuffer frame) { send(frame.freeze()); }

  HelloFrame hello() const {
    HelloFrame hello;
    hello.nonce = 7;
    hello.window = 1 << 20;
    return hello;
  }

  // hello, and the schema of numbered_rows().
  void begin() {
    send(encode_hello(hello()));
    send(encode_schema_frame(*numbered_rows(0).schema));
  }

  // A data frame of `rows` numbered rows.
  static MutableBuffer data(uint64_t sequence, int64_t rows) {
    Batch batch = numbered_rows(rows);
    MutableBuffer frame = encode_batch_frame({&batch, 1});
    set_sequence(frame.data(), sequence);
    return frame;
  }

  // The text of the error that comes, or the kind of another frame that is not a beat; waits.
  std::string answer() {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (std::chrono::steady_clock::now() < end) {
      std::optional<ZmqSocket::Message> message = socket_->receive();
      if (!message) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        continue;
      }
      Frame frame = parse_frame(message->bytes.span<uint8_t>());
      bool failed = frame.kind == FrameKind::kError || frame.kind == FrameKind::kRelayed;
      if (failed) return std::string(frame.text);
      if (frame.kind != FrameKind::kBeat) return std::to_string(static_cast<int>(frame.kind));
    }
    return "nothing";
  }

 private:
  ZmqContext context_;
  std::optional<ZmqSocket> socket_;
};

}  // namespace penstock::testing
