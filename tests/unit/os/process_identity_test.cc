#include "libcore/os/process_identity.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "libcore/base/error.h"

namespace penstock {
namespace {

TEST(ProcessIdentityTest, IsOfThisProcess) {
  ProcessIdentity own = own_identity();
  EXPECT_EQ(own.pid, getpid());
  EXPECT_GT(own.start, 0U);
  EXPECT_EQ(own, own_identity());
  EXPECT_GE(open_process(own).get(), 0);
}

TEST(ProcessIdentityTest, AnotherProcessWithItsNumberIsNotTaken) {
  ProcessIdentity other = own_identity();
  --other.start;
  EXPECT_LT(open_process(other).get(), 0);
  other = own_identity();
  other.boot = "11111111-2222-3333-4444-555555555555";
  EXPECT_LT(open_process(other).get(), 0);
}

TEST(ProcessIdentityTest, OneThatCannotBeSeenFromHereIsAnError) {
  ProcessIdentity other = own_identity();
  other.host = "elsewhere";
  EXPECT_THROW(open_process(other), Error);
  other = own_identity();
  ++other.namespace_id;
  EXPECT_THROW(open_process(other), Error);
}

TEST(ProcessIdentityTest, ASignalReachesItUntilItHasEnded) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  pid_t child = fork();
  if (child == 0) {
    ProcessIdentity own = own_identity();
    bool wrote = write(ends[1], &own.start, sizeof own.start) == sizeof own.start;
    while (wrote)
      pause();
    _exit(1);
  }
  ProcessIdentity identity = own_identity();
  identity.pid = child;
  ASSERT_EQ(read(ends[0], &identity.start, sizeof identity.start), ssize_t{sizeof identity.start});
  Descriptor process = open_process(identity);
  ASSERT_GE(process.get(), 0);
  EXPECT_TRUE(signal_process(process, SIGTERM));
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
  EXPECT_FALSE(signal_process(process, SIGTERM));
  EXPECT_LT(open_process(identity).get(), 0);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace penstock
