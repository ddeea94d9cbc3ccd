// Addresses in their parts; endpoint_test.cc has what an endpoint may be.
#include "libcore/net/link/tcp_address.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

TEST(TcpAddressTest, PartsOfAnAddress) {
  TcpAddress v4 = parse_tcp_address("tcp://10.0.0.1:07");
  EXPECT_EQ(v4.host, "10.0.0.1");
  EXPECT_EQ(v4.port, 7);
  EXPECT_FALSE(v4.is_v6);
  TcpAddress v6 = parse_tcp_address("tcp://[0:0:0:0:0:0:0:A]:8");
  EXPECT_EQ(v6.host, "::a");
  EXPECT_TRUE(v6.is_v6);
  EXPECT_EQ(to_text(v4), "tcp://10.0.0.1:7");
  EXPECT_EQ(to_text(v6), "tcp://[::a]:8");
  EXPECT_EQ(parse_tcp_address("tcp://n1.example:9").host, "n1.example");
}

TEST(TcpAddressTest, WhereAnAddressIs) {
  EXPECT_TRUE(is_loopback({"127.0.0.9", 1, false}));
  EXPECT_FALSE(is_loopback({"127.example", 1, false}));
  EXPECT_TRUE(is_loopback({"::1", 1, true}));
  EXPECT_TRUE(is_of_this_host({"127.0.0.9", 1, false}));
  EXPECT_FALSE(is_of_this_host({"192.0.2.1", 1, false}));  // for documents (RFC 5737)
}

TEST(TcpAddressTest, AnAddressNeedsNoResolver) {
  const TcpAddress address{"192.0.2.1", 7, false};
  EXPECT_EQ(to_text(resolve(address)), to_text(address));
  EXPECT_THROW(resolve({"no.such.host.invalid", 7, false}), Error);
}

TEST(TcpAddressTest, WhereASocketIs) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const std::optional<TcpAddress> bound = address_of_socket(fd);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->host, "127.0.0.1");
  EXPECT_GT(bound->port, 0);
  close(fd);
  EXPECT_FALSE(address_of_socket(fd));
  const int local = socket(AF_UNIX, SOCK_STREAM, 0);
  EXPECT_FALSE(address_of_socket(local));
  close(local);
}

}  // namespace
}  // namespace penstock
