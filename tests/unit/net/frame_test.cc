#include "libcore/net/frame.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "libcore/base/error.h"
#include "libcore/net/limits.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

HelloFrame some_hello() {
  HelloFrame hello;
  hello.nonce = 0x0123456789ABCDEF;
  hello.worker = 3;
  hello.receivers = 5;
  hello.receiver = 4;
  hello.window = 1 << 20;
  hello.ring = {4096, 12, 34};
  hello.name = "run/2/0";
  hello.partitioning = "hash k";
  return hello;
}

Buffer packed_rows(int64_t rows) {
  Batch batch = testing::numbered_rows(rows);
  const BatchFrame frame({&batch, 1});
  MutableBuffer bytes(frame.size());
  frame.write(bytes.data());
  return pack(frame, bytes.data(), BodyCompression::kZstd).value().freeze();
}

std::vector<Buffer> every_frame() {
  Batch rows = testing::numbered_rows(3);
  return {encode_hello(some_hello()),
          encode_welcome(7, 8, 4096),
          encode_schema_frame(*rows.schema),
          encode_batch_frame({&rows, 1}).freeze(),
          encode_end(1, 2, 3),
          encode_ack(4),
          encode_credit(5),
          encode_signal(FrameKind::kWant),
          encode_signal(FrameKind::kPress),
          encode_signal(FrameKind::kBeat),
          encode_text(FrameKind::kSample, "sample"),
          encode_text(FrameKind::kSplitters, "splitters"),
          encode_signal(FrameKind::kStop),
          encode_error("all is lost"),
          encode_shared(4096, 100),
          encode_error("ipc:///x: all is lost", true),
          encode_seen(1 << 20),
          packed_rows(300),
          encode_part(std::vector<uint8_t>(100, 7), 500)};
}

Frame parse(const Buffer& bytes) {
  return parse_frame(bytes.span<uint8_t>());
}

bool is_refused(std::span<const uint8_t> bytes) {
  try {
    parse_frame(bytes);
  } catch (const Error&) {
    return true;
  }
  return false;
}

TEST(FrameTest, EveryKindComesBack) {
  std::vector<Buffer> frames = every_frame();
  for (size_t i = 0; i < frames.size(); ++i)
    EXPECT_EQ(static_cast<size_t>(parse(frames[i]).kind), i + 1);
  Frame hello = parse(frames[0]);
  EXPECT_EQ(hello.hello.nonce, some_hello().nonce);
  EXPECT_EQ(hello.hello.worker, 3U);
  EXPECT_EQ(hello.hello.receivers, 5U);
  EXPECT_EQ(hello.hello.receiver, 4U);
  EXPECT_EQ(hello.hello.window, uint64_t{1} << 20);
  EXPECT_EQ(hello.hello.ring.bytes, 4096U);
  EXPECT_EQ(hello.hello.ring.process, 12U);
  EXPECT_EQ(hello.hello.ring.descriptor, 34U);
  EXPECT_EQ(hello.hello.name, "run/2/0");
  EXPECT_EQ(hello.hello.partitioning, "hash k");
  EXPECT_EQ(parse(frames[1]).nonce, 7U);
  EXPECT_EQ(parse(frames[1]).numbers[0], 8U);
  EXPECT_EQ(parse(frames[1]).numbers[1], 4096U);
  EXPECT_EQ(parse(frames[3]).data.rows, 3U);
  EXPECT_EQ(parse(frames[4]).numbers[2], 3U);
  EXPECT_EQ(parse(frames[5]).numbers[0], 4U);
  EXPECT_EQ(parse(frames[6]).numbers[0], 5U);
  EXPECT_EQ(parse(frames[10]).text, "sample");
  EXPECT_EQ(parse(frames[11]).text, "splitters");
  EXPECT_EQ(parse(frames[13]).text, "all is lost");
  EXPECT_EQ(parse(frames[14]).numbers[0], 4096U);
  EXPECT_EQ(parse(frames[14]).numbers[1], 100U);
  EXPECT_EQ(parse(frames[16]).numbers[0], 1U << 20);
  EXPECT_EQ(parse(frames[17]).codec, BodyCompression::kZstd);
  EXPECT_EQ(parse(frames[17]).data.rows, 300U);
  EXPECT_EQ(parse(frames[18]).numbers[0], 500U);
  EXPECT_EQ(parse(frames[18]).part.size(), 100U);
}

TEST(FrameTest, WhatAPackedFrameSaysOfItselfIsCheckedFirst) {
  const Buffer frame = packed_rows(300);
  const int64_t metadata = parse(frame).metadata_size;
  // How the frame is taken when it claims to have so many bytes.
  auto is_taken = [&](int64_t unpacked) {
    std::vector<uint8_t> bytes(frame.data(), frame.data() + frame.size());
    std::memcpy(bytes.data() + kDataHeaderBytes, &unpacked, sizeof unpacked);
    return !is_refused(bytes);
  };
  EXPECT_TRUE(is_taken(metadata + kTailBytes));
  EXPECT_FALSE(is_taken(metadata + kTailBytes - 1));
  EXPECT_TRUE(is_taken(kMostPackedBytes));
  EXPECT_FALSE(is_taken(kMostPackedBytes + 1));
  EXPECT_FALSE(is_taken(-1));
  for (int codec : {0, 3, 255}) {
    std::vector<uint8_t> bytes(frame.data(), frame.data() + frame.size());
    bytes[1] = static_cast<uint8_t>(codec);
    EXPECT_TRUE(is_refused(bytes)) << codec;
  }
}

