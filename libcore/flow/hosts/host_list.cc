#include "libcore/flow/hosts/host_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

constexpr int64_t kMaxPort = 65535;
constexpr std::string_view kBlank = " \t\r";

bool is_blank(char c) {
  return kBlank.find(c) != kBlank.npos;
}

std::string_view trimmed(std::string_view text) {
  size_t first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// The first character that is neither of a name (ascii.h) nor one of `others`, for a message.
std::optional<std::string> first_not_of(std::string_view text, std::string_view others) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_name_byte(text[i]) || others.find(text[i]) != others.npos) continue;
    size_t end = i + 1;
    while (end < text.size() && is_continuation(text[end]))
      ++end;
    return printable(text.substr(i, end - i));
  }
  return std::nullopt;
}

// One host's text, read from both ends inwards.
class HostText {
 public:
  explicit HostText(std::string_view text) : whole_(text), left_(text) {}

  Host parse() {
    check_whole();
    Host host;
    host.slots = take_slots();
    if (left_ == ":") {
      host.is_here = true;
      return host;
    }
    host.user = take_user();
    host.port = take_port();
    check_name();
    host.name = std::string(left_);
    return host;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error::usage(fmt::format("host '{}': {}", printable(whole_), what));
  }

  void check_whole() const {
    if (std::any_of(whole_.begin(), whole_.end(), is_blank)) {
      fail("a host has no spaces in it; commas, or lines of a file, separate hosts");
    }
    if (whole_.starts_with('-'))
      fail("a host does not begin with '-', for ssh takes it as an option");
  }

  int64_t slots_of(std::string_view text) const {
    auto slots = text.empty() || !is_digit(text[0]) ? std::nullopt : parse_int64(text);
    if (!slots || *slots > kMaxWorkers) {
      fail(fmt::format("'{}' is not a number of slots, 1 to {}", printable(text), kMaxWorkers));
    }
    if (*slots == 0) fail("0 slots; leave a host out that is not to run any worker");
    return *slots;
  }

  // HOST*SLOTS and SLOTS/HOST
  std::optional<int64_t> take_slots() {
    size_t slash = left_.find('/');
    size_t star = left_.find('*');
    if (slash != left_.npos && star != left_.npos) {
      fail("its slots stand both before '/' and behind '*'; give them once");
    }
    if (slash == left_.npos && star == left_.npos) return std::nullopt;
    bool first = slash != left_.npos;
    std::string_view text = first ? left_.substr(0, slash) : left_.substr(star + 1);
    left_ = first ? left_.substr(slash + 1) : left_.substr(0, star);
    return slots_of(text);
  }

  std::string take_user() {
    size_t at = left_.rfind('@');
    if (at == left_.npos) return {};
    std::string_view user = left_.substr(0, at);
    left_.remove_prefix(at + 1);
    if (user.empty()) fail("there is no user before the '@'");
    if (user.starts_with('-')) fail("a user's name does not begin with '-'");
    if (std::ssize(user) > kMaxUserNameBytes) {
      fail(fmt::format("a user's name has at most {} bytes", kMaxUserNameBytes));
    }
    if (auto wrong = first_not_of(user, ".-+@")) {
      fail(fmt::format(
          "'{}' cannot stand in a user's name, which has letters, digits and . _ - + @", *wrong));
    }
    return std::string(user);
  }

  // Text with more than one colon outside of brackets is an IPv6 address.
  int take_port() {
    std::string_view port;
    if (left_.starts_with('[')) {
      size_t end = left_.find(']');
      if (end == left_.npos) fail("the ']' behind the address is missing");
      std::string_view behind = left_.substr(end + 1);
      left_ = left_.substr(1, end - 1);
      if (left_.find(':') == left_.npos) fail("only an IPv6 address stands in brackets");
      if (behind.empty()) return 0;
      if (behind[0] != ':') fail(fmt::format("'{}' behind the ']'", printable(behind)));
      port = behind.substr(1);
    } else {
      size_t colon = left_.find(':');
      if (colon == left_.npos || left_.find(':', colon + 1) != left_.npos) return 0;
      port = left_.substr(colon + 1);
      left_ = left_.substr(0, colon);
    }
    auto number = port.empty() || !is_digit(port[0]) ? std::nullopt : parse_int64(port);
    if (!number || *number < 1 || *number > kMaxPort) {
      fail(fmt::format("'{}' is not a port, 1 to {}", printable(port), kMaxPort));
    }
    return static_cast<int>(*number);
  }

