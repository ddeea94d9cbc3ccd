// What the files that a scan reads are, as far as a plan depends on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/flow/plan/host_files.h"
#include "libcore/os/planned_files.h"
#include "libcore/stage/stage.h"

namespace penstock {

struct ScanFiles {
  // Why they cannot be read in parts ("f.csv.gz is compressed"); empty when they can.
  std::string obstacle;
  bool is_text = false;  // at least one is
  std::vector<PlannedFile> files;
  std::vector<int64_t> sizes;  // of each, in bytes; of a table, of each of its data files
  int64_t bytes = 0;           // of all
  // The version at which all workers read the one input, if it is a table. `files` then has the
  // file of the version in the table's log.
  std::optional<int64_t> table_version;
  // Of a table: rows with equal values in these columns are in one of so many partitions, by their
  // hash or by ranges, and a reader of a part has whole partitions where there are enough.
  std::vector<std::string> table_keys;
  int64_t table_partitions = 0;
  bool is_by_hash = false;

  // Whether rows with equal table_keys come to one of so many workers that read parts.
  bool lie_together(int64_t workers) const {
    return !table_keys.empty() && workers <= table_partitions;
  }
  // Whether each of them reads just the rows that an exchange by hash would bring it.
  bool lie_by_hash(int64_t workers) const {
    return lie_together(workers) && is_by_hash && table_partitions % workers == 0;
  }
};

// Whether the operand is the name of a descriptor of the process that opens it, as /dev/stdin is
// and whatever links to it: to another process it is something else.
bool is_descriptor(const std::string& operand);

// Looks at each input of a scan: whether it is a file that can be sought, uncompressed, text in
// UTF-8 (of JSON: with a record a line) or Arrow's file format. What cannot be opened is an
// obstacle, and left to the scan to tell.
//
// Where a file is on another host all are looked at, whatever obstacles there are. Then a file that
// cannot be opened is an Error: no process would see all of them.
ScanFiles look_at_files(const Stage& scan, HostFiles* host_files = nullptr);

// Into how many chunks these files are cut for so many workers, and why, for people.
int64_t chunk_count(const ScanFiles& files, int64_t workers);
std::string chunks_reason(int64_t chunks);

// Whether the one input of a scan is a file that several processes can read, and how many bytes of
// rows it holds at most (a compressed one holds more than its size); -1 when it is not. Throws
// Error for a file of another host that cannot be opened.
int64_t shareable_bytes(const Stage& scan, HostFiles* host_files = nullptr);

}  // namespace penstock
