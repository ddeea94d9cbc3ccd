// The words for values that are not what their column's type says.
#pragma once

#include <string>
#include <string_view>

#include "libcore/data/type.h"
#include "libcore/text/csv/records.h"
#include "libcore/text/date_format.h"
#include "libcore/text/text_format.h"

namespace penstock {

// Reason and advice for `text`, the value of a field (unquoted) that convert_column refused:
// "'12,5' is not a number" and "use --types price=text or --on-error=null". The advice is the
// --types option that takes this value. `format` may be null. Offset and column are left alone.
CsvProblem describe_fault(std::string_view text, const std::string& column, const Type& type,
                          TypeOrigin origin, const DateFormat* format);

}  // namespace penstock
