#include "libcore/exchange_files/file_server.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/exchange_files/file_frames.h"
#include "libcore/os/descriptor.h"
#include "tests/unit/exchange_files/file_peers.h"
#include "tests/unit/folder_test.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::kLong;
using testing::kQuiet;
using testing::OtherEnd;
using testing::RunningServer;

class FileServerTest : public FolderTest {
 protected:
  std::string endpoint() const { return "ipc://" + (folder_ / "socket").string(); }

  std::unique_ptr<RunningServer> serve() const {
    return std::make_unique<RunningServer>(ServeOptions{folder_, endpoint()});
  }
};

TEST_F(FileServerTest, WhatIsNotARequestIsDroppedOrRefusedAndOthersAreServed) {
  write("a", "0123456789");
  const auto server = serve();
  OtherEnd client(ZmqSocket::Kind::kDealer, endpoint());
  const Buffer good = encode_request({1, "a", 2, 3});
  for (const int64_t size : {int64_t{0}, int64_t{1}, int64_t{31}})
    client.send(good.slice(0, size));
  client.send(Buffer::copy(std::string(4000, 'x').data(), 4000));
  client.send(good);
  auto reply = client.next(kLong);
  ASSERT_TRUE(reply);
  EXPECT_EQ(decode_reply(reply->bytes.span<uint8_t>()).content.size(), 3U) << "four were dropped";
  for (const char* path : {"/etc/passwd", "../a", "", "a\n"}) {
    client.send(encode_request({2, path, 0, 1}));
    reply = client.next(kLong);
    ASSERT_TRUE(reply);
    const FileReply refused = decode_reply(reply->bytes.span<uint8_t>());
    EXPECT_EQ(refused.id, 2U);
    EXPECT_EQ(refused.status, FileStatus::kUnreadable) << path;
    EXPECT_NE(refused.text, "");
  }
  // Larger than any request: the connection ends, and ZeroMQ makes another.
  const std::string large(kMostRequestFrame + 1, 'x');
  client.send(Buffer::copy(large.data(), std::ssize(large)));
  EXPECT_FALSE(client.next(kQuiet));
  client.send(good);
  reply = client.next(kLong);
  ASSERT_TRUE(reply);
  EXPECT_EQ(decode_reply(reply->bytes.span<uint8_t>()).id, 1U);
}

// A peer of ZeroMQ 3.0 that sends, and reads only when it is asked to.
class SlowPeer {
 public:
  explicit SlowPeer(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const timeval quiet{1, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &quiet, sizeof quiet);
    const int at_once = 1;
    setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    std::string greeting(64, '\0');
    greeting.replace(0, 1, "\xFF").replace(9, 3, std::string("\x7F\3\0", 3));
    greeting.replace(12, 4, "NULL");
    send(greeting);
    const std::string ready("\5READY\xBSocket-Type\0\0\0\6DEALER", 28);
    send("\4" + std::string(1, static_cast<char>(ready.size())) + ready);
    EXPECT_EQ(read(64), 64);
  }

  void send(const std::string& bytes) const {
    EXPECT_EQ(write(socket_.get(), bytes.data(), bytes.size()), std::ssize(bytes));
  }
  void send(const FileRequest& request) const {
    const Buffer frame = encode_request(request);
    send(std::string("\0", 1) + static_cast<char>(frame.size()) +
         std::string(frame.as<char>(), static_cast<size_t>(frame.size())));
  }

  // Reads so many bytes, or until none come for a second; the number.
  int64_t read(int64_t most) {
    std::vector<char> bytes(1 << 20);
    int64_t count = 0;
    while (count < most) {
      const int64_t wanted = std::min(most - count, std::ssize(bytes));
      const ssize_t got = ::read(socket_.get(), bytes.data(), static_cast<size_t>(wanted));
      if (got <= 0) break;
      count += got;
    }
    return count;
  }

 private:
  Descriptor socket_;
};

TEST_F(FileServerTest, HoldsOnlySoMuchForAPeerThatDoesNotRead) {
  const std::string file(static_cast<size_t>(kMostRequestBytes), 'x');
  write("a", file);
  const int port = testing::free_port();
  const std::string at = "tcp://127.0.0.1:" + std::to_string(port);
  const RunningServer server({folder_, at});
  SlowPeer peer(port);
  constexpr int64_t kAsked = 4 * kMostWaitingReplies;
  for (uint64_t id = 0; id < kAsked; ++id)
    peer.send(FileRequest{id, "a", 0, kMostRequestBytes});
  std::this_thread::sleep_for(kQuiet);
  // Others are served meanwhile, in turn with the peer: then all its requests have been taken.
  OtherEnd other(ZmqSocket::Kind::kDealer, at);
  for (int64_t count = 0; count < kAsked; ++count) {
    other.send(encode_request({1, "a", 0, 1}));
    ASSERT_TRUE(other.next(kLong));
  }
  // Beside those that wait, the buffers of the system have some, and ZeroMQ its current one.
  const int64_t replies = peer.read(kAsked * kMostReplyFrame) / kMostReplyFrame;
  EXPECT_GE(replies, kMostWaitingReplies);
  EXPECT_LT(replies, 2 * kMostWaitingReplies);
}

TEST_F(FileServerTest, OneServerListensAtAnEndpoint) {
  const auto server = serve();
  EXPECT_THROW(FileServer({folder_, endpoint()}), Error);
  EXPECT_THROW(FileServer({folder_, "tcp://10.0.0.1:4000"}), Error) << "without keys";
  EXPECT_THROW(FileServer({folder_ / "none", endpoint()}), Error);
}

}  // namespace
}  // namespace penstock
