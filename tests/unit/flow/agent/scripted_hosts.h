// Hosts that are files: what their agents say.
#pragma once

#include <gtest/gtest.h>
#include <sys/utsname.h>

#include <filesystem>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/command/answers.h"
#include "libcore/flow/agent/codec.h"
#include "libcore/flow/agent/run_hosts.h"
#include "tests/unit/folder_test.h"

namespace penstock {

// Hosts whose ssh is a shell script: it says what stands in the file of the host's name.
class ScriptedHosts : public FolderTest {
 protected:
  ScriptedHosts() {
    options_.shell = ssh_shell({"sh", "-c",
                                "cd '" + folder_.string() +
                                    R"('; while [ "$1" != -- ]; do shift; done; cat "$2" || exit
                      { while [ -e "$2" ] && [ ! -e "$2.later" ]; do sleep 0.01; done
                        [ ! -e "$2" ] || cat "$2.later"; } &
                      cat >"$2.heard"; kill $!)",
                                "ssh"});
  }

  // The message of the Error that the call throws.
  template <typename Call>
  static std::string refusal(Call call) {
    try {
      call();
    } catch (const Error& error) {
      return error.message();
    }
    return "nothing was refused";
  }

  // What the host's agent says, one message after the other.
  void write_agent(const std::string& host, const std::string& connection,
                   const std::vector<FromAgent>& messages = {}) {
    utsname about{};
    uname(&about);
    AgentReady ready{std::string(penstock_version()),
                     about.machine,
                     host,
                     "/run-of-" + host,
                     3,
                     1,
                     1,
                     connection};
    std::string bytes = std::string(kAgentGreeting) + encode(FromAgent(ready));
    for (const FromAgent& message : messages)
      bytes += encode(message);
    write(host, bytes);
  }

  // What it says once the run has come so far.
  void say(const std::string& host, const std::vector<FromAgent>& messages) {
    std::string bytes;
    for (const FromAgent& message : messages)
      bytes += encode(message);
    write("part", bytes);
    std::filesystem::rename(folder_ / "part", folder_ / (host + ".later"));
  }

  RunHosts connect(const std::string& list) {
    std::vector<Host> hosts;
    add_hosts(hosts, list);
    return {launcher_, hosts, options_};
  }

  LinkOptions options_;
  LocalLauncher launcher_;
};

}  // namespace penstock
