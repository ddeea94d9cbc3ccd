#include "libcore/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace penstock {

void check_failed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "penstock: bug: %s:%d: CHECK failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace penstock
