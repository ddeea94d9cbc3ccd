// Hosts as users list them, in --hosts and in files (--hostfile). HOSTS.md has the grammar.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// The most hosts of a flow: each is a process and a connection of the manager.
inline constexpr int64_t kMaxHosts = 256;
// Bytes of a host's name (as DNS has it) and of a user's.
inline constexpr int64_t kMaxListedNameBytes = 255;
inline constexpr int64_t kMaxUserNameBytes = 64;
// Bytes of a file of hosts: twice what kMaxHosts lines with all their parts have.
inline constexpr int64_t kMaxHostFileBytes = int64_t{1} << 20;

struct Host {
  std::string user = {};  // empty: the one that ssh takes
  // What ssh looks for: a name, one of its configuration, or an address, without brackets. Empty
  // for this host.
  std::string name = {};
  int port = 0;                       // 0: the one that ssh takes
  std::optional<int64_t> slots = {};  // how many workers; empty for one for each core
  bool is_here = false;               // ":", this host; it has neither user nor port

  // Returns how messages call it, which is how it is written without slots: "user@name:port", an
  // address with a port in brackets, ":".
  std::string label() const;

  bool operator==(const Host&) const = default;
};

// Adds the hosts of `text`, with commas between them, to `hosts`. Throws Error (kUsage), which
// names the host, when one is not a host or is in the list already, when there is an empty one, or
// more than kMaxHosts.
void add_hosts(std::vector<Host>& hosts, std::string_view text);

// Adds the hosts of a file's text, one a line. Empty lines, spaces around a host, and what begins
// with '#' at the beginning of a line or behind a space are left out. `path` names the file in
// messages. Throws as add_hosts() does, when the file names no host, and when it is longer than
// kMaxHostFileBytes.
void add_hosts_of_file(std::vector<Host>& hosts, std::string_view text, const std::string& path);

// A file that only one of the hosts has.
struct HostPath {
  size_t host = 0;  // its index in the list
  std::string path;

  bool operator==(const HostPath&) const = default;
};

// Splits the operand HOST:PATH, where HOST is the name of a host of the list: "name", "user@name",
// either with ":port", as the list has them; an address in brackets. As with scp and rsync it wins
// over a file here whose name is the whole operand, which is written ./HOST:PATH. Returns nothing
// for all other operands. A relative PATH begins at the folder in which ssh leaves the user. Throws
// Error (kUsage) when PATH is empty, and when HOST is two hosts, of different ports or users.
std::optional<HostPath> split_host_path(std::string_view operand, const std::vector<Host>& hosts);

}  // namespace penstock
