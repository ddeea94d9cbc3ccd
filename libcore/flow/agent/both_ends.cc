#include "libcore/flow/agent/both_ends.h"

#include <sstream>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"

namespace penstock {
namespace {

std::string plain_address(std::string address) {
  constexpr std::string_view kMapped = "::ffff:";
  if (address.starts_with(kMapped)) address.erase(0, kMapped.size());
  return address;
}

}  // namespace

BothEnds both_ends(const std::string& connection, const std::string& label) {
  std::istringstream words(connection);
  BothEnds ends;
  std::string port;
  words >> ends.client >> port >> ends.server;
  if (ends.server.empty()) {
    throw Error(
        label +
        ": neither an ssh server (SSH_CONNECTION) nor Slurm (SLURM_LAUNCH_NODE_IPADDR) says "
        "at which address it was reached, so other hosts cannot be given one");
  }
  return {plain_address(std::move(ends.client)), plain_address(std::move(ends.server))};
}

}  // namespace penstock