  void check_name() const {
    if (left_.empty()) fail("the name is missing; this host is ':'");
    if (left_.starts_with('-'))
      fail("a name does not begin with '-', for ssh takes it as an option");
    if (std::ssize(left_) > kMaxListedNameBytes) {
      fail(fmt::format("a name has at most {} bytes", kMaxListedNameBytes));
    }
    if (auto wrong = first_not_of(left_, ".-:%")) {
      fail(fmt::format(
          "'{}' cannot stand in a host's name, which has letters, digits and . _ - : %; "
          "slots are written HOST*SLOTS",
          *wrong));
    }
  }

  std::string_view whole_;
  std::string_view left_;
};

// Names of hosts are alike in upper and lower case.
std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// Whether two entries of a list are one host. What user ssh takes does not matter.
bool is_same(const Host& a, const Host& b) {
  return a.is_here == b.is_here && a.port == b.port && lower(a.name) == lower(b.name);
}

void add_host(std::vector<Host>& hosts, std::string_view text) {
  Host host = HostText(text).parse();
  auto same = std::find_if(hosts.begin(), hosts.end(),
                           [&](const Host& other) { return is_same(host, other); });
  if (same != hosts.end()) {
    throw Error::usage(fmt::format(
        "host '{}': is listed twice; give it once, with the number of its workers: {}*{}",
        printable(text), same->label(), same->slots.value_or(1) + host.slots.value_or(1)));
  }
  if (std::ssize(hosts) == kMaxHosts) {
    throw Error::usage(fmt::format("host '{}': is one too many; the limit is {} hosts",
                                   printable(text), kMaxHosts));
  }
  hosts.push_back(std::move(host));
}

// What stands before a comment.
std::string_view without_comment(std::string_view line) {
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '#' && (i == 0 || is_blank(line[i - 1]))) return line.substr(0, i);
  }
  return line;
}

std::string bracketed(const Host& host) {
  return host.name.find(':') == host.name.npos ? host.name : "[" + host.name + "]";
}

// Whether `text` names the host: with its user and port, or without one or both.
bool is_name_of(const Host& host, std::string_view text) {
  std::string name = bracketed(host);
  std::string port = host.port == 0 ? "" : fmt::format(":{}", host.port);
  std::string user = host.user.empty() ? "" : host.user + "@";
  return text == name || text == name + port || text == user + name || text == user + name + port;
}

}  // namespace

std::string Host::label() const {
  if (is_here) return ":";
  std::string label = user.empty() ? "" : user + "@";
  return port == 0 ? label + name : fmt::format("{}{}:{}", label, bracketed(*this), port);
}

void add_hosts(std::vector<Host>& hosts, std::string_view text) {
  if (text.empty()) throw Error::usage("a list of hosts without a host; this host is ':'");
  for (size_t from = 0; from <= text.size();) {
    size_t comma = std::min(text.find(',', from), text.size());
    std::string_view host = trimmed(text.substr(from, comma - from));
    if (host.empty()) {
      throw Error::usage(
          fmt::format("hosts '{}': there is no host beside a comma", printable(text)));
    }
    add_host(hosts, host);
    from = comma + 1;
  }
}

void add_hosts_of_file(std::vector<Host>& hosts, std::string_view text, const std::string& path) {
  if (std::ssize(text) > kMaxHostFileBytes) {
    throw Error::usage(fmt::format("{}: is longer than {} bytes, the limit for a list of hosts",
                                   path, kMaxHostFileBytes));
  }
  int64_t number = 0;
  bool any = false;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view host = trimmed(without_comment(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (host.empty()) continue;
    any = true;
    try {
      add_host(hosts, host);
    } catch (const Error& error) {
      throw error.prefixed(fmt::format("{}:{}: ", path, number));
    }
  }
  if (!any) throw Error::usage(path + ": there is no host in this file; one stands in each line");
}

std::optional<HostPath> split_host_path(std::string_view operand, const std::vector<Host>& hosts) {
  std::optional<HostPath> found;
  std::string_view named;
  for (size_t host = 0; host < hosts.size(); ++host) {
    if (hosts[host].is_here) continue;
    // Of the texts before a colon, the longest that names the host.
    for (size_t colon = operand.rfind(':'); colon != operand.npos && colon > 0;
         colon = operand.rfind(':', colon - 1)) {
      std::string_view name = operand.substr(0, colon);
      if (!is_name_of(hosts[host], name)) continue;
      if (found && name.size() == named.size()) {
        throw Error::usage(
            fmt::format("'{}': both {} and {} are called '{}'; write all of one's name",
                        printable(operand), hosts[found->host].label(), hosts[host].label(), name));
      }
      if (!found || name.size() > named.size()) {
        found = HostPath{host, std::string(operand.substr(colon + 1))};
        named = name;
      }
      break;
    }
  }
  if (found && found->path.empty()) {
    throw Error::usage(
        fmt::format("'{}': there is no file behind the host's name", printable(operand)));
  }
  return found;
}

}  // namespace penstock
