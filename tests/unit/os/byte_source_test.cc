#include "libcore/os/byte_source.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <random>

#include "libcore/base/error.h"

namespace penstock {
namespace {

std::string failure_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    return error.message();
  }
  return "nothing thrown";
}

// Reads all, in pieces of a size that fits nothing.
std::string drain(ByteSource& source, int64_t piece = 997) {
  std::string out;
  std::string buffer(static_cast<size_t>(piece), '\0');
  for (int64_t n; (n = source.read(buffer.data(), piece)) > 0;) {
    out.append(buffer.data(), static_cast<size_t>(n));
  }
  EXPECT_EQ(source.read(buffer.data(), piece), 0) << "the end stays the end";
  return out;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1);
  EXPECT_EQ(ZSTD_isError(size), 0U);
  out.resize(size);
  return out;
}

std::string noise(size_t size) {
  std::mt19937 random(7);
  std::string out(size, '\0');
  for (char& c : out)
    c = static_cast<char>('a' + random() % 11);
  return out;
}

std::string unwrapped(std::string bytes) {
  return drain(*open_unwrapped(source_from_bytes(std::move(bytes), "in")));
}

class FileSource : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "sourceXXXXXX";
    int fd = mkstemp(pattern.data());
    ASSERT_GE(fd, 0);
    close(fd);
    path_ = pattern;
    std::ofstream(path_) << "0123456789";
  }
  void TearDown() override { unlink(path_.c_str()); }
  std::string path_;
};

TEST_F(FileSource, ReadsAndSeeks) {
  ByteSourcePtr source = open_source(path_);
  EXPECT_EQ(source->name(), path_);
  EXPECT_EQ(source->size(), 10);
  char piece[4] = {};
  EXPECT_EQ(source->read(piece, 4), 4);
  char at[8] = {};
  EXPECT_EQ(source->read_at(5, at, 3), 3);
  EXPECT_EQ(std::string(at, 3), "567");
  EXPECT_EQ(source->read_at(8, at, 8), 2);
  EXPECT_EQ(source->read_at(80, at, 8), 0);
  EXPECT_EQ(drain(*source), "456789");
}

TEST_F(FileSource, APositionThatIsNotTheBeginningHasNoSize) {
  int fd = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  char byte = 0;
  ASSERT_EQ(read(fd, &byte, 1), 1);
  ByteSourcePtr source = source_from_descriptor(fd, "x");
  EXPECT_EQ(source->size(), std::nullopt);
  EXPECT_EQ(drain(*source), "123456789");
  close(fd);
}

TEST(ByteSource, SaysWhatCannotBeOpened) {
  EXPECT_EQ(failure_of([] { open_source("/no/such"); }), "/no/such: No such file or directory");
  EXPECT_EQ(failure_of([] { open_source("/usr"); }),
            "/usr: is a directory without a table manifest");
}

TEST(ByteSource, FilesOfProcHaveBytesThoughTheySayZero) {
  ByteSourcePtr source = open_source("/proc/self/status");
  EXPECT_EQ(source->size(), std::nullopt);
  EXPECT_NE(drain(*source), "");
}

TEST(ByteSource, ReadFullyGathersWhatAPipeGivesInPieces) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "abc", 3), 3);
  close(ends[1]);
  ByteSourcePtr source = source_from_descriptor(ends[0], "pipe");
  char out[10] = {};
  EXPECT_EQ(read_fully(*source, out, 10), 3);
  EXPECT_EQ(std::string(out, 3), "abc");
  close(ends[0]);
}

TEST(PeekableSource, PeeksWithoutTaking) {
  PeekableSource source(source_from_bytes("abcdef", "in"));
  auto text = [](std::span<const uint8_t> bytes) {
    return std::string(bytes.begin(), bytes.end());
  };
  EXPECT_EQ(text(source.peek(2)), "ab");
  char c = 0;
  EXPECT_EQ(source.read(&c, 1), 1);
  EXPECT_EQ(c, 'a');
  EXPECT_EQ(text(source.peek(3)), "bcd");
  EXPECT_EQ(text(source.peek(99)), "bcdef");
  EXPECT_EQ(source.size(), 6);
  EXPECT_EQ(drain(source, 2), "bcdef");
  EXPECT_EQ(text(source.peek(1)), "");
}

TEST(OpenUnwrapped, LeavesPlainBytes) {
  EXPECT_EQ(unwrapped("plain"), "plain");
  EXPECT_EQ(unwrapped(""), "");
  EXPECT_EQ(open_unwrapped(source_from_bytes("plain", "in"))->size(), 5);
}

TEST(OpenUnwrapped, ReadsAllMembersAndFrames) {
  std::string text = noise(1'000'000);
  EXPECT_EQ(unwrapped(gzip(text)), text);
  EXPECT_EQ(unwrapped(gzip(text) + gzip("") + gzip("more")), text + "more");
  EXPECT_EQ(unwrapped(zstd(text)), text);
  EXPECT_EQ(unwrapped(zstd(text) + zstd("") + zstd("more")), text + "more");
  std::string skippable("\x50\x2a\x4d\x18\x03\0\0\0abc", 11);
  EXPECT_EQ(unwrapped(skippable + zstd("x")), "x");
  EXPECT_EQ(unwrapped(zstd(gzip(text))), text);
  EXPECT_EQ(open_unwrapped(source_from_bytes(gzip(text), "in"))->size(), std::nullopt);
}

