#include "libcore/flow/deploy/deploy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/flow/agent/ssh_command.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

// Hosts whose ssh is a shell script.
class Deploy : public FolderTest {
 protected:
  static RemoteShellPtr ssh(const std::string& script) { return ssh_shell({"sh", "-c", script}); }
  // What it says of a host, whose marker is printed first.
  static RemoteShellPtr looked(const std::string& lines) {
    return ssh(fmt::format("echo Welcome; printf 'penstock-deploy 1\\n{}'", lines));
  }

  std::string refusal(const RemoteShellPtr& shell) {
    try {
      LocalLauncher launcher;
      deploy(launcher, hosts_, *shell);
    } catch (const Error& error) {
      return error.message();
    }
    return "nothing was refused";
  }

  std::vector<Host> hosts_ = {{"", "", 0, {}, true}, {"", "h1"}};
};

TEST_F(Deploy, NothingIsCopiedToAHostThatHasIt) {
  LocalLauncher launcher;
  Deployed deployed = deploy(launcher, hosts_, *looked(own_architecture() + "\\n1\\n"));
  EXPECT_EQ(deployed.signal, 0);
  EXPECT_TRUE(deployed.copied.empty());
  EXPECT_TRUE(deployed.pflow.starts_with("\"${XDG_CACHE_HOME:-$HOME/.cache}/penstock/"));
  EXPECT_NE(deployed.pflow.find("/ld.so\" --inhibit-cache --library-path "), std::string::npos);
  EXPECT_TRUE(deployed.pflow.ends_with("/pflow\""));
}

TEST_F(Deploy, AnotherArchitectureIsRefused) {
  EXPECT_EQ(refusal(looked("vax\\n0\\n")),
            fmt::format("h1: is a machine of the architecture vax, and this program is for {}; "
                        "install Penstock there",
                        own_architecture()));
}

TEST_F(Deploy, WhatHostsSay) {
  EXPECT_EQ(refusal(ssh("echo no route >&2; exit 255")), "h1: sh ended with status 255: no route");
  EXPECT_EQ(refusal(ssh("exit 3")), "h1: the script that deploys Penstock ended with status 3");
  EXPECT_EQ(refusal(ssh("echo hello")), "h1: the script that deploys Penstock ended with status 0");
  EXPECT_EQ(refusal(looked("x")), "h1: the script that looks for Penstock printed 'x'");
  EXPECT_EQ(refusal(ssh_shell({"no-such-ssh"})),
            "h1: no-such-ssh cannot be run: No such file or directory");
}

// The second command is the one that copies.
TEST_F(Deploy, WhatHostsSayToACopy) {
  auto second = [&](int status) {
    std::string again = (folder_ / std::to_string(status)).string();
    return refusal(
        ssh(fmt::format("printf 'penstock-deploy 1\\n'; if [ -e {0} ]; then echo why >&2; "
                        "exit {1}; fi; touch {0}; uname -m; echo 0",
                        again, status)));
  };
  EXPECT_EQ(second(73),
            "h1: no folder for Penstock can be made in ${XDG_CACHE_HOME:-$HOME/.cache}/penstock: "
            "why");
  EXPECT_EQ(second(74), "h1: Penstock cannot be written there: why");
  EXPECT_EQ(second(75), "h1: the copy of Penstock is not what was sent: why");
  EXPECT_EQ(second(76),
            "h1: the copy of Penstock cannot be run there (a file system that is mounted noexec?): "
            "why");
}

TEST_F(Deploy, CopiesAreRemoved) {
  std::filesystem::create_directories(folder_ / ".cache/penstock/new");
  LocalLauncher launcher;
  std::string script = "unset XDG_CACHE_HOME; for last; do :; done; HOME=" + folder_.string() +
                       " exec sh -c \"$last\"";
  EXPECT_EQ(undeploy(launcher, hosts_, *ssh_shell({"sh", "-c", script, "ssh"})), 0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / ".cache"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / ".cache/penstock"));
}

}  // namespace
}  // namespace penstock
