// Encodes and parses the frames of the exchange protocol (PROTOCOL.md).
#pragma once

#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>

#include "libcore/arrow/compression.h"
#include "libcore/base/error.h"
#include "libcore/data/buffer.h"

namespace penstock {

inline constexpr uint32_t kExchangeVersion = 5;

enum class FrameKind : uint8_t {
  kHello = 1,
  kWelcome = 2,
  kSchema = 3,
  kData = 4,
  kEnd = 5,
  kAck = 6,
  kCredit = 7,
  kWant = 8,
  kPress = 9,
  kBeat = 10,
  kSample = 11,
  kSplitters = 12,
  kStop = 13,
  kError = 14,
  kShared = 15,
  kRelayed = 16,
  kSeen = 17,
  kPacked = 18,
  kPart = 19,
};

// Where a sender's memory for frames is (frame_ring.h).
struct RingAddress {
  uint64_t bytes = 0;  // of frames; 0: there is none
  uint64_t process = 0;
  uint64_t descriptor = 0;
};

struct HelloFrame {
  uint32_t version = kExchangeVersion;
  uint64_t nonce = 0;
  uint32_t worker = 0;  // from 1; 0: the receiver numbers it
  uint32_t receivers = 1;
  uint32_t receiver = 0;
  uint64_t window = 0;  // octets that the sender can have under way
  RingAddress ring;     // its memory for frames
  std::string name;
  std::string partitioning;
};

struct DataHeader {
  uint64_t sequence = 0;
  uint64_t rows = 0;
};

// A frame that was parsed. Views are into the parsed bytes. Only the fields of its kind are set.
// `numbers` are, in this order, those of welcome (limit, memory), end (frames, rows, bytes), ack
// (rows), credit (limit), shared (position, size), seen (bytes),
// part (left).
struct Frame {
  FrameKind kind = FrameKind::kBeat;
  HelloFrame hello;
  uint64_t nonce = 0;  // of welcome
  uint64_t numbers[3] = {};
  std::string_view text;  // of sample, splitters, error and relayed
  std::span<const uint8_t> schema;
  DataHeader data;                    // of data and packed
  std::span<const uint8_t> metadata;  // of data; padded
  std::span<const uint8_t> body;      // of data; kTailBytes zeros follow it
  // Of packed: metadata, body and tail as decompress_buffer() takes them, with their size, which is
  // at most kMostPackedBytes; and how much of it is metadata.
  BodyCompression codec = BodyCompression::kNone;
  std::span<const uint8_t> packed;
  int64_t metadata_size = 0;
  std::span<const uint8_t> part;  // of part; not empty
};

// Parses a frame. Throws an Error that says what is wrong with it. Every field is checked before it
// is used, and only a hello's texts are allocated. The contents of metadata and body are left for
// decode_batch() to check, and texts for the code that prints them.
Frame parse_frame(std::span<const uint8_t> bytes);

Buffer encode_hello(const HelloFrame& hello);
// `memory`: the octets of the sender's memory that the receiver has opened.
Buffer encode_welcome(uint64_t nonce, uint64_t limit, uint64_t memory);
Buffer encode_schema_frame(std::span<const uint8_t> message);
Buffer encode_end(uint64_t frames, uint64_t rows, uint64_t bytes);
Buffer encode_ack(uint64_t rows);
Buffer encode_credit(uint64_t limit);
// Data frames of so many bytes have arrived.
Buffer encode_seen(uint64_t bytes);
// The next bytes of a frame, of which `left` bytes follow in further parts.
Buffer encode_part(std::span<const uint8_t> bytes, uint64_t left);
// A data frame of `size` bytes is at this position of the sender's memory.
Buffer encode_shared(uint64_t position, uint64_t size);
// kWant, kPress, kBeat, kStop.
Buffer encode_signal(FrameKind kind);
// kSample, kSplitters.
Buffer encode_text(FrameKind kind, std::string_view text);
// Encodes the failure of this end, in its own words. If the text begins with the place where the
// failure happened (`has_place`), because it came from elsewhere or concerns another end, no place
// is put in front of it again. Texts are cut to kMaxErrorBytes.
Buffer encode_error(std::string_view text, bool has_place = false);
// Returns whether the message of an exception says where it happened.
bool has_place(const std::exception& error);
// Returns the failure of a thread of the exchange as an Error for the thread that moves the rows.
Error passed_on(const std::exception& error);

// Encodes the beginning of a data frame up to its body: kDataHeaderBytes, then `metadata_size`
// bytes that the caller fills in.
inline constexpr int64_t kDataHeaderBytes = 24;
void put_data_header(uint8_t* to, const DataHeader& header, int64_t metadata_size);

// The body of a frame is aligned when the frame begins at this offset modulo 16, as in ZeroMQ's
// messages.
inline constexpr int64_t kFrameOffset = 8;

// Encodes the beginning of a packed frame, kDataHeaderBytes; what compress_buffer() makes of
// metadata, body and tail follows.
void put_packed_header(uint8_t* to, BodyCompression codec, const DataHeader& header,
                       int64_t metadata_size);

// Parses the unpacked contents of a packed frame, as metadata and body of a data frame.
Frame parse_unpacked(const Frame& packed, std::span<const uint8_t> contents);

// Sets the sequence number of a data or packed frame that is otherwise complete.
void set_sequence(uint8_t* frame, uint64_t sequence);

}  // namespace penstock