// A cut right between two members is the end of a whole file: nothing can tell.
TEST(OpenUnwrapped, RefusesCutDataAtEveryByte) {
  using Compress = std::string (*)(const std::string&);
  for (Compress compress : {Compress(gzip), Compress(zstd)}) {
    std::string first = compress("some text, some text");
    std::string whole = first + compress("more");
    for (size_t cut = 4; cut < whole.size(); ++cut) {
      if (cut == first.size()) continue;
      EXPECT_EQ(failure_of([&] { unwrapped(whole.substr(0, cut)); }),
                "in: compressed data ends too early")
          << cut << " of " << whole.size();
    }
  }
}

TEST(OpenUnwrapped, RefusesDamageAndWhatFollows) {
  std::string damaged = gzip(noise(10'000));
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  EXPECT_TRUE(
      failure_of([&] { unwrapped(damaged); }).starts_with("in: compressed data is damaged"));
  std::string changed = zstd(noise(10'000));
  changed[10] = static_cast<char>(changed[10] ^ 0x55);
  EXPECT_TRUE(failure_of([&] { unwrapped(changed); }).starts_with("in: compressed data"));
  EXPECT_EQ(failure_of([&] { unwrapped(gzip("x") + "garbage"); }),
            "in: compressed data is damaged (incorrect header check)");
  EXPECT_EQ(failure_of([&] { unwrapped(zstd("x") + "garbage"); }),
            "in: compressed data is damaged (Unknown frame descriptor)");
}

TEST(OpenUnwrapped, SkipsZerosBetweenAndBehindGzipMembers) {
  std::string text = noise(100'000);
  for (size_t zeros : {size_t{1}, size_t{2}, size_t{511}, size_t{600'000}}) {
    std::string padding(zeros, '\0');
    EXPECT_EQ(unwrapped(gzip(text) + padding), text) << zeros;
    EXPECT_EQ(unwrapped(gzip(text) + padding + gzip("more") + padding), text + "more") << zeros;
    EXPECT_EQ(failure_of([&] { unwrapped(gzip(text) + padding + "x"); }),
              "in: compressed data ends too early");
    EXPECT_EQ(failure_of([&] { unwrapped(gzip(text) + padding + "garbage"); }),
              "in: compressed data is damaged (incorrect header check)");
  }
}

// A frame of one raw block that asks for a window by its descriptor.
std::string frame_of_window(int descriptor) {
  std::string frame("\x28\xb5\x2f\xfd\x00", 5);
  frame += static_cast<char>(descriptor);
  return frame + std::string("\x09\0\0x", 4);
}

// The exponent is in the upper five bits, eighths in the lower three.
TEST(OpenUnwrapped, AsksForTheOptionThatAllowsAZstdWindow) {
  auto read = [](int descriptor, int64_t max_window) {
    return drain(*open_unwrapped(source_from_bytes(frame_of_window(descriptor), "in"), max_window));
  };
  constexpr int64_t kMiB = int64_t{1} << 20;
  for (int exponent = 0; exponent < 22; ++exponent) {
    int64_t window = int64_t{1024} << exponent;
    EXPECT_EQ(read(exponent << 3, window), "x");
    if (exponent == 0) continue;
    std::string failure = failure_of([&] { read(exponent << 3, window / 2); });
    EXPECT_TRUE(failure.starts_with("in: compressed data needs a window of ")) << failure;
  }
  EXPECT_EQ(failure_of([&] { read(18 << 3, 128 * kMiB); }),
            "in: compressed data needs a window of 256 MiB, more than the 128 MiB that are "
            "allowed; use --max-window 256M");
  EXPECT_EQ(failure_of([&] { read((17 << 3) + 4, 128 * kMiB); }),
            "in: compressed data needs a window of 192 MiB, more than the 128 MiB that are "
            "allowed; use --max-window 256M");
  EXPECT_EQ(read((17 << 3) + 4, 192 * kMiB), "x") << "rounded up to a power of two";
  EXPECT_EQ(failure_of([&] { read(1 << 3, 1024); }),
            "in: compressed data needs a window of 2048 bytes, more than the 1024 bytes that are "
            "allowed; use --max-window 2K");
  EXPECT_EQ(failure_of([&] { read(22 << 3, 2048 * kMiB); }),
            "in: compressed data needs a window of 4096 MiB, more than the 2048 MiB that are read");
}

TEST(OpenUnwrapped, KnowsTheWindowOfAFrameOfOneSegment) {
  // A frame content size of 8 bytes: 300 MiB.
  std::string frame("\x28\xb5\x2f\xfd\xe0\0\0\xc0\x12\0\0\0\0", 13);
  EXPECT_EQ(failure_of([&] { unwrapped(frame + std::string("\x09\0\0x", 4)); }),
            "in: compressed data needs a window of 300 MiB, more than the 128 MiB that are "
            "allowed; use --max-window 512M");
}

TEST(ReadBeginning, ReadsNoMoreThanItIsGiven) {
  std::string path = ::testing::TempDir() + "read_beginning-" + std::to_string(getpid());
  std::ofstream(path) << "some bytes";
  EXPECT_EQ(read_beginning(path, 4), "some");
  EXPECT_EQ(read_beginning(path, 10), "some bytes");
  EXPECT_EQ(read_beginning(path, 11), "some bytes");
  EXPECT_EQ(read_beginning(path, 0), "");
  unlink(path.c_str());
  EXPECT_THROW(read_beginning(path, 4), Error);
}

}  // namespace
}  // namespace penstock
