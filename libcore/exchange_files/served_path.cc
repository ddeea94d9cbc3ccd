#include "libcore/exchange_files/served_path.h"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/exchange_files/list_text.h"

namespace penstock {

void require_served_path(std::string_view path) {
  require_list_name(path, kMostPathBytes);
  for (std::string_view rest = path;;) {
    const size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, end);
    if (part.empty() || part == "." || part == "..") {
      throw Error(fmt::format("'{}' is not a path below a folder", path));
    }
    if (end == rest.size()) return;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace penstock
