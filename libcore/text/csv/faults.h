// The messages for values that do not fit the type of their column.
#pragma once

#include <string>
#include <string_view>

#include "libcore/data/type.h"
#include "libcore/text/csv/records.h"
#include "libcore/text/csv/value_style.h"
#include "libcore/text/date_format.h"
#include "libcore/text/text_format.h"

namespace penstock {

// Returns reason and advice for `text`, the value of a field (unquoted) that convert_column()
// refused: "'12,5' is not a number" and "use --types price=text or --on-error=null". The advice
// names the --types option that accepts this value. `format` may be null. Numbers are written as
// `style` has them. Does not set the problem's offset and column.
CsvProblem describe_fault(std::string_view text, const std::string& column, const Type& type,
                          TypeOrigin origin, const DateFormat* format,
                          const ValueStyle& style = {});

}  // namespace penstock
