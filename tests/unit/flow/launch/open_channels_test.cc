#include "libcore/flow/launch/open_channels.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "libcore/os/descriptor.h"

namespace penstock {
namespace {

Job job_of(size_t in, size_t out, std::vector<InheritedChannel> inherited = {}) {
  Job job;
  job.commands = {{"a-program", "a word"}};
  job.in = in;
  job.out = out;
  job.inherited = std::move(inherited);
  return job;
}

std::string read_all(int fd) {
  std::string text;
  char byte = 0;
  while (::read(fd, &byte, 1) == 1)
    text += byte;
  return text;
}

TEST(OpenChannels, APipeHasTwoEnds) {
  const std::vector<Channel> channels{{Channel::Kind::kNothing}, {Channel::Kind::kPipe}};
  OpenChannels open(channels, {});
  ProcessSpec writer = open.spec_of(job_of(0, 1));
  ProcessSpec reader = open.spec_of(job_of(1, 0));
  EXPECT_EQ(writer.words, (std::vector<std::string>{"a-program", "a word"}));
  EXPECT_EQ(read_all(writer.in), "");
  ASSERT_EQ(::write(writer.out, "rows", 4), 4);
  char rows[5] = {};
  EXPECT_EQ(::read(reader.in, rows, 4), 4);
  EXPECT_STREQ(rows, "rows");
}

TEST(OpenChannels, WhatTheRunHasIsGivenOn) {
  std::vector<Descriptor> shared;
  std::vector<Descriptor> listeners;
  for (int i = 0; i < 2; ++i) {
    shared.emplace_back(open("/dev/null", O_RDWR | O_CLOEXEC));     // NOLINT
    listeners.emplace_back(open("/dev/null", O_RDWR | O_CLOEXEC));  // NOLINT
  }
  const std::vector<Channel> channels{
      {Channel::Kind::kFlowInput},   {Channel::Kind::kFlowOutput}, {Channel::Kind::kShared, 1},
      {Channel::Kind::kListener, 1}, {Channel::Kind::kRunFolder},
  };
  const int from[] = {shared[1].get(), listeners[1].get(), 22};
  OpenChannels open(channels, {20, 21, 22, shared, std::move(listeners)});
  ProcessSpec spec = open.spec_of(job_of(0, 1, {{2, 64}, {3, 65}, {4, 66}}));
  EXPECT_EQ(spec.in, 20);
  EXPECT_EQ(spec.out, 21);
  ASSERT_EQ(spec.inherited.size(), 3U);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(spec.inherited[i].from, from[i]) << i;
    EXPECT_EQ(spec.inherited[i].as, 64 + static_cast<int>(i)) << i;
  }
  // A step writes the file that others read.
  EXPECT_EQ(open.spec_of(job_of(0, 2)).out, shared[1].get());
  // What listens here is the receiver's own from now on.
  EXPECT_NE(fcntl(from[1], F_GETFD), -1);
  open.close();
  EXPECT_EQ(fcntl(from[1], F_GETFD), -1);
  EXPECT_NE(fcntl(from[0], F_GETFD), -1);
}

TEST(OpenChannels, ASecretIsAFileWithoutAName) {
  const std::vector<std::string> secrets{"one", "two"};
  const std::vector<Channel> channels{{Channel::Kind::kNothing}, {Channel::Kind::kSecret, 1}};
  OpenChannels open(channels, {.secrets = secrets});
  ProcessSpec spec = open.spec_of(job_of(0, 0, {{1, 64}}));
  int fd = spec.inherited[0].from;
  struct stat about {};
  ASSERT_EQ(fstat(fd, &about), 0);
  EXPECT_EQ(about.st_nlink, 0U);
  Descriptor again(::open(("/dev/fd/" + std::to_string(fd)).c_str(), O_RDONLY));  // NOLINT
  EXPECT_EQ(read_all(again.get()), "two");
}

// Else no reader would see the end of its input.
TEST(OpenChannels, ClosedPipesEndWithTheirWriters) {
  const std::vector<Channel> channels{{Channel::Kind::kPipe}};
  OpenChannels open(channels, {});
  ProcessSpec spec = open.spec_of(job_of(0, 0));
  Descriptor reader(fcntl(spec.in, F_DUPFD_CLOEXEC, 0));
  open.close();
  EXPECT_EQ(read_all(reader.get()), "");
}

TEST(FreeNumber, SkipsWhatChildrenInheritAlready) {
  int first = free_number(200);
  Descriptor ours(fcntl(0, F_DUPFD_CLOEXEC, first));
  EXPECT_EQ(free_number(200), first);
  Descriptor inherited(fcntl(0, F_DUPFD, ours.get() + 1));
  EXPECT_EQ(free_number(inherited.get()), inherited.get() + 1);
}

}  // namespace
}  // namespace penstock
