#include "libcore/os/chunks/ledger_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "libcore/base/error.h"

namespace penstock {
namespace {

using Lock = LedgerFile::Lock;

class LedgerFileTest : public ::testing::Test {
 protected:
  void TearDown() override { std::remove(path_.c_str()); }
  LedgerHead head_of(const std::string& text) {
    std::ofstream(path_) << text;
    return LedgerFile(path_).read_head();
  }
  std::string path_ = ::testing::TempDir() + "ledger-" + std::to_string(getpid());
};

TEST_F(LedgerFileTest, AHeadIsReadAsItWasWritten) {
  LedgerFile::create(path_).write(kLedgerNextLine, std::string(60, ' '));
  LedgerFile file(path_);
  file.write_next(7, 90);
  file.write(kLedgerNextLine, "                  0                   2                   3\n");
  file.write_failed(4);
  LedgerHead head = file.read_head();
  EXPECT_TRUE(head.is_whole);
  EXPECT_EQ(head.next, 7);
  EXPECT_EQ(head.total, 90);
  EXPECT_EQ(head.failed, 4);
  EXPECT_EQ(head.first, 2);
  EXPECT_EQ(head.inputs, 3);
}

TEST_F(LedgerFileTest, AShellsLineIsAHead) {
  LedgerHead head = head_of(" 3\t4 \n");
  EXPECT_FALSE(head.is_whole);
  EXPECT_EQ(head.next, 3);
  EXPECT_EQ(head.total, 4);
  EXPECT_EQ(head_of("1 " + std::string(60, ' ') + "2").total, 2);
  EXPECT_THROW(head_of("1 " + std::string(61, ' ') + "2"), Error) << "64 bytes are not a shell's";
}

TEST_F(LedgerFileTest, OtherTextsAreNot) {
  std::string next = "                  1                   2\n";
  for (const std::string& text : {std::string("1"), std::string("0 1"), next + std::string(80, 'x'),
                                  next + std::string(79, ' ') + "0"}) {
    EXPECT_THROW(head_of(text), Error) << text;
  }
  EXPECT_FALSE(head_of(next).is_whole);
  EXPECT_THROW(LedgerFile("no/such/file"), Error);
  EXPECT_THROW(LedgerFile::create("no/such/file"), Error);
}

TEST_F(LedgerFileTest, ANumberMayNotBeThere) {
  LedgerFile::create(path_).resize(50);
  LedgerFile file(path_);
  file.write(20, "                 42\n");
  EXPECT_EQ(file.number_at(0), std::nullopt);
  EXPECT_EQ(file.number_at(20), 42);
  EXPECT_EQ(file.number_at(100), std::nullopt);
}

// Locks are those of an open file: two objects of one process exclude each other.
TEST_F(LedgerFileTest, LocksExcludeUnlessShared) {
  LedgerFile::create(path_);
  LedgerFile one(path_);
  LedgerFile two(path_);
  one.lock(Lock::kOwn, 1000, 1);
  EXPECT_FALSE(two.try_lock(Lock::kShared, 990, 20));
  EXPECT_TRUE(two.try_lock(Lock::kOwn, 1001, 1));
  one.unlock(1000, 1);
  one.lock(Lock::kShared, 1000, 1);
  EXPECT_TRUE(two.try_lock(Lock::kShared, 1000, 1));
  EXPECT_FALSE(two.try_lock(Lock::kOwn, 1000, 1));
  {
    LedgerHeadLock locked(one);
    EXPECT_FALSE(two.try_lock(Lock::kShared, 0, 1));
  }
  EXPECT_TRUE(two.try_lock(Lock::kOwn, 0, 1));
}

}  // namespace
}  // namespace penstock
