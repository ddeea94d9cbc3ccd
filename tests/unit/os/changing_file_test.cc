// Files that others write to while they are read: what was there at first, or an error.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

#include "libcore/base/error.h"
#include "libcore/os/byte_source.h"
#include "tests/unit/property_rounds.h"

namespace penstock {
namespace {

constexpr int kRounds = 4000;

enum class Change { kNone, kGrow, kShrink, kEmpty, kRewriteShorter, kReplaceName };
constexpr int kChanges = 6;

class ChangingFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "changingXXXXXX";
    int fd = mkstemp(pattern.data());
    ASSERT_GE(fd, 0);
    close(fd);
    path_ = pattern;
  }
  void TearDown() override { unlink(path_.c_str()); }

  int64_t below(int64_t limit) {
    return std::uniform_int_distribution<int64_t>(0, limit - 1)(random_);
  }

  std::string noise(int64_t size) {
    std::string out(static_cast<size_t>(size), '\0');
    for (char& c : out)
      c = static_cast<char>('a' + random_() % 23);
    return out;
  }

  void put(const std::string& bytes, std::ios::openmode mode = std::ios::trunc) const {
    std::ofstream(path_, std::ios::binary | std::ios::out | mode) << bytes;
  }

  // Does it to the file of `size` bytes; returns how many of the first bytes it has then.
  int64_t apply(Change change, int64_t size) {
    int64_t left = below(size);
    switch (change) {
      case Change::kNone:
        return size;
      case Change::kGrow:
        put(noise(1 + below(9000)), std::ios::app);
        return size;
      case Change::kShrink:
        EXPECT_EQ(truncate(path_.c_str(), left), 0);
        return left;
      case Change::kEmpty:
        put("");
        return 0;
      case Change::kRewriteShorter:
        put(noise(left));
        return left;
      case Change::kReplaceName:
        EXPECT_EQ(unlink(path_.c_str()), 0);
        put(noise(left));
        return size;
    }
    return size;
  }

  std::string path_;
  std::mt19937_64 random_;
};

std::string shorter_message(const std::string& path, int64_t at, int64_t size) {
  return path + ": the file became shorter while it was read (it ended after " +
         std::to_string(at) + " of " + std::to_string(size) +
         " bytes); read it when nobody writes to it, or read a copy";
}

// What reading `source` on gives after `had`; `failure` gets the message of its error.
std::string read_on(ByteSource& source, std::string had, int64_t piece, std::string& failure) {
  std::string buffer(static_cast<size_t>(piece), '\0');
  try {
    for (int64_t n; (n = source.read(buffer.data(), piece)) > 0;)
      had.append(buffer.data(), static_cast<size_t>(n));
  } catch (const Error& error) {
    failure = error.message();
  }
  return had;
}

