// How fast the connection between two hosts is, measured as an exchange would use it: through
// ZeroMQ, encrypted. One end answers, the other measures.
#pragma once

#include <string>

#include "libcore/net/curve.h"
#include "libcore/net/limits.h"

namespace penstock {

struct LinkSpeed {
  double round_trip = 0;  // seconds for a small message and its answer, the best of some
  double sent = 0;        // bytes a second, to the end that answers
  double received = 0;    // bytes a second, from it
};

// How long a probe waits for the next sign of the other end before it gives up.
inline constexpr Milliseconds kLinkPatience{5000};

// Answers one probe_link() at `endpoint` (tcp), where the socket `listening` listens already, which
// is closed at the end. Lets in only those who have `keys`, and takes nothing from them but bytes
// that it counts. Returns when the probe is over, or after some seconds without one. Throws Error
// as ZmqSocket does.
void answer_link_probe(int listening, const std::string& endpoint, const KeyPair& keys);

// Measures for about 0.6 s. Throws Error "ENDPOINT: …" when nobody answers for `patience`, or the
// other end has other keys.
LinkSpeed probe_link(const std::string& endpoint, const KeyPair& keys,
                     Milliseconds patience = kLinkPatience);

}  // namespace penstock
