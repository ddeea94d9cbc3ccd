// Changes rows of a table that are there: deletes or updates them.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/expr/parameters.h"
#include "libcore/table/change/change.h"

namespace penstock {

// Deletes the rows for which `where` holds, as one version. Files that may have such rows are read,
// and those that do are written again without them, or only removed where no row is left; without
// such rows no version is made. Where another writer has changed what was read, all is done again,
// on the new rows, up to options.retries times. Throws Error as read_to_change() and write_rows()
// do, when the condition does not bind, and when other writers were faster each time. Then no
// version was made, and the files that it has written are removed unless it is not known whether
// one was.
TableChanged delete_rows(const ExpressionText& where, const ChangeOptions& options);

// Sets columns of the rows for which `where` holds (of all rows where it is empty) to the values of
// `assignments`, `a = EXPR, …` over the rows as they were (expr/assign/assignments.h). Rows whose
// partition is another by that go to files there, in the same version. Otherwise as delete_rows().
TableChanged update_rows(const ExpressionText& assignments, const ExpressionText& where,
                         const ChangeOptions& options);

}  // namespace penstock
