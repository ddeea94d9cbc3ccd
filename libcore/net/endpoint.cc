#include "libcore/net/endpoint.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/net/limits.h"
#include "libcore/net/link/tcp_address.h"

namespace penstock {
namespace {

constexpr std::string_view kIpc = "ipc://";
constexpr std::string_view kTcp = "tcp://";

void test_path(std::string_view endpoint, std::string_view path) {
  if (path.empty() || path[0] != '/') {
    throw Error::usage(
        fmt::format("'{}': the path of a socket is absolute, as in ipc:///run/x", endpoint));
  }
  if (std::ssize(path) > kMaxIpcPathBytes) {
    throw Error::usage(
        fmt::format("'{}': the path of a socket has at most {} bytes, this one has {}; use a "
                    "shorter directory",
                    endpoint, kMaxIpcPathBytes, path.size()));
  }
}

// Returns whether a process listens at the socket `path`.
bool is_listened_to(const std::string& path) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  bool connected = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return connected;
}

void test_directory(const std::string& endpoint) {
  std::string_view path = std::string_view(endpoint).substr(kIpc.size());
  size_t slash = path.rfind('/');
  std::string directory(slash == 0 ? "/" : path.substr(0, slash));
  struct stat about {};
  if (stat(directory.c_str(), &about) != 0) throw Error::system(endpoint, directory, errno);
  if ((about.st_mode & 077) != 0 || (about.st_uid != geteuid())) {
    throw Error(
        fmt::format("{}: others may enter {}; use a directory of your own with mode 0700, "
                    "as mktemp -d makes it",
                    endpoint, directory));
  }
}

// A descriptor of `path` that holds its lock; -1 when another process holds it. The process
// that held it removes the file at its end, so the locked file may not be the one at `path`.
int lock_file(const std::string& endpoint, const std::string& path) {
  for (;;) {
    int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) throw Error::system(endpoint, path, errno);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
      close(fd);
      return -1;
    }
    struct stat locked {};
    struct stat there {};
    if (fstat(fd, &locked) == 0 && stat(path.c_str(), &there) == 0 &&
        locked.st_ino == there.st_ino) {
      return fd;
    }
    close(fd);
  }
}

}  // namespace

std::string parse_endpoint(std::string_view text) {
  if (text.substr(0, kIpc.size()) == kIpc) {
    test_path(text, text.substr(kIpc.size()));
  } else if (text.substr(0, kTcp.size()) == kTcp) {
    return to_text(parse_tcp_address(text));
  } else {
    throw Error::usage(
        fmt::format("'{}' is not an endpoint; use ipc:///PATH or tcp://HOST:PORT", text));
  }
  return std::string(text);
}

std::string tcp_endpoint(const std::string& address, int64_t port) {
  const bool is_ipv6 = address.find(':') != address.npos;
  return is_ipv6 ? fmt::format("tcp://[{}]:{}", address, port)
                 : fmt::format("tcp://{}:{}", address, port);
}

bool is_on_this_host(std::string_view endpoint) {
  return endpoint.starts_with(kIpc);
}

bool stays_on_this_host(std::string_view endpoint) {
  return is_on_this_host(endpoint) || is_loopback(parse_tcp_address(endpoint));
}

void require_loopback(const std::string& endpoint) {
  if (stays_on_this_host(endpoint)) return;
  throw Error::usage(
      fmt::format("'{}' is not a loopback address; without --keys only 127.0.0.1, [::1] and "
                  "localhost can be used, because nothing is encrypted",
                  endpoint));
}

std::string resolve_endpoint(const std::string& endpoint) {
  if (is_on_this_host(endpoint)) return endpoint;
  try {
    return to_text(resolve(parse_tcp_address(endpoint)));
  } catch (const Error& error) {
    throw Error::of_input(endpoint + ": " + error.message());
  }
}

bool is_own_address(const std::string& endpoint) {
  return is_on_this_host(endpoint) || is_of_this_host(parse_tcp_address(endpoint));
}

void test_listening(int fd, const std::string& endpoint) {
  int listens = 0;
  int type = 0;
  socklen_t size = sizeof listens;
  if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0) {
    throw Error::system(endpoint, fmt::format("descriptor {}", fd), errno);
  }
  size = sizeof type;
  (void)getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
  if (listens == 0 || type != SOCK_STREAM) {
    throw Error(fmt::format("{}: descriptor {} does not listen", endpoint, fd));
  }
  const std::optional<TcpAddress> listens_at = address_of_socket(fd);
  if (!listens_at || to_text(*listens_at) != endpoint) {
    throw Error(fmt::format("{}: descriptor {} listens at {}", endpoint, fd,
                            listens_at ? to_text(*listens_at) : "another kind of address"));
  }
  if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) != 0 ||
      fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
    throw Error::system(endpoint, fmt::format("descriptor {}", fd), errno);
  }
}

std::vector<std::string> parse_endpoints(std::string_view text) {
  std::vector<std::string> endpoints;
  for (;;) {
    size_t comma = text.find(',');
    std::string endpoint = parse_endpoint(text.substr(0, comma));
    if (std::find(endpoints.begin(), endpoints.end(), endpoint) != endpoints.end()) {
      throw Error::usage(fmt::format("'{}' is named twice", endpoint));
    }
    endpoints.push_back(std::move(endpoint));
    if (std::ssize(endpoints) > kMaxPeers) {
      throw Error::usage(fmt::format("more than {} endpoints", kMaxPeers));
    }
    if (comma == std::string_view::npos) return endpoints;
    text.remove_prefix(comma + 1);
  }
}

void test_endpoint_to_send_to(const std::string& endpoint) {
  if (is_on_this_host(endpoint)) test_directory(endpoint);
}

EndpointClaim::EndpointClaim(const std::string& endpoint) {
  if (endpoint.compare(0, kIpc.size(), kIpc) != 0) return;
  std::string path = endpoint.substr(kIpc.size());
  test_directory(endpoint);
  lock_ = lock_file(endpoint, path + ".lock");
  if (lock_ < 0) throw Error(endpoint + ": another receiver listens there");
  path_ = path;
  struct stat about {};
  if (lstat(path.c_str(), &about) != 0) return;
  std::string trouble;
  if (!S_ISSOCK(about.st_mode)) {
    trouble = "a file that is not a socket is in its place";
  } else if (is_listened_to(path)) {
    trouble = "another program listens there";
  }
  if (!trouble.empty()) {
    unlink((path + ".lock").c_str());
    close(lock_);
    throw Error(endpoint + ": " + trouble);
  }
  unlink(path.c_str());
}

EndpointClaim::~EndpointClaim() {
  if (lock_ < 0) return;
  unlink(path_.c_str());
  unlink((path_ + ".lock").c_str());
  close(lock_);
}

}  // namespace penstock
