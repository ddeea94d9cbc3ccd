#include "libcore/net/link/tcp_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/net/limits.h"

namespace penstock {
namespace {

constexpr std::string_view kScheme = "tcp://";

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

// Returns the address of a socket; empty when it is not of IP.
std::optional<TcpAddress> read_address(const sockaddr_storage& address, socklen_t size) {
  char host[NI_MAXHOST] = {};
  char port[NI_MAXSERV] = {};
  const bool is_inet = address.ss_family == AF_INET || address.ss_family == AF_INET6;
  if (!is_inet || getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host, sizeof host,
                              port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return std::nullopt;
  }
  return TcpAddress{host, parse_int64(port).value_or(0), address.ss_family == AF_INET6};
}

}  // namespace

TcpAddress parse_tcp_address(std::string_view endpoint) {
  std::string_view address = endpoint.substr(kScheme.size());
  size_t colon = address.rfind(':');
  auto port =
      colon == std::string_view::npos ? std::nullopt : parse_int64(address.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) {
    throw Error::usage(fmt::format(
        "'{}' does not name a port from 1 to 65535, as in tcp://127.0.0.1:5555", endpoint));
  }
  TcpAddress parsed{std::string(address.substr(0, colon)), *port, false};
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

std::string to_text(const TcpAddress& address) {
  const char* open = address.is_v6 ? "[" : "";
  const char* close = address.is_v6 ? "]" : "";
  return fmt::format("{}{}{}{}:{}", kScheme, open, address.host, close, address.port);
}

bool is_loopback(const TcpAddress& address) {
  if (address.is_v6) return address.host == "::1";
  return is_v4(address.host) && address.host.starts_with("127.");
}

TcpAddress resolve(const TcpAddress& address) {
  if (address.is_v6 || is_v4(address.host)) return address;
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(address.host.c_str(), nullptr, &wanted, &found);
  if (status != 0) throw Error(gai_strerror(status));
  const addrinfo* best = found;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (one->ai_family == AF_INET && best->ai_family != AF_INET) best = one;
  }
  sockaddr_storage storage{};
  std::memcpy(&storage, best->ai_addr, best->ai_addrlen);
  std::optional<TcpAddress> resolved = read_address(storage, best->ai_addrlen);
  freeaddrinfo(found);
  if (!resolved) throw Error("it has no address of IP");
  resolved->port = address.port;
  return *std::move(resolved);
}

bool is_of_this_host(const TcpAddress& address) {
  if (is_loopback(address)) return true;
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return false;
  bool is_own = false;
  for (const ifaddrs* one = all; one != nullptr && !is_own; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    const bool is_v6 = one->ifa_addr->sa_family == AF_INET6;
    if (!is_v6 && one->ifa_addr->sa_family != AF_INET) continue;
    const socklen_t size = is_v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    sockaddr_storage storage{};
    std::memcpy(&storage, one->ifa_addr, size);
    const std::optional<TcpAddress> own = read_address(storage, size);
    is_own = own && own->host == address.host;
  }
  freeifaddrs(all);
  return is_own;
}

std::optional<TcpAddress> address_of_socket(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return std::nullopt;
  return read_address(address, size);
}

}  // namespace penstock
