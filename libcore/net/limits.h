// The limits of the exchange, each with its reason; PROTOCOL.md says what happens beyond them.
#pragma once

#include <chrono>
#include <cstdint>

namespace penstock {

// Senders of one receiver and receivers of one sender. Each connection takes a sender about five
// descriptors (64 receivers: 320).
inline constexpr int64_t kMaxPeers = 1024;

// Bytes of a data frame: one row must fit. ZeroMQ refuses larger messages before it allocates
// memory.
inline constexpr int64_t kMaxFrameBytes = int64_t{512} << 20;

// Bytes of the metadata, body and tail of a frame that may be compressed.
inline constexpr int64_t kMostPackedBytes = int64_t{16} << 20;
// Smaller frames are not worth it.
inline constexpr int64_t kLeastPackedBytes = 1024;

// Bytes of all other frames; the largest of them is a schema.
inline constexpr int64_t kMaxControlBytes = int64_t{64} << 20;

// Bytes of the name of an exchange, of the statement about its partitioning, and of an error's
// text.
inline constexpr int64_t kMaxNameBytes = 255;
inline constexpr int64_t kMaxPartitioningBytes = int64_t{64} << 10;
inline constexpr int64_t kMaxErrorBytes = 4096;

// Bytes of a keys file: kMaxPeers peers and as many receivers, each with the name of a host.
inline constexpr int64_t kMaxKeysBytes = int64_t{512} << 10;

// Bytes of the name of a host, as in DNS.
inline constexpr int64_t kMaxHostNameBytes = 253;

// The size of sun_path without its final zero.
inline constexpr int64_t kMaxIpcPathBytes = 107;

// Peers that are not our senders and were informed of it; further ones get no answer.
inline constexpr int64_t kMaxRefusedPeers = 1000;
// Connections that end before their first frame, or whose key is refused, are counted; so many of
// them get a note of their own.
inline constexpr int64_t kMaxRefusedNotes = 10;
// How often a receiver may end the handshake before a sender concludes that their keys differ.
inline constexpr int kMostHandshakes = 3;

// Zero bytes after a data frame's body, so that vectors may read past the end of its last buffer.
inline constexpr int64_t kTailBytes = 64;

// Bytes to which a data frame is filled. ZeroMQ moves messages of 64 KiB at 1 GB/s, and of 1 MiB at
// 3; larger ones would leave the second-level cache.
inline constexpr int64_t kMostFrameTarget = int64_t{1} << 20;
inline constexpr int64_t kLeastFrameTarget = int64_t{16} << 10;

// Bytes of a connection's window. 4 to 8 messages reach the full rate.
inline constexpr int64_t kMostWindow = int64_t{8} << 20;
inline constexpr int64_t kLeastWindow = int64_t{16} << 10;
// Bytes of memory for frames of a connection on one host, beside its window. There is room for four
// frames, which are being made, waiting and being taken; a smaller ring stays in the caches.
inline constexpr int64_t kMostRingBytes = int64_t{4} << 20;
// A connection with less than this has no such memory.
inline constexpr int64_t kLeastRingBytes = int64_t{64} << 10;
// Bytes that `press` is granted beyond its window.
inline constexpr int64_t kPressBytes = int64_t{4} << 20;

// Frames that wait in a sender for one receiver's credit before the sender's operator waits too.
inline constexpr int64_t kWaitingFrames = 2;

using Milliseconds = std::chrono::milliseconds;
// How often an end that sends nothing else sends a beat. The receiver's beats detect broken
// connections.
inline constexpr Milliseconds kSenderBeat{1000};
inline constexpr Milliseconds kReceiverBeat{250};
// A peer that sends nothing for this long has stopped: on this host, and on another one. A flow may
// take twice the former to fail.
inline constexpr Milliseconds kSilence{8000};
inline constexpr Milliseconds kRemoteSilence{20000};
// How long a link may need for what is under way on it, and the least that always may be.
inline constexpr Milliseconds kUnderWayTime{2000};
inline constexpr int64_t kLeastUnderWay = int64_t{64} << 10;
// How long a reader, or a sender without credit, waits before it informs the other end.
inline constexpr Milliseconds kPatience{20};
// How long a stranger may take for the handshake.
inline constexpr Milliseconds kHandshake{10000};
// Messages that were sent before a connection broke may arrive this long after it.
inline constexpr Milliseconds kDrain{100};
// How long the last frames may take to be sent at the end.
inline constexpr Milliseconds kLinger{2000};
// The largest value of --timeout.
inline constexpr int64_t kMostTimeoutSeconds = 86400;

}  // namespace penstock
