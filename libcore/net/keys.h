// The keys with which exchanges between hosts are encrypted, and the file that holds them
// (PROTOCOL.md, "Keys"). A key is its text: 40 characters of Z85.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/net/curve.h"

namespace penstock {

// What a keys file says.
struct ExchangeKeys {
  KeyPair own;
  // Public keys of those who may connect to a receiver; empty: those with `own`.
  std::vector<std::string> peers;
  // Public keys of receivers, by their endpoints as parse_endpoint() returns them.
  std::map<std::string, std::string> receivers;

  // Returns the public keys of those who may connect.
  std::vector<std::string> allowed() const;
  // Returns the public key of the receiver at `endpoint`: the own one, unless another is stated.
  const std::string& key_of(const std::string& endpoint) const;
};

// Returns the contents of a keys file.
std::string to_text(const ExchangeKeys& keys);

// Parses the contents of the keys file `name`. Throws Error "NAME:LINE: …" for lines that are not
// of such a file, for keys that are not keys, for a pair that does not belong together, and for
// more than kMaxPeers of a kind. No message contains a key.
ExchangeKeys parse_keys(std::string_view text, const std::string& name);

// Reads a keys file, standard input (-), or an inherited descriptor (/dev/fd/N), once. Throws Error
// as parse_keys(), for a file that other users may read, and for more than kMaxKeysBytes.
ExchangeKeys read_keys(const std::string& path);

// Writes a keys file with a new pair to `output`, a new file of mode 0600 or "-" for standard
// output. Throws Error when the file exists, because keys that are lost cannot be made again.
void write_new_keys(const std::string& output);

}  // namespace penstock
