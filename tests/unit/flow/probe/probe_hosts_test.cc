#include "libcore/flow/probe/probe_hosts.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// Each pair once, and no host twice in a round; as few rounds as that takes.
TEST(ProbeRounds, HaveEachPairOnce) {
  EXPECT_TRUE(probe_rounds(0).empty());
  EXPECT_TRUE(probe_rounds(1).empty());
  for (size_t hosts = 2; hosts < 20; ++hosts) {
    std::set<std::pair<size_t, size_t>> seen;
    const auto rounds = probe_rounds(hosts);
    EXPECT_EQ(rounds.size(), hosts % 2 == 0 ? hosts - 1 : hosts) << hosts;
    for (const auto& round : rounds) {
      std::set<size_t> busy;
      for (const auto& [from, to] : round) {
        EXPECT_LT(from, to);
        EXPECT_LT(to, hosts);
        EXPECT_TRUE(busy.insert(from).second);
        EXPECT_TRUE(busy.insert(to).second);
        EXPECT_TRUE(seen.insert({from, to}).second);
      }
    }
    EXPECT_EQ(seen.size(), hosts * (hosts - 1) / 2) << hosts;
  }
}

TEST(ProbeHosts, AHostThatIsLostIsAnError) {
  LinkOptions options;
  options.shell = ssh_shell({"sh", "-c", "echo 'no route' >&2; exit 255"});
  try {
    probe_hosts({{"", "h1"}}, options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "h1: sh ended with status 255: no route");
  }
}

}  // namespace
}  // namespace penstock
