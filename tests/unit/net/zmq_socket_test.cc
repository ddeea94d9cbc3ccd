#include "libcore/net/zmq_socket.h"

#include <gtest/gtest.h>

#include <chrono>

#include "libcore/base/error.h"
#include "libcore/net/wake.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::SocketDirectory;

constexpr auto kLongEnough = std::chrono::seconds(10);

Buffer message_of(const std::string& text) {
  return Buffer::copy(text.data(), static_cast<int64_t>(text.size()));
}
std::string message_text(const Buffer& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(bytes.size())};
}

// What `attempt` gives once it gives something; waits for the sockets meanwhile.
template <typename Attempt>
auto wait_for(std::vector<ZmqSocket*> sockets, Attempt attempt) {
  Wake wake;
  auto end = std::chrono::steady_clock::now() + kLongEnough;
  auto result = attempt();
  while (!result && std::chrono::steady_clock::now() < end) {
    wait_any(sockets, wake.fd(), Milliseconds(20));
    result = attempt();
  }
  return result;
}

ZmqSocket::Message received(ZmqSocket& socket) {
  auto message = wait_for({&socket}, [&] { return socket.receive(); });
  EXPECT_TRUE(message);
  return message.value_or(ZmqSocket::Message{});
}

TEST(ZmqSocket, MessagesGoBothWaysInOrder) {
  SocketDirectory directory;
  ZmqContext context;
  ZmqSocket router(context, ZmqSocket::Kind::kRouter);
  router.bind(directory.endpoint());
  ZmqSocket dealer(context, ZmqSocket::Kind::kDealer);
  dealer.connect(directory.endpoint());
  // Short ones are copied, long ones are not.
  std::vector<std::string> sent = {"a", "", std::string(100, 'b'), std::string(300000, 'c'), "d"};
  for (const std::string& text : sent)
    EXPECT_EQ(dealer.send({}, message_of(text)), Sent::kDone);
  std::string peer;
  for (const std::string& text : sent) {
    ZmqSocket::Message got = received(router);
    EXPECT_EQ(message_text(got.bytes), text);
    EXPECT_TRUE(peer.empty() || got.peer == peer);
    peer = got.peer;
    EXPECT_FALSE(peer.empty());
  }
  EXPECT_EQ(router.send(peer, message_of("answer")), Sent::kDone);
  ZmqSocket::Message answer = received(dealer);
  EXPECT_EQ(message_text(answer.bytes), "answer");
  EXPECT_EQ(answer.peer, "");
  EXPECT_FALSE(dealer.receive());
}

TEST(ZmqSocket, ARouterTellsItsPeersApartAndKnowsWhoIsNotThere) {
  SocketDirectory directory;
  ZmqContext context;
  ZmqSocket router(context, ZmqSocket::Kind::kRouter);
  router.bind(directory.endpoint());
  ZmqSocket one(context, ZmqSocket::Kind::kDealer);
  ZmqSocket two(context, ZmqSocket::Kind::kDealer);
  one.connect(directory.endpoint());
  two.connect(directory.endpoint());
  one.send({}, message_of("one"));
  ZmqSocket::Message first = received(router);
  two.send({}, message_of("two"));
  ZmqSocket::Message second = received(router);
  EXPECT_NE(first.peer, second.peer);
  router.send(second.peer, message_of("to two"));
  EXPECT_EQ(message_text(received(two).bytes), "to two");
  EXPECT_FALSE(one.receive());
  // It is not dropped silently, as ZeroMQ does by default.
  EXPECT_EQ(router.send("nobody", message_of("x")), Sent::kNoPeer);
}

TEST(ZmqSocket, ADealerHearsThatItsConnectionIsReadyAndThatItIsLost) {
  SocketDirectory directory;
  ZmqContext context;
  ZmqSocket dealer(context, ZmqSocket::Kind::kDealer);
  dealer.connect(directory.endpoint());
  EXPECT_FALSE(dealer.next_event());
  {
    ZmqSocket router(context, ZmqSocket::Kind::kRouter);
    router.bind(directory.endpoint());
    auto ready = wait_for({&dealer}, [&] { return dealer.next_event(); });
    EXPECT_EQ(ready, ConnectionEvent::kReady);
  }
  auto lost = wait_for({&dealer}, [&] { return dealer.next_event(); });
  EXPECT_EQ(lost, ConnectionEvent::kLost);
}

TEST(ZmqSocket, BindNamesTheEndpointThatItCannotHave) {
  ZmqContext context;
  ZmqSocket router(context, ZmqSocket::Kind::kRouter);
  std::string endpoint = "ipc:///no/such/directory/socket";
  EXPECT_EQ(testing::error_of([&] { router.bind(endpoint); }).find(endpoint + ": "), 0U);
  // An address for documents (RFC 5737).
  EXPECT_EQ(testing::error_of([&] { router.bind("tcp://192.0.2.1:5555"); }),
            "tcp://192.0.2.1:5555: this host does not have that address; use one that it has, or "
            "0.0.0.0");
}

TEST(ZmqSocket, WaitingEndsWhenTheThreadIsWoken) {
  SocketDirectory directory;
  ZmqContext context;
  ZmqSocket router(context, ZmqSocket::Kind::kRouter);
  router.bind(directory.endpoint());
  std::vector<ZmqSocket*> sockets = {&router};
  Wake wake;
  wake.notify();
  auto begin = std::chrono::steady_clock::now();
  wait_any(sockets, wake.fd(), Milliseconds(60000));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
}

}  // namespace
}  // namespace penstock
