// What a plan changes in a pipeline's stages before it divides them: less is read, and what several
// workers need is read once. Nothing here changes rows, errors or notes.
#pragma once

#include <vector>

#include "libcore/flow/plan/described_stage.h"

namespace penstock {

// Pushes what follows a scan into it. `stages` begins with a scan of `schema` (of all its input's
// columns): a filter right behind it becomes its --where, and it gives only columns that some stage
// uses. Nothing is pushed that could change what is computed, what is refused or what is noted: of
// text (`is_text`) all columns and rows are checked as before, by --check-all. Stages that became
// needless are removed.
void push_into_scan(std::vector<DescribedStage>& stages, const SchemaPtr& schema, bool is_text);

// Gives stages that find their keys in expressions the placement by these columns: joins without -k
// whose condition asks for equal columns, and windows by what they are partitioned by. A window
// over columns that cannot be known needs all rows in one place. `stages` begins with a scan of
// `schema`, null when that is not known.
void find_keys_of_expressions(std::vector<DescribedStage>& stages, const SchemaPtr& schema);

// Puts a scan before each join's right input that is a file of much text or of another host, a
// table, or one that the join has options for reading for, `<( pscan FILE )`, of those columns that
// are used: so it is read once, and not by each worker. `stages` begins with a scan of `schema`.
void scan_right_once(std::vector<DescribedStage>& stages, const SchemaPtr& schema,
                     HostFiles* host_files);

// Puts a scan before all other inputs that are files of other hosts: it runs where the file is. A
// first stage whose `inputs_are_divided` is left out, and so is a scan. REQUIRES `host_files` where
// there is such an input.
void scan_where_files_are(std::vector<DescribedStage>& stages, bool inputs_are_divided,
                          HostFiles* host_files);

}  // namespace penstock
