#include "libcore/os/shared_memory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <limits>

namespace penstock {
namespace {

constexpr int64_t kSize = 10'000;

TEST(SharedMemory, BothSeeWhatEitherWrites) {
  std::optional<SharedMemory> made = SharedMemory::make(kSize);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->size(), kSize);
  for (int64_t i = 0; i < kSize; ++i)
    ASSERT_EQ(made->data()[i], 0);
  std::optional<SharedMemory> opened = SharedMemory::open(getpid(), made->descriptor(), kSize);
  ASSERT_TRUE(opened);
  EXPECT_NE(opened->data(), made->data());
  made->data()[kSize - 1] = 7;
  opened->data()[0] = 8;
  EXPECT_EQ(opened->data()[kSize - 1], 7);
  EXPECT_EQ(made->data()[0], 8);
}

TEST(SharedMemory, OutlivesItsMaker) {
  std::optional<SharedMemory> opened;
  {
    std::optional<SharedMemory> made = SharedMemory::make(kSize);
    ASSERT_TRUE(made);
    made->data()[9] = 9;
    opened = SharedMemory::open(getpid(), made->descriptor(), kSize);
  }
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->data()[9], 9);
}

TEST(SharedMemory, OfAnotherProcess) {
  int ready[2];
  int done[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(done), 0);
  pid_t child = fork();
  if (child == 0) {
    std::optional<SharedMemory> made = SharedMemory::make(kSize);
    int descriptor = made ? made->descriptor() : -1;
    if (made) std::memcpy(made->data(), "of the child", 12);
    char byte = 0;
    bool is_well = write(ready[1], &descriptor, sizeof descriptor) == sizeof descriptor &&
                   read(done[0], &byte, 1) == 1;
    _exit(is_well && made->data()[0] == 'O' ? 0 : 1);
  }
  int descriptor = -1;
  ASSERT_EQ(read(ready[0], &descriptor, sizeof descriptor),
            static_cast<ssize_t>(sizeof descriptor));
  std::optional<SharedMemory> opened = SharedMemory::open(child, descriptor, kSize);
  EXPECT_TRUE(opened);
  if (opened) {
    EXPECT_EQ(std::memcmp(opened->data(), "of the child", 12), 0);
    opened->data()[0] = 'O';
  }
  EXPECT_EQ(write(done[1], "x", 1), 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  for (int fd : {ready[0], ready[1], done[0], done[1]})
    close(fd);
}

TEST(SharedMemory, ItsSizeCannotBeChanged) {
  std::optional<SharedMemory> made = SharedMemory::make(kSize);
  ASSERT_TRUE(made);
  EXPECT_NE(ftruncate(made->descriptor(), 1), 0);
  EXPECT_NE(ftruncate(made->descriptor(), 2 * kSize), 0);
}

TEST(SharedMemory, NothingElseIsOpened) {
  std::optional<SharedMemory> made = SharedMemory::make(kSize);
  ASSERT_TRUE(made);
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_FALSE(SharedMemory::open(getpid(), made->descriptor(), kSize + 1));
  EXPECT_FALSE(SharedMemory::open(getpid(), made->descriptor(), 0));
  EXPECT_FALSE(SharedMemory::open(getpid(), made->descriptor(), kMost));
  EXPECT_FALSE(SharedMemory::open(getpid(), -1, kSize));
  EXPECT_FALSE(SharedMemory::open(getpid(), kMost, kSize));
  EXPECT_FALSE(SharedMemory::open(0, made->descriptor(), kSize));
  EXPECT_FALSE(SharedMemory::open(-1, made->descriptor(), kSize));
  EXPECT_FALSE(SharedMemory::open(kMost, made->descriptor(), kSize));

  // A file that could be cut, under our name; and one that is not memory at all.
  int unsealed = memfd_create("penstock", MFD_CLOEXEC);
  ASSERT_GE(unsealed, 0);
  ASSERT_EQ(ftruncate(unsealed, kSize), 0);
  EXPECT_FALSE(SharedMemory::open(getpid(), unsealed, kSize));
  close(unsealed);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_FALSE(SharedMemory::open(getpid(), ends[0], kSize));
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace penstock
