#include "libcore/rows/memory_budget.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/os/physical_memory.h"

namespace penstock {
namespace {

constexpr int64_t kLeastDefault = int64_t{256} << 20;
constexpr int64_t kMostDefault = int64_t{4} << 30;

int64_t memory_of_environment(const char* text) {
  try {
    return parse_memory(text);
  } catch (const Error& error) {
    throw Error::usage(std::string(kMemoryVariable) + ": " + error.message());
  }
}

}  // namespace

int64_t default_memory() {
  // Computed once, because options are made in several places at start-up, and this reads files.
  static const int64_t kDefault = [] {
    const char* given = std::getenv(kMemoryVariable);
    if (given != nullptr && *given != '\0') return memory_of_environment(given);
    int64_t memory = physical_memory();
    return std::clamp(memory / 4, std::min(kLeastDefault, memory), kMostDefault);
  }();
  return kDefault;
}

int64_t parse_memory(std::string_view text) {
  std::optional<int64_t> size = parse_size(text);
  if (!size) {
    throw Error::usage("'" + std::string(text) +
                       "' is not a size; write bytes, or a number with K, M, G or T as in 512M");
  }
  if (*size < kLeastMemory || *size > kMostMemory) {
    throw Error::usage("'" + std::string(text) + "' is not within 64K and 1024T");
  }
  return *size;
}

}  // namespace penstock
