#include "libcore/net/endpoint.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "libcore/base/error.h"
#include "libcore/net/limits.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::error_of;
using testing::SocketDirectory;

bool is_refused(const std::string& endpoint) {
  return error_of([&] { parse_endpoint(endpoint); }) != "no error";
}

// Leaves a socket at `path` as a process does that is killed; the descriptor listens.
int listen_at(const std::string& path) {
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(listen(fd, 1), 0);
  return fd;
}

TEST(EndpointTest, WhatCanBeAnEndpoint) {
  for (const char* good :
       {"ipc:///run/x", "tcp://127.0.0.1:1", "tcp://127.1.2.3:65535", "tcp://localhost:5555",
        "tcp://[::1]:5555", "tcp://0.0.0.0:1", "tcp://192.168.0.1:1", "tcp://[fe80::1%eth0]:1",
        "tcp://n1:1", "tcp://n-1.rack_2.example.com:1"}) {
    EXPECT_FALSE(is_refused(good)) << good;
  }
  for (const char* bad : {"",
                          "x",
                          "ipc://",
                          "ipc://x",
                          "udp://127.0.0.1:1",
                          "tcp://127.0.0.1",
                          "tcp://127.0.0.1:0",
                          "tcp://127.0.0.1:65536",
                          "tcp://127.0.0.1:x",
                          "tcp://*:1",
                          "tcp://127.0.0:1",
                          "tcp://1.2.3.4.5:1",
                          "tcp://256.0.0.1:1",
                          "tcp://:1",
                          "tcp://-h:1",
                          "tcp://a b:1",
                          "tcp://a/b:1",
                          "tcp://[]:1",
                          "tcp://[::g]:1",
                          "tcp://[::1%]:1",
                          "tcp://::1:1",
                          "tcp://h;x:1",
                          "tcp://h\n:1",
                          "inproc://x"}) {
    EXPECT_TRUE(is_refused(bad)) << bad;
  }
}

TEST(EndpointTest, AnAddressHasOneSpelling) {
  EXPECT_EQ(parse_endpoint("tcp://localhost:5555"), "tcp://127.0.0.1:5555");
  EXPECT_EQ(parse_endpoint("tcp://[::1]:05555"), "tcp://[::1]:5555");
  EXPECT_EQ(parse_endpoint("tcp://[0:0::0001]:5555"), "tcp://[::1]:5555");
  EXPECT_EQ(parse_endpoint("tcp://[FE80::01%eth0]:1"), "tcp://[fe80::1%eth0]:1");
  EXPECT_EQ(error_of([] { parse_endpoints("tcp://127.0.0.1:1,tcp://localhost:1"); }),
            "'tcp://127.0.0.1:1' is named twice");
}

TEST(EndpointTest, SendersTestTheDirectoryAsReceiversDo) {
  SocketDirectory directory;
  std::string endpoint = "ipc://" + directory.path() + "/x";
  EXPECT_EQ(error_of([&] { test_endpoint_to_send_to(endpoint); }), "no error");
  EXPECT_EQ(error_of([&] { test_endpoint_to_send_to("tcp://127.0.0.1:1"); }), "no error");
  chmod(directory.path().c_str(), 0750);
  std::string of_receiver = error_of([&] { EndpointClaim claim(endpoint); });
  EXPECT_EQ(error_of([&] { test_endpoint_to_send_to(endpoint); }), of_receiver);
  EXPECT_NE(of_receiver, "no error");
  EXPECT_EQ(error_of([&] { test_endpoint_to_send_to("ipc:///no/such/x"); }),
            error_of([&] { EndpointClaim claim("ipc:///no/such/x"); }));
}

TEST(EndpointTest, LimitOfAPath) {
  std::string most = "ipc://" + std::string(static_cast<size_t>(kMaxIpcPathBytes), '/');
  EXPECT_FALSE(is_refused(most));
  EXPECT_NE(error_of([&] { parse_endpoint(most + "x"); }).find("at most 107 bytes"),
            std::string::npos);
}

TEST(EndpointTest, LimitOfAName) {
  const std::string most(static_cast<size_t>(kMaxHostNameBytes), 'h');
  EXPECT_FALSE(is_refused("tcp://" + most + ":1"));
  EXPECT_TRUE(is_refused("tcp://h" + most + ":1"));
}

TEST(EndpointTest, WithoutKeysRowsStayOnThisHost) {
  for (const char* inside : {"ipc:///x", "tcp://127.0.0.1:1", "tcp://127.9.9.9:1", "tcp://[::1]:1",
                             "tcp://localhost:1"}) {
    EXPECT_TRUE(stays_on_this_host(parse_endpoint(inside))) << inside;
  }
  for (const char* outside :
       {"tcp://0.0.0.0:1", "tcp://192.168.0.1:1", "tcp://128.0.0.1:1", "tcp://127.0.0.1.evil:1",
        "tcp://127.evil:1", "tcp://localhost.evil:1", "tcp://[::]:1", "tcp://[::2]:1"}) {
    EXPECT_FALSE(stays_on_this_host(parse_endpoint(outside))) << outside;
    EXPECT_NE(error_of([&] { require_loopback(outside); }).find("is not a loopback address"),
              std::string::npos);
  }
}

