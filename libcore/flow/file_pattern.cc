#include "libcore/flow/file_pattern.h"

#include <glob.h>

#include <algorithm>
#include <clocale>
#include <cstring>
#include <memory>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

// The locale of the environment, which the program does not use otherwise; null is that of C.
struct Collation {
  Collation() : locale(newlocale(LC_COLLATE_MASK, "", nullptr)) {}
  ~Collation() {
    if (locale != nullptr) freelocale(locale);
  }
  Collation(const Collation&) = delete;
  Collation& operator=(const Collation&) = delete;

  bool is_before(const std::string& a, const std::string& b) const {
    const int order = locale == nullptr ? 0 : strcoll_l(a.c_str(), b.c_str(), locale);
    return order == 0 ? a < b : order < 0;
  }

  locale_t locale;
};

}  // namespace

std::vector<std::string> files_of_pattern(const std::string& pattern) {
  if (pattern.empty()) return {};
  glob_t matched{};
  std::unique_ptr<glob_t, decltype(&globfree)> owner(&matched, &globfree);
  if (glob(pattern.c_str(), GLOB_NOSORT, nullptr, &matched) != 0) return {};
  if (matched.gl_pathc > kMaxPatternFiles) {
    throw Error::usage("the pattern '" + printable(pattern) + "' matches " +
                       std::to_string(matched.gl_pathc) + " files; " +
                       std::to_string(kMaxPatternFiles) + " are the limit");
  }
  std::vector<std::string> files(matched.gl_pathv, matched.gl_pathv + matched.gl_pathc);
  const Collation collation;
  std::sort(files.begin(), files.end(),
            [&](const std::string& a, const std::string& b) { return collation.is_before(a, b); });
  return files;
}

}  // namespace penstock
