#include "libcore/ops/scan/operand_file.h"

#include <sys/stat.h>

#include "libcore/base/error.h"
#include "libcore/text/text_format.h"

namespace penstock {
namespace {

bool exists(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

}  // namespace

std::string file_of_operand(const std::string& operand) {
  if (operand == "-" || operand.empty() || operand.ends_with('/') || exists(operand)) {
    return operand;
  }
  std::string found;
  for (const std::string& suffix : readable_suffixes()) {
    std::string path = operand + suffix;
    if (!exists(path)) continue;
    if (!found.empty()) {
      throw Error::usage("'" + operand + "' may be " + found + " or " + path +
                         "; name one of them");
    }
    found = path;
  }
  return found.empty() ? operand : found;
}

}  // namespace penstock