TEST(FrameTest, CutOrLongerOnesAreRefused) {
  for (const Buffer& frame : every_frame()) {
    FrameKind kind = parse(frame).kind;
    std::vector<uint8_t> bytes(frame.data(), frame.data() + frame.size());
    for (size_t size = 0; size < bytes.size(); ++size) {
      // A schema says its own size inside. A data frame's tail is all zeros, and so is the end of
      // this one's body: that it is cut shows when its batch is read.
      if (kind == FrameKind::kSchema && size >= 8) break;
      if (kind == FrameKind::kData && size > bytes.size() - 2 * kTailBytes) break;
      if (kind == FrameKind::kPart && size > 2 * sizeof(int64_t)) break;
      // That compressed bytes are cut shows when they are unpacked.
      if (kind == FrameKind::kPacked && size >= kDataHeaderBytes + sizeof(int64_t)) break;
      EXPECT_TRUE(is_refused({bytes.data(), size})) << static_cast<int>(kind) << " at " << size;
    }
    bytes.push_back(1);
    const bool has_open_end =
        kind == FrameKind::kSchema || kind == FrameKind::kPacked || kind == FrameKind::kPart;
    EXPECT_EQ(is_refused(bytes), !has_open_end) << static_cast<int>(kind);
  }
}

TEST(FrameTest, BytesThatShouldBeZeroAreTested) {
  for (const Buffer& frame : every_frame()) {
    const bool has_codec = parse(frame).kind == FrameKind::kPacked;
    for (size_t at : {size_t{has_codec ? 2U : 1U}, size_t{3}}) {
      std::vector<uint8_t> bytes(frame.data(), frame.data() + frame.size());
      bytes[at] = 1;
      EXPECT_TRUE(is_refused(bytes)) << static_cast<int>(bytes[0]);
    }
  }
}

TEST(FrameTest, UnknownKindsAndMagicsAreRefused) {
  for (int kind = 0; kind < 256; ++kind) {
    if (kind >= 1 && kind <= 19) continue;
    std::vector<uint8_t> bytes(8);
    bytes[0] = static_cast<uint8_t>(kind);
    EXPECT_TRUE(is_refused(bytes));
  }
  Buffer hello = encode_hello(some_hello());
  std::vector<uint8_t> bytes(hello.data(), hello.data() + hello.size());
  bytes[9] ^= 1;
  EXPECT_TRUE(is_refused(bytes));
}

TEST(FrameTest, ALaterVersionIsReadAsFarAsItsNumber) {
  HelloFrame hello = some_hello();
  hello.version = kExchangeVersion + 1;
  EXPECT_EQ(parse(encode_hello(hello)).hello.version, kExchangeVersion + 1);
}

TEST(FrameTest, LimitsOfTexts) {
  HelloFrame hello = some_hello();
  hello.name = std::string(static_cast<size_t>(kMaxNameBytes), 'n');
  hello.partitioning = std::string(static_cast<size_t>(kMaxPartitioningBytes), 'p');
  hello.receivers = static_cast<uint32_t>(kMaxPeers);
  Buffer most = encode_hello(hello);
  EXPECT_EQ(parse(most).hello.name, hello.name);
  // One byte more of the name, as its size says.
  std::vector<uint8_t> bytes(most.data(), most.data() + most.size());
  constexpr size_t kNameSizeAt = 4 + 4 + 8 + 8 + 4 + 4 + 4 + 8 + 3 * 8;
  auto size = static_cast<uint32_t>(kMaxNameBytes) + 1;
  std::memcpy(bytes.data() + kNameSizeAt, &size, sizeof size);
  bytes.push_back('p');
  EXPECT_TRUE(is_refused(bytes));

  hello.receivers = static_cast<uint32_t>(kMaxPeers) + 1;
  EXPECT_TRUE(is_refused(encode_hello(hello).span<uint8_t>()));
  hello.receivers = 4;  // this is receiver 4, the fifth
  EXPECT_TRUE(is_refused(encode_hello(hello).span<uint8_t>()));
  std::string text(static_cast<size_t>(kMaxErrorBytes) + 1, 'e');
  EXPECT_EQ(std::ssize(parse(encode_error(text)).text), kMaxErrorBytes);
}

TEST(FrameTest, ControlFramesHaveALimit) {
  std::vector<uint8_t> bytes(static_cast<size_t>(kMaxControlBytes));
  bytes[0] = static_cast<uint8_t>(FrameKind::kSchema);
  EXPECT_FALSE(is_refused(bytes));
  bytes.push_back(0);
  EXPECT_TRUE(is_refused(bytes));
}

TEST(FrameTest, AnyBytesAreAFrameOrRefused) {
  std::mt19937_64 random(5);
  std::vector<Buffer> frames = every_frame();
  for (int round = 0; round < 20000; ++round) {
    const Buffer& frame = frames[random() % frames.size()];
    std::vector<uint8_t> bytes(frame.data(), frame.data() + frame.size());
    for (uint64_t change = random() % 4; change > 0; --change)
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    bytes.resize(random() % 4 == 0 ? random() % bytes.size() : bytes.size());
    (void)is_refused(bytes);
  }
}

}  // namespace
}  // namespace penstock
