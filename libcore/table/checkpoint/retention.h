// How long files stay that a version has removed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcore/table/actions.h"

namespace penstock {

// Milliseconds, where the configuration of a table does not say it: 7 days, as other programs keep
// them.
inline constexpr int64_t kDefaultRetention = int64_t{7} * 24 * 3600 * 1000;

// Reads the text of a time that the configuration of a table has, as in "interval 1 week" and
// "interval 2 days 12 hours". Returns milliseconds; empty for other text.
std::optional<int64_t> parse_retention(const std::string& text);

// Returns the milliseconds of a table (delta.deletedFileRetentionDuration). Throws Error when its
// configuration has another text than parse_retention() reads.
int64_t retention_of(const TableMetadata& metadata);

}  // namespace penstock