TEST(EndpointTest, NamesAreResolved) {
  EXPECT_EQ(resolve_endpoint("tcp://10.0.0.1:7"), "tcp://10.0.0.1:7");
  EXPECT_EQ(resolve_endpoint("tcp://[::1]:7"), "tcp://[::1]:7");
  EXPECT_EQ(resolve_endpoint("ipc:///x"), "ipc:///x");
  EXPECT_EQ(error_of([&] {
              resolve_endpoint("tcp://no.such.host.invalid:7");
            }).find("tcp://no.such.host.invalid:7: "),
            0U);
}

TEST(EndpointTest, AddressesOfThisHost) {
  EXPECT_TRUE(is_own_address("ipc:///x"));
  EXPECT_TRUE(is_own_address("tcp://127.0.0.1:7"));
  EXPECT_TRUE(is_own_address("tcp://[::1]:7"));
  EXPECT_FALSE(is_own_address("tcp://192.0.2.1:7"));  // for documents (RFC 5737)
  EXPECT_FALSE(is_own_address("tcp://[2001:db8::1]:7"));
}

// A listening socket at a port of the loopback interface.
int listen_at_port(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(listen(fd, 1), 0);
  return fd;
}

TEST(EndpointTest, ASocketThatListensAlready) {
  const int port = testing::free_port();
  const std::string endpoint = "tcp://127.0.0.1:" + std::to_string(port);
  int fd = listen_at_port(port);
  EXPECT_EQ(error_of([&] { test_listening(fd, endpoint); }), "no error");
  const std::string place = ": descriptor " + std::to_string(fd);
  EXPECT_EQ(error_of([&] { test_listening(fd, "tcp://127.0.0.2:1"); }),
            "tcp://127.0.0.2:1" + place + " listens at " + endpoint);
  close(fd);
  EXPECT_EQ(error_of([&] { test_listening(fd, endpoint); }),
            endpoint + place + ": Bad file descriptor");
  SocketDirectory directory;
  for (int other : {socket(AF_INET, SOCK_STREAM, 0), socket(AF_INET, SOCK_DGRAM, 0),
                    listen_at(directory.path() + "/0")}) {
    EXPECT_NE(error_of([&] { test_listening(other, endpoint); }), "no error");
    close(other);
  }
}

TEST(EndpointTest, Lists) {
  EXPECT_EQ(parse_endpoints("ipc:///a,tcp://127.0.0.1:1").size(), 2U);
  EXPECT_THROW(parse_endpoints(""), Error);
  EXPECT_THROW(parse_endpoints("ipc:///a,"), Error);
  EXPECT_THROW(parse_endpoints("ipc:///a,ipc:///b,ipc:///a"), Error);
  std::string most = "ipc:///0";
  for (int64_t i = 1; i < kMaxPeers; ++i)
    most += ",ipc:///" + std::to_string(i);
  EXPECT_EQ(std::ssize(parse_endpoints(most)), kMaxPeers);
  EXPECT_THROW(parse_endpoints(most + ",ipc:///x"), Error);
}

TEST(EndpointTest, OneReceiverAnEndpoint) {
  SocketDirectory directory;
  {
    EndpointClaim claim(directory.endpoint());
    std::string error = error_of([&] { EndpointClaim second(directory.endpoint()); });
    EXPECT_EQ(error, directory.endpoint() + ": another receiver listens there");
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
  EndpointClaim again(directory.endpoint());
}

TEST(EndpointTest, AStaleSocketGoesAway) {
  SocketDirectory directory;
  std::string path = directory.path() + "/0";
  close(listen_at(path));
  EXPECT_TRUE(std::filesystem::exists(path));
  EndpointClaim claim(directory.endpoint());
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(EndpointTest, WhatIsInUseStays) {
  SocketDirectory directory;
  std::string path = directory.path() + "/0";
  int fd = listen_at(path);
  EXPECT_EQ(error_of([&] { EndpointClaim claim(directory.endpoint()); }),
            directory.endpoint() + ": another program listens there");
  close(fd);
  std::string file = directory.path() + "/1";
  std::ofstream(file) << "precious";
  EXPECT_EQ(error_of([&] { EndpointClaim claim(directory.endpoint(1)); }),
            directory.endpoint(1) + ": a file that is not a socket is in its place");
  EXPECT_TRUE(std::filesystem::exists(file));
}

TEST(EndpointTest, TheDirectoryIsPrivate) {
  SocketDirectory directory;
  chmod(directory.path().c_str(), 0750);
  EXPECT_NE(error_of([&] { EndpointClaim claim(directory.endpoint()); }).find("mode 0700"),
            std::string::npos);
  EXPECT_NE(error_of([&] {
              EndpointClaim claim("ipc://" + directory.path() + "/missing/0");
            }).find("No such file"),
            std::string::npos);
}

TEST(EndpointTest, OfAnAddressHasBracketsAroundIpv6) {
  EXPECT_EQ(tcp_endpoint("10.0.0.1", 5), "tcp://10.0.0.1:5");
  EXPECT_EQ(tcp_endpoint("fd77::1", 5), "tcp://[fd77::1]:5");
}

}  // namespace
}  // namespace penstock
