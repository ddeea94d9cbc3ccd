// Rows whose columns lie apart, joined again by position.
#pragma once

#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/ops/scan/scan.h"

namespace penstock {

// What is read of the file of one group of columns.
struct GroupColumns {
  std::string path;
  std::vector<std::string> names = {};  // in the order of the rows
};

// Returns the rows of the files of one data file, with the columns `names`, each of which is one of
// a file's. Batches in which no row can meet options.where, a condition over these columns, are
// left out of all files alike; the condition is not asked of rows. Of the other options it follows
// the part of several, is_wanted, on_read (which is called once for the batches of all files
// together) and on_chosen. REQUIRES Arrow files of at least two groups.
//
// Throws Error, now or while rows are read, for a file that cannot be read, for one that lacks a
// column, and, naming both, for files that differ in how many batches they have, or a batch rows.
OperatorPtr join_groups(std::vector<GroupColumns> files, const std::vector<std::string>& names,
                        const ScanOptions& options);

}  // namespace penstock
