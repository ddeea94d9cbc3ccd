#include "libcore/os/output_watch.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "libcore/os/byte_source.h"
#include "libcore/os/descriptor.h"

namespace penstock {
namespace {

// How a process ends that does this and exits with 7.
int end_of(const std::function<void()>& work) {
  pid_t pid = fork();
  if (pid == 0) {
    alarm(20);
    work();
    _exit(7);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(OutputWatch, AnOutputWithAReaderIsLeftAlone) {
  Pipe output = make_pipe();
  EXPECT_EQ(end_of([&] {
              end_without_reader();  // nothing is watched
              watch_output(output.writer.get());
              end_without_reader();
            }),
            7);
}

TEST(OutputWatch, SigpipeEndsItWhereNobodyReads) {
  Pipe input = make_pipe();
  Pipe output = make_pipe();
  output.reader.reset();
  EXPECT_EQ(end_of([&] {
              watch_output(output.writer.get());
              char byte = 0;
              source_from_descriptor(input.reader.get(), "input")->read(&byte, 1);
            }),
            -SIGPIPE);
  EXPECT_EQ(end_of([&] {
              watch_output(output.writer.get());
              end_without_reader();
            }),
            -SIGPIPE);
  // Bytes that are there are read all the same, and a file is never left by a reader.
  ASSERT_EQ(write(input.writer.get(), "x", 1), 1);
  EXPECT_EQ(end_of([&] {
              watch_output(output.writer.get());
              char byte = 0;
              source_from_descriptor(input.reader.get(), "input")->read(&byte, 1);
            }),
            7);
}

}  // namespace
}  // namespace penstock
