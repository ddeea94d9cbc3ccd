// Decides before the first row which columns a CSV file has, of which types, and which of them are
// converted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/os/byte_source.h"
#include "libcore/text/csv/chunk_parser.h"
#include "libcore/text/csv/reader.h"

namespace penstock {

// The text that types are inferred from.
struct CsvSample {
  std::string_view first;    // the first chunk's records
  bool whole = false;        // there are no others
  const ByteSource* source;  // sampled too if it can be sought and is not whole in `first`
  int64_t data_begin = 0;
};

// `names`: of all columns of the file. Throws Error as open_csv() does, and what the filter's
// binder throws.
std::shared_ptr<const CsvPlan> make_plan(const CsvReadOptions& options, const CsvDialect& dialect,
                                         std::vector<std::string> names, const CsvSample& sample);

}  // namespace penstock