TEST_F(ChangingFile, IsReadAsItWasOrNotAtAll) {
  for (int round = 0; round < testing::property_rounds(kRounds); ++round) {
    random_.seed(static_cast<uint64_t>(round));
    std::string text = noise(1 + below(20'000));
    auto size = static_cast<int64_t>(text.size());
    put(text);
    auto source = open_unwrapped(open_source(path_));
    if (below(2) == 0) source->peek(below(30'000));
    std::string had;
    had.resize(static_cast<size_t>(below(2) * below(25'000)));
    had.resize(static_cast<size_t>(read_fully(*source, had.data(), std::ssize(had))));
    auto change = static_cast<Change>(below(kChanges));
    int64_t left = apply(change, size);
    std::string failure;
    std::string got = read_on(*source, had, 1 + below(5000), failure);
    if (failure.empty()) {
      EXPECT_EQ(got.size(), text.size()) << "round " << round;
      EXPECT_TRUE(left < size || got == text) << "round " << round;
    } else {
      EXPECT_LT(left, size) << "round " << round;
      EXPECT_EQ(failure, shorter_message(path_, std::max(left, std::ssize(got)), size))
          << "round " << round;
    }
  }
}

TEST_F(ChangingFile, IsReadAtAnyPlaceAsItWasOrNotAtAll) {
  for (int round = 0; round < testing::property_rounds(kRounds); ++round) {
    random_.seed(static_cast<uint64_t>(round));
    std::string text = noise(1 + below(20'000));
    auto size = static_cast<int64_t>(text.size());
    put(text);
    auto source = open_source(path_);
    auto change = static_cast<Change>(below(kChanges));
    int64_t left = apply(change, size);
    int64_t offset = below(25'000);
    int64_t wanted = below(25'000);
    int64_t there = std::clamp<int64_t>(size - offset, 0, wanted);
    std::string out(static_cast<size_t>(wanted), '\0');
    std::string failure;
    int64_t count = 0;
    try {
      count = source->read_at(offset, out.data(), wanted);
    } catch (const Error& error) {
      failure = error.message();
    }
    if (offset + there <= left || there == 0) {
      EXPECT_EQ(failure, "") << "round " << round;
      EXPECT_EQ(count, there) << "round " << round;
    } else {
      EXPECT_EQ(failure, shorter_message(path_, std::max(left, offset), size)) << "round " << round;
    }
    if (failure.empty() && left == size) {
      EXPECT_EQ(
          out.substr(0, static_cast<size_t>(count)),
          offset < size ? text.substr(static_cast<size_t>(offset), static_cast<size_t>(there)) : "")
          << "round " << round;
    }
  }
}

TEST_F(ChangingFile, StandardInputAtAPlaceOfItsOwnIsAFileToo) {
  for (int round = 0; round < testing::property_rounds(kRounds) / 4; ++round) {
    random_.seed(static_cast<uint64_t>(round));
    std::string text = noise(1 + below(20'000));
    auto size = static_cast<int64_t>(text.size());
    put(text);
    int fd = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    int64_t begin = below(size + 1);
    ASSERT_EQ(lseek(fd, begin, SEEK_SET), begin);
    auto source = source_from_descriptor(fd, path_);
    int64_t left = apply(static_cast<Change>(below(kChanges)), size);
    std::string failure;
    std::string got = read_on(*source, "", 1 + below(5000), failure);
    if (begin == size || left == size) {
      EXPECT_EQ(failure, "") << "round " << round;
      EXPECT_EQ(got, text.substr(static_cast<size_t>(begin))) << "round " << round;
    } else {
      EXPECT_EQ(failure, shorter_message(path_, std::max(left, begin), size)) << "round " << round;
    }
    close(fd);
  }
}

TEST_F(ChangingFile, WhatComesIntoAnEmptyFileIsNotRead) {
  put("");
  auto source = open_source(path_);
  put("too late");
  std::string failure;
  EXPECT_EQ(read_on(*source, "", 5, failure), "");
  EXPECT_EQ(failure, "");
}

TEST_F(ChangingFile, AFileThatWasCutAndHasGrownAgainIsShorterToo) {
  put("0123456789");
  int fd = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  auto source = source_from_descriptor(fd, path_);
  char bytes[4];
  EXPECT_EQ(source->read(bytes, 4), 4);
  EXPECT_EQ(truncate(path_.c_str(), 2), 0);
  std::string failure;
  EXPECT_EQ(read_on(*source, "", 4, failure), "");
  EXPECT_EQ(failure, shorter_message(path_, 4, 10));
  close(fd);
}

// Their sizes say 4096.
TEST(FilesOfSys, EndWhereTheyEnd) {
  for (const char* path : {"/sys/kernel/mm/transparent_hugepage/enabled", "/proc/self/status"}) {
    if (access(path, R_OK) != 0) continue;
    auto source = open_source(path);
    std::string failure;
    EXPECT_NE(read_on(*source, "", 3, failure), "") << path;
    EXPECT_EQ(failure, "") << path;
  }
}

}  // namespace
}  // namespace penstock
