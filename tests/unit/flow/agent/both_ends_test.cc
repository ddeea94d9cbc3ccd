#include "libcore/flow/agent/both_ends.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

TEST(BothEnds, OfWhatSshSays) {
  BothEnds ends = both_ends("10.0.0.1 53122 10.0.0.2 22", "h");
  EXPECT_EQ(ends.client, "10.0.0.1");
  EXPECT_EQ(ends.server, "10.0.0.2");
  ends = both_ends("::ffff:10.0.0.1 53122 fd77::2 22", "h");
  EXPECT_EQ(ends.client, "10.0.0.1");
  EXPECT_EQ(ends.server, "fd77::2");
}

TEST(BothEnds, WhenItSaysNone) {
  for (const char* connection : {"", "10.0.0.1 53122"}) {
    try {
      both_ends(connection, "user@h");
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.message(),
                "user@h: neither an ssh server (SSH_CONNECTION) nor Slurm "
                "(SLURM_LAUNCH_NODE_IPADDR) says at which address it was reached, so other hosts "
                "cannot be given one");
    }
  }
}

}  // namespace
}  // namespace penstock
