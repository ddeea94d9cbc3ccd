#include "libcore/net/frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <initializer_list>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/net/limits.h"

namespace penstock {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr char kMagic[] = {'P', 'S', 'T', 'K', 'E', 'X', '1', '\n'};

[[noreturn]] void refuse(const std::string& what) {
  throw Error("not a frame of the exchange: " + what);
}

// Takes fields off the front of a frame.
class FrameReader {
 public:
  explicit FrameReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  template <typename T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }

  std::span<const uint8_t> take(size_t size) {
    if (size > bytes_.size()) refuse("it is cut");
    std::span<const uint8_t> taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }

  std::string_view text(uint32_t size, int64_t limit) {
    if (size > limit) refuse(fmt::format("a text of {} bytes; {} are the limit", size, limit));
    std::span<const uint8_t> taken = take(size);
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }

  void zeros(size_t count) {
    for (uint8_t byte : take(count)) {
      if (byte != 0) refuse("bytes that should be zero are not");
    }
  }

  std::span<const uint8_t> rest() { return take(bytes_.size()); }

  void end() const {
    if (!bytes_.empty()) refuse(fmt::format("{} bytes follow it", bytes_.size()));
  }

 private:
  std::span<const uint8_t> bytes_;
};

void parse_hello(FrameReader& in, Frame& frame) {
  in.zeros(3);
  HelloFrame& hello = frame.hello;
  hello.version = in.number<uint32_t>();
  if (std::memcmp(in.take(sizeof kMagic).data(), kMagic, sizeof kMagic) != 0) {
    refuse("its magic is wrong");
  }
  // A later version may have other fields.
  if (hello.version != kExchangeVersion) {
    in.rest();
    return;
  }
  hello.nonce = in.number<uint64_t>();
  hello.worker = in.number<uint32_t>();
  hello.receivers = in.number<uint32_t>();
  hello.receiver = in.number<uint32_t>();
  hello.window = in.number<uint64_t>();
  hello.ring.bytes = in.number<uint64_t>();
  hello.ring.process = in.number<uint64_t>();
  hello.ring.descriptor = in.number<uint64_t>();
  auto name_size = in.number<uint32_t>();
  auto text_size = in.number<uint32_t>();
  hello.name = in.text(name_size, kMaxNameBytes);
  hello.partitioning = in.text(text_size, kMaxPartitioningBytes);
  if (hello.receivers > kMaxPeers || hello.receiver >= hello.receivers) {
    refuse(fmt::format("receiver {} of {}", hello.receiver, hello.receivers));
  }
}

// The sizes are checked here, before anyone allocates memory for them.
void parse_packed(FrameReader& in, Frame& frame) {
  const auto codec = in.number<uint8_t>();
  if (codec < 1 || codec > 2) refuse(fmt::format("compressed in an unknown way, {}", codec));
  frame.codec = static_cast<BodyCompression>(codec);
  in.zeros(2);
  frame.metadata_size = in.number<uint32_t>();
  frame.data.sequence = in.number<uint64_t>();
  frame.data.rows = in.number<uint64_t>();
  frame.packed = in.rest();
  const auto unpacked = static_cast<int64_t>(FrameReader(frame.packed).number<uint64_t>());
  if (unpacked < frame.metadata_size + kTailBytes || unpacked > kMostPackedBytes) {
    refuse(fmt::format("{} bytes, packed; from {} to {} can be", unpacked,
                       frame.metadata_size + kTailBytes, kMostPackedBytes));
  }
}

void parse_contents(FrameReader& in, Frame& frame, int64_t metadata_size) {
  if (metadata_size % 16 != 0) refuse("its metadata is not padded");
  frame.metadata = in.take(static_cast<size_t>(metadata_size));
  std::span<const uint8_t> rest = in.rest();
  if (rest.size() < kTailBytes) refuse("it is cut");
  frame.body = rest.first(rest.size() - kTailBytes);
  FrameReader(rest.last(kTailBytes)).zeros(kTailBytes);
}

