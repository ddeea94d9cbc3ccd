// Copies this program to hosts, and removes it from them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libcore/flow/agent/remote_shell.h"
#include "libcore/flow/hosts/host_list.h"
#include "libcore/flow/launch/local.h"

namespace penstock {

// The folder of a host's user in which copies lie, for its shell.
inline constexpr const char* kDeployFolder = "${XDG_CACHE_HOME:-$HOME/.cache}/penstock";

// What became of a deployment. With a signal that asked us to end, nothing else holds.
struct Deployed {
  int signal = 0;
  // How the hosts' shells call the copy of pflow, for LinkOptions::remote_pflow.
  std::string pflow = {};
  std::vector<std::string> copied = {};  // the labels of the hosts that did not have it
};

// Copies the program that runs here, with its libraries and the names of all tools, to the hosts
// that do not have this very program, into a folder of mode 0700 that is named by its checksum. The
// copy needs nothing of the host but a shell, tar, and a kernel of the same architecture. All hosts
// at the same time; this host is left out. A copy takes its place at once, after its checksum was
// compared there and it was run. Throws Error, naming the host, when one cannot be reached, is a
// machine of another architecture, has no room, or does not allow programs to run there.
Deployed deploy(LocalLauncher& launcher, const std::vector<Host>& hosts, const RemoteShell& shell);

// Removes all copies from the hosts. Returns the signal that asked us to end, or 0. Throws Error,
// naming the host, when that fails.
int undeploy(LocalLauncher& launcher, const std::vector<Host>& hosts, const RemoteShell& shell);

}  // namespace penstock
