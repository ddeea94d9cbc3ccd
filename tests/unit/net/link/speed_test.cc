#include "libcore/net/link/speed.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <thread>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// A socket that listens at the loopback interface; libzmq closes it.
struct Listening {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  std::string endpoint;

  Listening() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(fd, any, size), 0);
    EXPECT_EQ(listen(fd, 8), 0);
    EXPECT_EQ(getsockname(fd, any, &size), 0);
    endpoint = fmt::format("tcp://127.0.0.1:{}", ntohs(address.sin_port));
  }
};

std::string error_of_probe(const std::string& endpoint, const KeyPair& keys,
                           Milliseconds patience = kLinkPatience) {
  try {
    probe_link(endpoint, keys, patience);
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

TEST(LinkSpeed, OfTheLoopbackInterface) {
  const Listening listening;
  const KeyPair keys = make_key_pair();
  std::thread other([&] { answer_link_probe(listening.fd, listening.endpoint, keys); });
  const LinkSpeed speed = probe_link(listening.endpoint, keys);
  other.join();
  // Any machine is between these.
  EXPECT_GT(speed.round_trip, 1e-6);
  EXPECT_LT(speed.round_trip, 5);
  for (double rate : {speed.sent, speed.received}) {
    EXPECT_GT(rate, 1e4);
    EXPECT_LT(rate, 1e12);
  }
}

TEST(LinkSpeed, OnlyThoseWithTheKeysAreLetIn) {
  const Listening listening;
  const KeyPair keys = make_key_pair();
  const KeyPair others = make_key_pair();
  std::thread other([&] { answer_link_probe(listening.fd, listening.endpoint, keys); });
  const std::string refusal =
      listening.endpoint + ": the other end closed the connection, as one with other keys does";
  EXPECT_EQ(error_of_probe(listening.endpoint, others), refusal);
  // Who knows the public key alone cannot prove to have it.
  EXPECT_EQ(error_of_probe(listening.endpoint, {keys.public_key, others.secret_key}), refusal);
  EXPECT_EQ(error_of_probe(listening.endpoint, keys), "no error");
  other.join();
}

TEST(LinkSpeed, WhenNobodyAnswers) {
  const Listening listening;
  EXPECT_EQ(error_of_probe(listening.endpoint, make_key_pair(), Milliseconds(1000)),
            listening.endpoint + ": no answer within 1 s");
}

}  // namespace
}  // namespace penstock