void parse_data(FrameReader& in, Frame& frame) {
  in.zeros(3);
  auto metadata_size = in.number<uint32_t>();
  frame.data.sequence = in.number<uint64_t>();
  frame.data.rows = in.number<uint64_t>();
  parse_contents(in, frame, metadata_size);
}

void parse_text(FrameReader& in, Frame& frame, int64_t limit) {
  in.zeros(3);
  auto size = in.number<uint32_t>();
  frame.text = in.text(size, limit);
}

void parse_numbers(FrameReader& in, Frame& frame, size_t count) {
  in.zeros(7);
  for (size_t i = 0; i < count; ++i)
    frame.numbers[i] = in.number<uint64_t>();
}

// Puts a frame together.
class FrameBuilder {
 public:
  explicit FrameBuilder(FrameKind kind, int64_t zeros) {
    bytes_.push(static_cast<uint8_t>(kind));
    bytes_.resize_zeroed(1 + zeros);
  }

  template <typename T>
  FrameBuilder& number(T value) {
    bytes_.push(value);
    return *this;
  }
  FrameBuilder& size_of(std::string_view text) {
    return number(static_cast<uint32_t>(text.size()));
  }
  FrameBuilder& append(const void* bytes, size_t size) {
    bytes_.append(bytes, static_cast<int64_t>(size));
    return *this;
  }
  FrameBuilder& append(std::string_view text) { return append(text.data(), text.size()); }

  Buffer finish() { return bytes_.freeze(); }

 private:
  MutableBuffer bytes_;
};

Buffer encode_numbers(FrameKind kind, std::initializer_list<uint64_t> numbers) {
  FrameBuilder out(kind, 7);
  for (uint64_t number : numbers)
    out.number(number);
  return out.finish();
}

}  // namespace

Frame parse_frame(std::span<const uint8_t> bytes) {
  FrameReader in(bytes);
  Frame frame;
  frame.kind = static_cast<FrameKind>(in.number<uint8_t>());
  if (frame.kind != FrameKind::kData && std::ssize(bytes) > kMaxControlBytes) {
    refuse("it is too large");
  }
  switch (frame.kind) {
    case FrameKind::kHello:
      parse_hello(in, frame);
      break;
    case FrameKind::kWelcome:
      in.zeros(3);
      if (in.number<uint32_t>() != kExchangeVersion) refuse("its version is wrong");
      frame.nonce = in.number<uint64_t>();
      frame.numbers[0] = in.number<uint64_t>();
      frame.numbers[1] = in.number<uint64_t>();
      break;
    case FrameKind::kSchema:
      in.zeros(7);
      frame.schema = in.rest();
      break;
    case FrameKind::kData:
      parse_data(in, frame);
      break;
    case FrameKind::kPacked:
      parse_packed(in, frame);
      break;
    case FrameKind::kPart:
      parse_numbers(in, frame, 1);
      frame.part = in.rest();
      if (frame.part.empty()) refuse("a part without bytes");
      break;
    case FrameKind::kEnd:
      parse_numbers(in, frame, 3);
      break;
    case FrameKind::kAck:
    case FrameKind::kCredit:
    case FrameKind::kSeen:
      parse_numbers(in, frame, 1);
      break;
    case FrameKind::kShared:
      parse_numbers(in, frame, 2);
      break;
    case FrameKind::kWant:
    case FrameKind::kPress:
    case FrameKind::kBeat:
    case FrameKind::kStop:
      parse_numbers(in, frame, 0);
      break;
    case FrameKind::kSample:
    case FrameKind::kSplitters:
      parse_text(in, frame, kMaxControlBytes);
      break;
    case FrameKind::kError:
    case FrameKind::kRelayed:
      parse_text(in, frame, kMaxErrorBytes);
      break;
    default:
      refuse(fmt::format("of kind {}", static_cast<int>(frame.kind)));
  }
  in.end();
  return frame;
}

