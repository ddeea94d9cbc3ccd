// The version of a table that a user names.
#pragma once

#include <cstdint>
#include <string>

#include "libcore/table/log.h"

namespace penstock {

// Reads the text of --as-of: the number of a version, or a time (a date, or a date and a time,
// which are in UTC where no offset says otherwise), which means the last version that is not after
// it. Throws a usage Error for other text, and Error as TableLog::version_at() does.
int64_t version_as_of(const TableLog& log, const std::string& text);

}  // namespace penstock
