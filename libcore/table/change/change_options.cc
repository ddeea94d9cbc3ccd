#include "libcore/table/change/change_options.h"

#include <fmt/format.h>

#include <string>

#include "libcore/base/error.h"
#include "libcore/base/number.h"

namespace penstock {
namespace {

constexpr Option kRetries{
    '\0', "retries", "N",
    "try again up to N times when another writer has taken the next version, or has changed rows "
    "that were read; 20 by default"};

int64_t parse_retries(const std::string& text) {
  const auto retries = parse_int64(text);
  if (retries && *retries >= 0 && *retries <= kMostCommitRetries) return *retries;
  throw Error::usage(
      fmt::format("'{}' is not a whole number from 0 to {}", text, kMostCommitRetries));
}

}  // namespace

void add_change_options(Command& command, ChangeOptions& options) {
  command.add(kRetries,
              [&options](const std::string& text) { options.retries = parse_retries(text); });
}

}  // namespace penstock
