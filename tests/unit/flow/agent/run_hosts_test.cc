#include "libcore/flow/agent/run_hosts.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <csignal>
#include <string>
#include <vector>

#include "tests/unit/flow/agent/scripted_hosts.h"

namespace penstock {
namespace {

using RunHostsTest = ScriptedHosts;

TEST_F(RunHostsTest, SlotsAreThoseOfTheListOrTheCores) {
  write_agent("a", "10.0.0.9 1 10.0.0.1 22");
  write_agent("b", "10.0.0.9 1 10.0.0.2 22");
  RunHosts hosts = connect("a*5,b");
  ASSERT_TRUE(hosts.wait_until_ready());
  ASSERT_EQ(hosts.for_plans().size(), 3U);
  EXPECT_EQ(hosts.for_plans()[0].slots, 0);
  EXPECT_EQ(hosts.for_plans()[1].name, "a");
  EXPECT_EQ(hosts.for_plans()[1].slots, 5);
  EXPECT_EQ(hosts.for_plans()[2].slots, 3);
}

TEST_F(RunHostsTest, ThisHostHasSlotsWhenItIsListed) {
  write_agent("a", "10.0.0.9 1 10.0.0.1 22");
  RunHosts hosts = connect("a,:*2");
  ASSERT_TRUE(hosts.wait_until_ready());
  EXPECT_EQ(hosts.size(), 2U);
  EXPECT_EQ(hosts.for_plans()[0].slots, 2);
}

TEST_F(RunHostsTest, AddressesAreThoseThatSshSaw) {
  write_agent("a", "10.0.0.9 1 10.0.0.1 22");
  write_agent("b", "::ffff:10.0.0.9 1 fe80::2 22");
  RunHosts hosts = connect("a,b");
  ASSERT_TRUE(hosts.wait_until_ready());
  std::vector<RunHost> found = hosts.for_jobs("/here");
  EXPECT_EQ(found[0].folder, "/here");
  EXPECT_EQ(found[0].address_from, (std::vector<std::string>(3, "10.0.0.9")));
  EXPECT_EQ(found[1].folder, "/run-of-a");
  EXPECT_EQ(found[1].address_from[2], "10.0.0.1");
  EXPECT_EQ(found[2].address_from[0], "fe80::2");
}

// A host that is reached over another network than the others.
TEST_F(RunHostsTest, WhereHostsSeeUsDifferentlyWeListenAtAllAddresses) {
  write_agent("a", "10.0.0.9 1 10.0.0.1 22");
  write_agent("b", "127.0.0.1 1 127.0.0.1 22");
  RunHosts hosts = connect("a,b");
  ASSERT_TRUE(hosts.wait_until_ready());
  EXPECT_EQ(hosts.for_jobs("")[0].address_from,
            (std::vector<std::string>{"0.0.0.0", "10.0.0.9", "127.0.0.1"}));
}

TEST_F(RunHostsTest, FilesAndPortsAreAskedFor) {
  SeenFile file;
  file.file.path = "/f";
  file.file.size = 7;
  write_agent("a", "127.0.0.1 1 127.0.0.1 22", {FilesSeen{{file}}, PortsOpened{{4000, 4001}}});
  RunHosts hosts = connect("a");
  ASSERT_TRUE(hosts.wait_until_ready());
  std::vector<SeenFile> seen;
  ASSERT_TRUE(hosts.look_at_files(1, {"/f"}, seen));
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].file.size, 7);
  std::vector<Descriptor> listeners;
  std::vector<std::vector<int>> ports;
  ASSERT_TRUE(hosts.open_ports({1, 2}, listeners, ports));
  EXPECT_EQ(ports[1], (std::vector<int>{4000, 4001}));
  ASSERT_EQ(listeners.size(), 1U);
  int listens = 0;
  socklen_t size = sizeof listens;
  getsockopt(listeners[0].get(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
  EXPECT_EQ(listens, 1);
  EXPECT_GT(ports[0].at(0), 0);
}

TEST_F(RunHostsTest, AnswersThatWereNotAskedForAreErrors) {
  write_agent("a", "127.0.0.1 1 127.0.0.1 22", {PortsOpened{{4000}}, FilesSeen{{}}});
  RunHosts hosts = connect("a");
  ASSERT_TRUE(hosts.wait_until_ready());
  std::vector<SeenFile> seen;
  EXPECT_THROW(hosts.look_at_files(1, {"/f"}, seen), Error);
}

// A statement that is tried again asks again: the answer to the first question, which nobody took
// because another host was lost, is not the answer to the second.
TEST_F(RunHostsTest, AnswersThatNobodyTookAreNotThoseOfLaterQuestions) {
  write_agent("a", "127.0.0.1 1 127.0.0.1 22");
  write_agent("b", "127.0.0.1 1 127.0.0.1 22", {PortsOpened{{1111}}, PortsOpened{{2222}}});
  RunHosts hosts = connect("a,b");
  ASSERT_TRUE(hosts.wait_until_ready());
  hosts.give_up(1, "it is too slow");
  std::vector<Descriptor> listeners;
  std::vector<std::vector<int>> ports;
  EXPECT_THROW(hosts.open_ports({0, 1, 1}, listeners, ports), Error);
  ASSERT_TRUE(hosts.open_ports({0, 0, 1}, listeners, ports));
  EXPECT_EQ(ports[2], std::vector<int>{2222});
}

TEST_F(RunHostsTest, OneHostThatIsNotReadyIsAnErrorWithItsName) {
  write_agent("a", "127.0.0.1 1 127.0.0.1 22");
  RunHosts hosts = connect("a,missing");
  try {
    hosts.wait_until_ready();
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(error.message().starts_with("missing: ")) << error.message();
  }
}

TEST_F(RunHostsTest, WithoutAddressesThereIsNoRun) {
  write_agent("a", "");
  RunHosts hosts = connect("a");
  EXPECT_THROW(hosts.wait_until_ready(), Error);
}

TEST_F(RunHostsTest, ASignalEndsTheWait) {
  options_.shell = ssh_shell({"sleep", "100"});
  RunHosts hosts = connect("a");
  raise(SIGTERM);
  EXPECT_FALSE(hosts.wait_until_ready());
  EXPECT_EQ(hosts.signal(), SIGTERM);
}

}  // namespace
}  // namespace penstock
