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
  for (const char* good : {"ipc:///run/x", "tcp://127.0.0.1:1", "tcp://127.1.2.3:65535",
                           "tcp://localhost:5555", "tcp://[::1]:5555"}) {
    EXPECT_FALSE(is_refused(good)) << good;
  }
  for (const char* bad :
       {"", "x", "ipc://", "ipc://x", "udp://127.0.0.1:1", "tcp://127.0.0.1", "tcp://127.0.0.1:0",
        "tcp://127.0.0.1:65536", "tcp://127.0.0.1:x", "tcp://0.0.0.0:1", "tcp://*:1",
        "tcp://192.168.0.1:1", "tcp://128.0.0.1:1", "tcp://127.0.0:1", "tcp://127.0.0.1.evil:1",
        "tcp://localhost.evil:1", "inproc://x"}) {
    EXPECT_TRUE(is_refused(bad)) << bad;
  }
}

TEST(EndpointTest, AnAddressHasOneSpelling) {
  EXPECT_EQ(parse_endpoint("tcp://localhost:5555"), "tcp://127.0.0.1:5555");
  EXPECT_EQ(parse_endpoint("tcp://[::1]:05555"), "tcp://[::1]:5555");
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

}  // namespace
}  // namespace penstock
