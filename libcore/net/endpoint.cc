#include "libcore/net/endpoint.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
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

// The parts of tcp://HOST:PORT; an IPv6 host is without its brackets.
struct HostPort {
  std::string host;
  int64_t port = 0;
  bool is_v6 = false;
};

// Returns whether the text is an IPv4 address in its four parts. Other forms of numbers, which some
// systems read as addresses, are neither addresses nor names.
bool is_v4(const std::string& host) {
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

// Returns the only form of an IPv6 address, perhaps with the interface of a link-local one; empty
// when the text is not one.
std::string plain_v6(const std::string& host) {
  in6_addr address{};
  const size_t percent = std::min(host.find('%'), host.size());
  if (percent + 1 == host.size()) return {};
  if (inet_pton(AF_INET6, host.substr(0, percent).c_str(), &address) != 1) return {};
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(AF_INET6, &address, text, sizeof text);
  return text + host.substr(percent);
}

bool is_name(std::string_view host) {
  constexpr std::string_view kNumbers = "0123456789.";
  constexpr std::string_view kOthers = "-._";
  if (host.empty() || host[0] == '-' || std::ssize(host) > kMaxHostNameBytes) return false;
  if (host.find_first_not_of(kNumbers) == std::string_view::npos) return false;
  return std::all_of(host.begin(), host.end(), [&](char c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') || kOthers.find(c) != std::string_view::npos;
  });
}

HostPort parse_address(std::string_view endpoint, std::string_view address) {
  size_t colon = address.rfind(':');
  auto port =
      colon == std::string_view::npos ? std::nullopt : parse_int64(address.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) {
    throw Error::usage(fmt::format(
        "'{}' does not name a port from 1 to 65535, as in tcp://127.0.0.1:5555", endpoint));
  }
  HostPort parsed{std::string(address.substr(0, colon)), *port, false};
  std::string& host = parsed.host;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = plain_v6(host.substr(1, host.size() - 2));
    parsed.is_v6 = true;
  }
  if (parsed.is_v6 ? host.empty() : !is_v4(host) && !is_name(host)) {
    throw Error::usage(fmt::format(
        "'{}' does not name a host; use its name, its address, or [ADDRESS] of IPv6", endpoint));
  }
  if (host == "localhost") host = "127.0.0.1";
  return parsed;
}

// Returns the address in its only form, so that two names of it are recognized as the same.
std::string to_text(const HostPort& address) {
  const char* open = address.is_v6 ? "[" : "";
  const char* close = address.is_v6 ? "]" : "";
  return fmt::format("{}{}{}{}:{}", kTcp, open, address.host, close, address.port);
}

HostPort address_of(std::string_view endpoint) {
  return parse_address(endpoint, endpoint.substr(kTcp.size()));
}

// Returns the address of a socket; empty when it is not of IP.
std::optional<HostPort> read_address(const sockaddr_storage& address, socklen_t size) {
  char host[NI_MAXHOST] = {};
  char port[NI_MAXSERV] = {};
  const bool is_inet = address.ss_family == AF_INET || address.ss_family == AF_INET6;
  if (!is_inet || getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host, sizeof host,
                              port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return std::nullopt;
  }
  return HostPort{host, parse_int64(port).value_or(0), address.ss_family == AF_INET6};
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
    return to_text(parse_address(text, text.substr(kTcp.size())));
  } else {
    throw Error::usage(
        fmt::format("'{}' is not an endpoint; use ipc:///PATH or tcp://HOST:PORT", text));
  }
  return std::string(text);
}

bool is_on_this_host(std::string_view endpoint) {
  return endpoint.starts_with(kIpc);
}

bool stays_on_this_host(std::string_view endpoint) {
  if (is_on_this_host(endpoint)) return true;
  const HostPort address = address_of(endpoint);
  return address.is_v6 ? address.host == "::1"
                       : is_v4(address.host) && address.host.starts_with("127.");
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
  HostPort address = address_of(endpoint);
  if (address.is_v6 || is_v4(address.host)) return endpoint;
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(address.host.c_str(), nullptr, &wanted, &found);
  if (status != 0) throw Error::of_input(endpoint + ": " + gai_strerror(status));
  const addrinfo* best = found;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (one->ai_family == AF_INET && best->ai_family != AF_INET) best = one;
  }
  sockaddr_storage storage{};
  std::memcpy(&storage, best->ai_addr, best->ai_addrlen);
  std::optional<HostPort> resolved = read_address(storage, best->ai_addrlen);
  freeaddrinfo(found);
  if (!resolved) throw Error::of_input(endpoint + ": it has no address of IP");
  resolved->port = address.port;
  return to_text(*resolved);
}

bool is_own_address(const std::string& endpoint) {
  if (stays_on_this_host(endpoint)) return true;
  const HostPort wanted = address_of(endpoint);
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return false;
  bool is_own = false;
  for (const ifaddrs* one = all; one != nullptr && !is_own; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    const bool is_v6 = one->ifa_addr->sa_family == AF_INET6;
    if (!is_v6 && one->ifa_addr->sa_family != AF_INET) continue;
    const socklen_t size = is_v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    sockaddr_storage address{};
    std::memcpy(&address, one->ifa_addr, size);
    const std::optional<HostPort> own = read_address(address, size);
    is_own = own && own->host == wanted.host;
  }
  freeifaddrs(all);
  return is_own;
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
  sockaddr_storage address{};
  socklen_t bytes = sizeof address;
  (void)getsockname(fd, reinterpret_cast<sockaddr*>(&address), &bytes);
  const std::optional<HostPort> listens_at = read_address(address, bytes);
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
