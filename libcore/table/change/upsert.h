// Puts rows into a table by their keys: those that are there are replaced, others are added.
#pragma once

#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/table/change/change.h"

namespace penstock {

struct Upsert : ChangeOptions {
  std::vector<std::string> keys = {};
};

// Replaces all rows that have a key of the input by the input's row of it, and adds the other rows
// of the input, as one version. Only files that may have such keys are read, by their partition and
// their bounds, and only those that do are written again. The input has the columns of the table
// (fit_rows.h). Its rows wait in a temporary file, its keys in memory. Throws what the input
// throws, and Error for a key that is null or comes twice in the input, and as delete_rows() does
// (rewrite.h), also about what then is in the table. Pulls `input` to its end and leaves it as it
// is.
TableChanged upsert_rows(Operator& input, const Upsert& how);

}  // namespace penstock