Buffer encode_hello(const HelloFrame& hello) {
  PENSTOCK_CHECK(std::ssize(hello.name) <= kMaxNameBytes);
  PENSTOCK_CHECK(std::ssize(hello.partitioning) <= kMaxPartitioningBytes);
  return FrameBuilder(FrameKind::kHello, 3)
      .number(hello.version)
      .append(kMagic, sizeof kMagic)
      .number(hello.nonce)
      .number(hello.worker)
      .number(hello.receivers)
      .number(hello.receiver)
      .number(hello.window)
      .number(hello.ring.bytes)
      .number(hello.ring.process)
      .number(hello.ring.descriptor)
      .size_of(hello.name)
      .size_of(hello.partitioning)
      .append(hello.name)
      .append(hello.partitioning)
      .finish();
}

Buffer encode_welcome(uint64_t nonce, uint64_t limit, uint64_t memory) {
  return FrameBuilder(FrameKind::kWelcome, 3)
      .number(kExchangeVersion)
      .number(nonce)
      .number(limit)
      .number(memory)
      .finish();
}

Buffer encode_schema_frame(std::span<const uint8_t> message) {
  return FrameBuilder(FrameKind::kSchema, 7).append(message.data(), message.size()).finish();
}

Buffer encode_end(uint64_t frames, uint64_t rows, uint64_t bytes) {
  return encode_numbers(FrameKind::kEnd, {frames, rows, bytes});
}

Buffer encode_ack(uint64_t rows) {
  return encode_numbers(FrameKind::kAck, {rows});
}

Buffer encode_credit(uint64_t limit) {
  return encode_numbers(FrameKind::kCredit, {limit});
}

Buffer encode_seen(uint64_t bytes) {
  return encode_numbers(FrameKind::kSeen, {bytes});
}

Buffer encode_part(std::span<const uint8_t> bytes, uint64_t left) {
  return FrameBuilder(FrameKind::kPart, 7).number(left).append(bytes.data(), bytes.size()).finish();
}

Buffer encode_shared(uint64_t position, uint64_t size) {
  return encode_numbers(FrameKind::kShared, {position, size});
}

Buffer encode_signal(FrameKind kind) {
  return encode_numbers(kind, {});
}

Buffer encode_text(FrameKind kind, std::string_view text) {
  return FrameBuilder(kind, 3).size_of(text).append(text).finish();
}

Buffer encode_error(std::string_view text, bool has_place) {
  FrameKind kind = has_place ? FrameKind::kRelayed : FrameKind::kError;
  return encode_text(kind, text.substr(0, static_cast<size_t>(kMaxErrorBytes)));
}

bool has_place(const std::exception& error) {
  const auto* ours = dynamic_cast<const Error*>(&error);
  return ours != nullptr && ours->names_input();
}

Error passed_on(const std::exception& error) {
  const auto* ours = dynamic_cast<const Error*>(&error);
  return ours != nullptr && ours->is_of_peer() ? Error::of_peer(error.what()) : Error(error.what());
}

void put_data_header(uint8_t* to, const DataHeader& header, int64_t metadata_size) {
  std::memset(to, 0, kDataHeaderBytes);
  to[0] = static_cast<uint8_t>(FrameKind::kData);
  auto size = static_cast<uint32_t>(metadata_size);
  std::memcpy(to + 4, &size, sizeof size);
  std::memcpy(to + 8, &header.sequence, sizeof header.sequence);
  std::memcpy(to + 16, &header.rows, sizeof header.rows);
}

void put_packed_header(uint8_t* to, BodyCompression codec, const DataHeader& header,
                       int64_t metadata_size) {
  put_data_header(to, header, metadata_size);
  to[0] = static_cast<uint8_t>(FrameKind::kPacked);
  to[1] = static_cast<uint8_t>(codec);
}

Frame parse_unpacked(const Frame& packed, std::span<const uint8_t> contents) {
  Frame frame;
  frame.kind = FrameKind::kData;
  frame.data = packed.data;
  FrameReader in(contents);
  parse_contents(in, frame, packed.metadata_size);
  return frame;
}

void set_sequence(uint8_t* frame, uint64_t sequence) {
  std::memcpy(frame + 8, &sequence, sizeof sequence);
}

}  // namespace penstock
