// Opens operands of any kind: the files and streams that ops/scan opens, and tables.
#pragma once

#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/ops/scan/scan.h"

namespace penstock {

// Opens one operand, as open_scan() or open_table() does. Throws a usage Error for --as-of with an
// operand that is not a table.
OperatorPtr open_operand(const std::string& operand, const ScanOptions& options);

// Returns all rows of all operands, in their order, as open_scan() does. A table among several
// operands must have the columns of the others, which must be tables too. Throws Error. REQUIRES an
// operand.
OperatorPtr open_operands(const std::vector<std::string>& operands, const ScanOptions& options);

}  // namespace penstock
