#include "libcore/flow/agent/ssh_command.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "libcore/base/error.h"

namespace penstock {
namespace {

TEST(SshCommand, WordsAsInTheShell) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(parse_ssh_command("ssh"), Words{"ssh"});
  EXPECT_EQ(parse_ssh_command(" ssh -F 'a b'  \"c d\"e "), (Words{"ssh", "-F", "a b", "c de"}));
  for (const char* text : {"", "  ", "ssh | cat", "ssh 'a", "ssh; id", "ssh $NO_SUCH_VARIABLE"}) {
    EXPECT_THROW((void)parse_ssh_command(text), Error) << text;
  }
}

TEST(SshCommand, WhatSshIsGiven) {
  using Words = std::vector<std::string>;
  RemoteShellPtr shell = ssh_shell({"ssh", "-F", "config"});
  const Words first = {"ssh",
                       "-F",
                       "config",
                       "-T",
                       "-a",
                       "-x",
                       "-oBatchMode=yes",
                       "-oClearAllForwardings=yes",
                       "-oControlMaster=no"};
  auto words = [&](const Host& host) {
    Words all = shell->process(host, "exec pflow", CutOff::kSeenByEnds).words;
    EXPECT_TRUE(std::equal(first.begin(), first.end(), all.begin()));
    return Words(all.begin() + std::ssize(first), all.end());
  };
  EXPECT_EQ(words({"", "h1"}), (Words{"--", "h1", "exec pflow"}));
  EXPECT_EQ(words({"u", "::1", 22}), (Words{"-p22", "-lu", "--", "::1", "exec pflow"}));
}

// How one process ended, as its shell says it: of itself, else of the command.
std::string end_of(int wait_status, bool had_begun, const std::string& said) {
  RemoteShellPtr shell = ssh_shell();
  std::optional<std::string> own_end = shell->own_end(wait_status, had_begun, said);
  return own_end ? *own_end : "the command " + shell->command_end(wait_status);
}

TEST(SshCommand, WhatItsEndSays) {
  auto exited = [](int status) { return status << 8; };
  EXPECT_EQ(end_of(exited(0), true, ""), "the command ended with status 0");
  EXPECT_EQ(end_of(exited(1), false, "no"), "the command ended with status 1");
  EXPECT_EQ(end_of(exited(255), false, ""), "the command there was killed, says ssh's status 255");
  EXPECT_EQ(end_of(exited(255), true, "closed"), "ssh ended with status 255");
  EXPECT_EQ(end_of(exited(255), true, "\r\n"), "its agent was killed, says ssh's status 255");
  EXPECT_EQ(end_of(9, true, ""), "ssh died of signal 9 (Killed)");
}

TEST(SshCommand, AHostThatIsCutOffIsSeen) {
  RemoteShellPtr shell = ssh_shell();
  std::vector<std::string> words = shell->process({"", "h"}, "true", CutOff::kSeenByShell).words;
  EXPECT_EQ(std::count(words.begin(), words.end(), "-oServerAliveInterval=5"), 1);
}

}  // namespace
}  // namespace penstock
