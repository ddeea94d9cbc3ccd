// Which rows of a Parquet file a condition may select, by the statistics that the file has of its
// row groups and pages.
//
// Statistics may be missing, cut, or without NaN; then nothing is left out for them. They are
// trusted where they are there: a file whose statistics lie loses rows, as with every reader.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/expr/expression.h"
#include "libcore/expr/parameters.h"
#include "libcore/parquet/file.h"

namespace penstock {

// Not thread-safe. The file must outlive it.
class ParquetPruning {
 public:
  // Throws Error when `where` is not a condition over the file's columns, and for statistics that
  // cannot be read. REQUIRES a condition.
  ParquetPruning(ParquetFile& file, const ExpressionText& where);

  // Returns whether a row group may have rows that the condition selects.
  bool may_match_group(int64_t row_group) const { return groups_[static_cast<size_t>(row_group)]; }

  // Returns the runs of rows of a row group that may be selected, whole pages of the condition's
  // columns; empty for all. REQUIRES may_match_group().
  std::optional<std::vector<ParquetRowRange>> may_match_rows(int64_t row_group) const;

 private:
  ParquetFile& file_;
  std::vector<size_t> places_;  // of the condition's columns, in the file
  SchemaPtr schema_;            // of just these
  ExpressionPtr condition_;     // bound to schema_
  std::vector<bool> groups_;
};

}  // namespace penstock
