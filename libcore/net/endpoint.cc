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

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/net/limits.h"

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

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  int parts = 0;
  for (std::string_view rest = host;;) {
    size_t dot = rest.find('.');
    auto part = parse_int64(rest.substr(0, dot));
    if (!part || *part < 0 || *part > 255 || (parts == 0 && *part != 127)) return false;
    ++parts;
    if (dot == std::string_view::npos) return parts == 4;
    rest.remove_prefix(dot + 1);
  }
}

// Returns the address in its only form, so that two names of it are recognized as the same, and
// because ZeroMQ listens at numeric addresses only.
std::string plain_address(std::string_view endpoint, std::string_view address) {
  size_t colon = address.rfind(':');
  auto port =
      colon == std::string_view::npos ? std::nullopt : parse_int64(address.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) {
    throw Error::usage(fmt::format(
        "'{}' does not name a port from 1 to 65535, as in tcp://127.0.0.1:5555", endpoint));
  }
  std::string_view host = address.substr(0, colon);
  if (!is_loopback(host)) {
    throw Error::usage(
        fmt::format("'{}' is not a loopback address; only 127.0.0.1, [::1] and localhost can be "
                    "used, because nothing is encrypted",
                    endpoint));
  }
  return fmt::format("{}{}:{}", kTcp, host == "localhost" ? "127.0.0.1" : host, *port);
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
    return plain_address(text, text.substr(kTcp.size()));
  } else {
    throw Error::usage(
        fmt::format("'{}' is not an endpoint; use ipc:///PATH or tcp://127.0.0.1:PORT", text));
  }
  return std::string(text);
}

bool is_on_this_host(std::string_view endpoint) {
  return endpoint.starts_with(kIpc);
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
