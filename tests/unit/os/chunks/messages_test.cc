#include "libcore/os/chunks/messages.h"

#include <gtest/gtest.h>

#include <random>

namespace penstock {
namespace {

ChunkAnswer sample() {
  ChunkAnswer answer;
  answer.kind = ChunkAnswer::Kind::kChunk;
  answer.chunk = {1, 2, 3, 4, 5, int64_t{1} << 60};
  answer.size = 7;
  return answer;
}

TEST(ChunkMessages, AreReadAsTheyWereWritten) {
  for (int kind = 1; kind <= 4; ++kind) {
    ChunkRequest request{static_cast<ChunkRequest::Kind>(kind), 5, int64_t{1} << 62};
    EXPECT_EQ(decode_chunk_request(encode(request)), request);
  }
  for (int kind = 1; kind <= 6; ++kind) {
    ChunkAnswer answer = sample();
    answer.kind = static_cast<ChunkAnswer::Kind>(kind);
    EXPECT_EQ(decode_chunk_answer(encode(answer)), answer);
    for (bool is_of_chunk : {false, true}) {
      answer.begin = RecordsBegin{9, is_of_chunk};
      EXPECT_EQ(decode_chunk_answer(encode(answer)), answer);
    }
    EXPECT_LE(std::ssize(encode(answer)), kMostChunkMessageBytes);
  }
}

// As CHUNKS.md has them.
TEST(ChunkMessages, TheBytesOfARequest) {
  std::string bytes = encode(ChunkRequest{ChunkRequest::Kind::kState, 2, 0x0102});
  EXPECT_EQ(bytes, std::string("\3\2\0\0\0\0\0\0\0\2\1\0\0\0\0\0\0", 17));
}

TEST(ChunkMessages, OtherBytesAreRefused) {
  const std::string request = encode(ChunkRequest{ChunkRequest::Kind::kTake, 1, 2});
  const std::string answer = encode(sample());
  EXPECT_FALSE(decode_chunk_request(""));
  EXPECT_FALSE(decode_chunk_request(answer));
  EXPECT_FALSE(decode_chunk_answer(request));
  EXPECT_FALSE(decode_chunk_request(request + "x"));
  EXPECT_FALSE(decode_chunk_request(request.substr(1)));
  EXPECT_FALSE(decode_chunk_answer(answer.substr(0, answer.size() - 1)));
  for (char kind : {'\0', '\5', '\xff'})
    EXPECT_FALSE(decode_chunk_request(kind + request.substr(1)));
  for (char kind : {'\0', '\7', '\xff'})
    EXPECT_FALSE(decode_chunk_answer(kind + answer.substr(1)));
  for (size_t number = 0; number < 9; ++number) {
    std::string negative = answer;
    negative[8 + 8 * number] = '\x80';
    EXPECT_FALSE(decode_chunk_answer(negative)) << number;
  }
  std::string known = answer;
  known[1 + 8 * 8] = '\3';
  EXPECT_FALSE(decode_chunk_answer(known));
}

}  // namespace
}  // namespace penstock
