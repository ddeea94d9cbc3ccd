// The limits of the exchange, each with its reason; PROTOCOL.md says what lies past one.
#pragma once

#include <chrono>
#include <cstdint>

namespace penstock {

// Senders of one receiver and receivers of one sender. Each connection takes a sender about five
// descriptors (64 receivers: 320).
inline constexpr int64_t kMaxPeers = 1024;

// A data frame: one row must fit. ZeroMQ refuses what is larger before it allocates.
inline constexpr int64_t kMaxFrameBytes = int64_t{512} << 20;

// All other frames: a schema is the largest of them.
inline constexpr int64_t kMaxControlBytes = int64_t{64} << 20;

// The name of an exchange, what is said of its partitioning, and an error's text.
inline constexpr int64_t kMaxNameBytes = 255;
inline constexpr int64_t kMaxPartitioningBytes = int64_t{64} << 10;
inline constexpr int64_t kMaxErrorBytes = 4096;

// sun_path without its final zero.
inline constexpr int64_t kMaxIpcPathBytes = 107;

// Peers that are no senders of ours and were told so; more are not answered.
inline constexpr int64_t kMaxRefusedPeers = 1000;

// Zeros behind a data frame's body, so that vectors may read past the end of its last buffer.
inline constexpr int64_t kTailBytes = 64;

// What a data frame is filled to. ZeroMQ moves 64 KiB messages at 1 GB/s, 1 MiB ones at 3; more
// would leave the second-level cache.
inline constexpr int64_t kMostFrameTarget = int64_t{1} << 20;
inline constexpr int64_t kLeastFrameTarget = int64_t{16} << 10;

// A connection's window. 4 to 8 messages reach the full rate.
inline constexpr int64_t kMostWindow = int64_t{8} << 20;
inline constexpr int64_t kLeastWindow = int64_t{16} << 10;
// Memory that a connection on one host has for frames, beside its window. Room for four frames, for
// what is being made, waits and is being taken; less stays in the caches.
inline constexpr int64_t kMostRingBytes = int64_t{4} << 20;
// With less than this a connection has none.
inline constexpr int64_t kLeastRingBytes = int64_t{64} << 10;
// What `press` gets beyond its window.
inline constexpr int64_t kPressBytes = int64_t{4} << 20;

// Frames that wait in a sender for one receiver's credit before its operator waits too.
inline constexpr int64_t kWaitingFrames = 2;

using Milliseconds = std::chrono::milliseconds;
// An end that has nothing to say says so this often. The receiver's beats find broken connections.
inline constexpr Milliseconds kSenderBeat{1000};
inline constexpr Milliseconds kReceiverBeat{250};
// A peer that says nothing for so long has stopped. Twice this is what a flow may take to fail.
inline constexpr Milliseconds kSilence{8000};
// How long a reader, or a sender without credit, waits before it says so.
inline constexpr Milliseconds kPatience{20};
// What was sent before a connection broke may become visible a little after that.
inline constexpr Milliseconds kDrain{100};
// How long the last frames may take to leave at the end.
inline constexpr Milliseconds kLinger{2000};
// --timeout.
inline constexpr int64_t kMostTimeoutSeconds = 86400;

}  // namespace penstock
