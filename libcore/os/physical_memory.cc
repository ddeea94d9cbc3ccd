#include "libcore/os/physical_memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace penstock {
namespace {

// The folder of our control group below its mount: the line "0::/a/b" of /proc/self/cgroup.
std::string control_group() {
  std::ifstream file("/proc/self/cgroup");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("0::")) return line.substr(3);
  }
  return {};
}

}  // namespace

int64_t physical_memory() {
  int64_t bytes = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  for (std::string group = control_group(); !group.empty();) {
    std::ifstream file("/sys/fs/cgroup" + group + "/memory.max");
    int64_t limit = 0;
    if (file >> limit && limit > 0) bytes = std::min(bytes, limit);  // "max" is not a number
    size_t slash = group.rfind('/');
    if (slash == std::string::npos || group.size() == 1) break;
    group.resize(std::max<size_t>(slash, 1));
  }
  return bytes;
}

}  // namespace penstock
