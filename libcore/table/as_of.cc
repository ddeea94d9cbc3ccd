#include "libcore/table/as_of.h"

#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/data/datetime.h"

namespace penstock {

int64_t version_as_of(const TableLog& log, const std::string& text) {
  if (const std::optional<int64_t> version = parse_int64(text); version && *version >= 0) {
    return *version;
  }
  const std::optional<int32_t> date = parse_date(text);
  const std::optional<ParsedTimestamp> time = parse_timestamp(date ? text + "T00:00" : text);
  if (!time) {
    throw Error::usage("--as-of: '" + text +
                       "' is not a version or a time; use a number, or 2024-01-31T12:00");
  }
  const int64_t seconds = time->seconds - time->offset_seconds.value_or(0);
  return log.version_at(seconds * 1000 + time->nanoseconds / 1'000'000);
}

}  // namespace penstock
