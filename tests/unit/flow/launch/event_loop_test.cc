#include "libcore/flow/launch/event_loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>

#include "libcore/base/error.h"
#include "libcore/os/descriptor.h"

namespace penstock {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(EventLoop, CallsAsLongAsThereIsSomethingToRead) {
  EventLoop loop;
  Pipe pipe = make_pipe();
  std::string got;
  auto watch = loop.watch(pipe.reader.get(), EventLoop::Ready::kToRead, [&] {
    char byte = 0;
    got += ::read(pipe.reader.get(), &byte, 1) == 1 ? byte : '.';
  });
  loop.poll();
  EXPECT_EQ(got, "");
  EXPECT_EQ(::write(pipe.writer.get(), "ab", 2), 2);
  while (got.size() < 2)
    EXPECT_TRUE(loop.run_one(now() + seconds(20)));
  EXPECT_EQ(got, "ab");
  // An end can be read.
  pipe.writer.reset();
  while (got.size() < 4)
    EXPECT_TRUE(loop.run_one(now() + seconds(20)));
  EXPECT_EQ(got, "ab..");
}

TEST(EventLoop, AWatchMayEndInItsFunction) {
  EventLoop loop;
  Pipe pipe = make_pipe();
  int calls = 0;
  std::unique_ptr<EventLoop::Watch> watch;
  watch = loop.watch(pipe.writer.get(), EventLoop::Ready::kToWrite, [&] {
    ++calls;
    watch.reset();
  });
  loop.poll();
  loop.poll();
  EXPECT_EQ(calls, 1);
  // The descriptor is still its owner's, and may be watched again.
  EXPECT_EQ(::write(pipe.writer.get(), "a", 1), 1);
  watch = loop.watch(pipe.writer.get(), EventLoop::Ready::kToWrite, [&] { ++calls; });
  EXPECT_TRUE(loop.run_one(now() + seconds(20)));
  EXPECT_EQ(calls, 2);
}

TEST(EventLoop, OneThatIsGoneIsNotCalled) {
  EventLoop loop;
  Pipe pipe = make_pipe();
  Pipe other = make_pipe();
  EXPECT_EQ(::write(pipe.writer.get(), "a", 1), 1);
  EXPECT_EQ(::write(other.writer.get(), "a", 1), 1);
  // Both are ready at once; the first that is called ends the other.
  int calls = 0;
  std::unique_ptr<EventLoop::Watch> one;
  std::unique_ptr<EventLoop::Watch> two;
  one = loop.watch(pipe.reader.get(), EventLoop::Ready::kToRead,
                   [&] { ++calls, two.reset(), one.reset(); });
  two = loop.watch(other.reader.get(), EventLoop::Ready::kToRead,
                   [&] { ++calls, one.reset(), two.reset(); });
  loop.poll();
  EXPECT_EQ(calls, 1);
}

TEST(EventLoop, TimersInTheirOrder) {
  EventLoop loop;
  std::string called;
  FlowTime begin = now();
  auto late = loop.at(begin + milliseconds(20), [&] { called += 'b'; });
  auto early = loop.at(begin, [&] { called += 'a'; });
  auto never = loop.at(begin + milliseconds(5), [&] { called += 'x'; });
  never.reset();
  while (called.size() < 2)
    loop.run_one(now() + seconds(20));
  EXPECT_EQ(called, "ab");
  EXPECT_GE(now() - begin, milliseconds(20));
}

TEST(EventLoop, WithoutAnythingTheDeadlinePasses) {
  EventLoop loop;
  FlowTime begin = now();
  EXPECT_FALSE(loop.run_one(begin + milliseconds(10)));
  EXPECT_FALSE(loop.run_one(begin));
  EXPECT_GE(now() - begin, milliseconds(10));
}

TEST(EventLoop, ARegularFileCannotBeWatched) {
  EventLoop loop;
  Descriptor file(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));  // NOLINT
  auto watch = loop.watch(file.get(), EventLoop::Ready::kToRead, [] {});
  EXPECT_THROW(loop.run_one(now() + seconds(20)), Error);
}

TEST(EventLoop, WhatAFunctionThrowsIsThrown) {
  EventLoop loop;
  auto timer = loop.at(now(), [] { throw Error("broken"); });
  EXPECT_THROW(loop.run_one(now() + seconds(20)), Error);
  int calls = 0;
  auto next = loop.at(now(), [&] { ++calls; });
  loop.run_one(now() + seconds(20));
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace penstock
