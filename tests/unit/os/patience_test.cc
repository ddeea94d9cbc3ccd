#include "libcore/os/patience.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/unit/folder_test.h"
#include "tests/unit/os/live_pipe.h"

namespace penstock {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr Patience kNone{milliseconds(0), milliseconds(0)};

bool is_ready_now(ByteSource& source) {
  return PatientWait(kNone).is_ready(source);
}

std::string read_some(ByteSource& source) {
  std::string bytes(100, '\0');
  bytes.resize(static_cast<size_t>(source.read(bytes.data(), 100)));
  return bytes;
}

TEST(PatientWait, APipeIsReadyWhenBytesOrItsEndHaveCome) {
  LivePipe pipe;
  ByteSourcePtr source = pipe.source();
  EXPECT_FALSE(is_ready_now(*source));
  pipe.write("ab");
  EXPECT_TRUE(is_ready_now(*source));
  EXPECT_EQ(read_some(*source), "ab");
  EXPECT_FALSE(is_ready_now(*source));
  pipe.end();
  EXPECT_TRUE(is_ready_now(*source));
  EXPECT_EQ(read_some(*source), "");
}

TEST(PatientWait, LastsAsLongAsItIsAskedTo) {
  LivePipe pipe;
  ByteSourcePtr source = pipe.source();
  const Clock::time_point begin = Clock::now();
  PatientWait wait({milliseconds(60'000), milliseconds(40)});
  EXPECT_FALSE(wait.is_ready(*source));
  EXPECT_GE(Clock::now() - begin, milliseconds(40));
  // Nothing is left of the 40 ms, whatever has come meanwhile.
  EXPECT_FALSE(wait.is_ready(*source));
  pipe.write("a");
  EXPECT_TRUE(wait.is_ready(*source));
}

// Also by another reader of the same source: the pause counts, not how long this one has waited.
TEST(PatientWait, EndsWhenNothingHasComeForAWhile) {
  LivePipe pipe;
  ByteSourcePtr source = pipe.source();
  pipe.write("a");
  EXPECT_EQ(read_some(*source), "a");
  const Clock::time_point begin = Clock::now();
  EXPECT_FALSE(PatientWait({milliseconds(40), milliseconds(60'000)}).is_ready(*source));
  EXPECT_GE(Clock::now() - begin, milliseconds(39));
  EXPECT_FALSE(PatientWait({milliseconds(30), milliseconds(60'000)}).is_ready(*source));
}

TEST(PatientWait, FilesAndMemoryAreAlwaysReady) {
  EXPECT_TRUE(is_ready_now(*source_from_bytes("", "memory")));
  EXPECT_TRUE(is_ready_now(*open_source("/proc/self/stat")));
}

TEST(PeekableSource, PeeksAtWhatAPipeHasGiven) {
  LivePipe pipe;
  auto source = pipe.peekable();
  pipe.write("abc");
  auto peeked = source->peek(10, kLivePatience);
  EXPECT_EQ(std::string(peeked.begin(), peeked.end()), "abc");
  EXPECT_FALSE(source->at_end());
  EXPECT_TRUE(is_ready_now(*source));  // what was peeked at is still to be read
  pipe.write("def");
  peeked = source->peek(10, kLivePatience, 4);
  EXPECT_EQ(std::string(peeked.begin(), peeked.end()), "abcdef");
  pipe.end();
  peeked = source->peek(10, kLivePatience, 7);
  EXPECT_EQ(std::string(peeked.begin(), peeked.end()), "abcdef");
  EXPECT_TRUE(source->at_end());
}

}  // namespace
}  // namespace penstock
