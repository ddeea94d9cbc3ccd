#include "libcore/os/spill_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>

#include "libcore/base/error.h"
#include "libcore/os/block_codec.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

// Bytes that lz4 makes smaller, or cannot.
std::string text_of(size_t size, bool is_random, uint64_t seed = 1) {
  std::string text(size, '\0');
  for (char& c : text) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    c = static_cast<char>(is_random ? seed >> 56 : 'a' + (seed >> 62));
  }
  return text;
}

SpillSegment write_text(SpillFile& file, const std::string& text, int64_t block_bytes,
                        size_t piece = 1000) {
  std::unique_ptr<SpillWriter> writer = file.write(block_bytes);
  for (size_t at = 0; at < text.size(); at += piece)
    writer->write(std::string_view(text).substr(at, piece));
  writer->finish();
  return writer->take_segment();
}

std::string read_text(const SpillFile& file, const SpillSegment& segment, int64_t piece) {
  ByteSourcePtr source = file.read(segment);
  std::string text;
  std::string bytes(static_cast<size_t>(piece), '\0');
  while (int64_t got = source->read(bytes.data(), piece))
    text.append(bytes, 0, static_cast<size_t>(got));
  EXPECT_EQ(source->read(bytes.data(), piece), 0);
  return text;
}

std::string refusal_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

TEST(SpillFileTest, SegmentsComeBackAsWritten) {
  SpillFile file;
  for (bool is_random : {false, true}) {
    for (size_t size : {0U, 1U, 999U, 1000U, 4096U, 4097U, 300000U}) {
      std::string text = text_of(size, is_random);
      for (int64_t block : {1, 1000, 4096, 131072}) {
        if (block == 1 && size > 5000) continue;
        SpillSegment segment = write_text(file, text, block, 4096);
        EXPECT_EQ(segment.bytes(), static_cast<int64_t>(size));
        EXPECT_EQ(read_text(file, segment, 777), text);
        EXPECT_EQ(read_text(file, segment, 1 << 20), text);
      }
    }
  }
}

TEST(SpillFileTest, WhatCanBeCompressedIs) {
  SpillFile file;
  std::string text = text_of(1 << 20, false);
  EXPECT_LT(write_text(file, text, kSpillBlockBytes).stored_bytes(), std::ssize(text) * 3 / 4);
  text = text_of(1 << 20, true);
  EXPECT_LE(write_text(file, text, kSpillBlockBytes).stored_bytes(),
            std::ssize(text) + 8 * kBlockHeaderBytes);
}

TEST(SpillFileTest, SegmentsWrittenSideBySideFromThreads) {
  SpillFile file;
  std::vector<SpillSegment> segments(8);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < segments.size(); ++i) {
    threads.emplace_back(
        [&, i] { segments[i] = write_text(file, text_of(500000, i % 2 == 0, i), 10000); });
  }
  for (std::thread& thread : threads)
    thread.join();
  for (size_t i = 0; i < segments.size(); ++i)
    EXPECT_EQ(read_text(file, segments[i], 100000), text_of(500000, i % 2 == 0, i));
}

TEST(SpillFileTest, NoNameIsLeftAndNothingIsMadeBeforeTheFirstWrite) {
  std::string folder = ::testing::TempDir() + "spillXXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  SpillFile file(folder);
  EXPECT_EQ(file.descriptor(), -1);
  EXPECT_EQ(file.write()->name(), "temporary file in " + folder);
  write_text(file, "text", 4096);
  ASSERT_GE(file.descriptor(), 0);
  EXPECT_TRUE(fs::is_empty(folder));
  struct stat status {};
  ASSERT_EQ(fstat(file.descriptor(), &status), 0);
  EXPECT_EQ(status.st_nlink, 0U);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  fs::remove_all(folder);
}

TEST(SpillFileTest, TheDirectoryIsTheGivenOneElseTmpdirElseTmp) {
  setenv("TMPDIR", "/nowhere/b", 1);
  EXPECT_EQ(SpillFile("/nowhere/a").name(), "temporary file in /nowhere/a");
  EXPECT_EQ(SpillFile().name(), "temporary file in /nowhere/b");
  EXPECT_EQ(
      refusal_of([] {
        SpillFile file;
        write_text(file, "text", 4096);
      }),
      "temporary file in /nowhere/b: create: No such file or directory; use -T (or TMPDIR) to "
      "name another directory");
  unsetenv("TMPDIR");
  EXPECT_EQ(SpillFile().name(), "temporary file in /tmp");
}

TEST(SpillFileTest, AFullDiskIsAnError) {
  unsetenv("TMPDIR");
  // The limit on a file's size fails a write as a full disk does, with another reason.
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 100000;
  setrlimit(RLIMIT_FSIZE, &small);
  SpillFile file;
  std::string message = refusal_of([&] { write_text(file, text_of(1 << 20, true), 4096); });
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(message,
            "temporary file in /tmp: write: File too large; use -T (or TMPDIR) to name another "
            "directory");
}

class DamagedSpillTest : public ::testing::Test {
 protected:
  DamagedSpillTest() : text_(text_of(20000, false)), segment_(write_text(file_, text_, 4096)) {}

  std::string read_message() {
    return refusal_of([this] { EXPECT_NE(read_text(file_, segment_, 5000), text_); });
  }

  SpillFile file_;
  std::string text_;
  SpillSegment segment_;
};

TEST_F(DamagedSpillTest, EveryFlippedBitIsFound) {
  const SpillSegment::Block& block = segment_.blocks[1];
  for (int64_t at = 0; at < block.stored_bytes; at += 13) {
    uint8_t byte = 0;
    ASSERT_EQ(pread(file_.descriptor(), &byte, 1, block.offset + at), 1);
    uint8_t flipped = static_cast<uint8_t>(byte ^ (1U << (at % 8)));
    ASSERT_EQ(pwrite(file_.descriptor(), &flipped, 1, block.offset + at), 1);
    EXPECT_EQ(read_message(), "temporary file in /tmp: a block is damaged (at byte " +
                                  std::to_string(block.offset) +
                                  "); its disk may be faulty; use -T (or TMPDIR) to name "
                                  "another directory");
    ASSERT_EQ(pwrite(file_.descriptor(), &byte, 1, block.offset + at), 1);
  }
  EXPECT_EQ(read_text(file_, segment_, 5000), text_);
}

TEST_F(DamagedSpillTest, ACutFileIsFound) {
  ASSERT_EQ(ftruncate(file_.descriptor(), segment_.blocks[2].offset + 5), 0);
  EXPECT_NE(read_message().find("ends in the middle of a block (at byte "), std::string::npos);
}

TEST_F(DamagedSpillTest, AnotherWholeBlockInItsPlaceIsFound) {
  std::vector<uint8_t> stored;
  std::vector<uint8_t> plain(100, 'a');
  encode_block(plain, stored);
  seal_block(stored, 7);
  std::vector<uint8_t> out(100);
  EXPECT_TRUE(decode_block(stored, 7, out));
  EXPECT_EQ(out, plain);
  EXPECT_FALSE(decode_block(stored, 8, out));
  std::vector<uint8_t> less(99);
  EXPECT_FALSE(decode_block(stored, 7, less));
  EXPECT_FALSE(decode_block(std::span(stored).first(10), 7, out));
}

TEST_F(DamagedSpillTest, ReleasedRoomIsNotRead) {
  std::string other = text_of(10000, true);
  SpillSegment kept = write_text(file_, other, 4096);
  file_.release(segment_);
  EXPECT_EQ(read_text(file_, kept, 5000), other);
}

}  // namespace
}  // namespace penstock
