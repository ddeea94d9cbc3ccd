// A small table for people: what pflow measures and lists.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/column.h"
#include "libcore/data/type.h"

namespace penstock {

// Columns of one table, in the order in which they are added, all with as many values.
class PrintedTable {
 public:
  void text(const std::string& name, const std::vector<std::string>& values);
  // Numbers of `unit` each, with a digit after the point; 0 is not measured.
  void numbers(const std::string& name, const std::vector<int64_t>& values, int64_t unit);
  void counts(const std::string& name, const std::vector<int64_t>& values);

  // Returns the aligned table with its header, once; cut to `width` columns of a terminal, or as
  // wide as needed. REQUIRES at least one column.
  std::string print(std::optional<int> width = {});

 private:
  void add(const std::string& name, ColumnPtr column);

  std::vector<Field> fields_;
  std::vector<ColumnPtr> columns_;
};

}  // namespace penstock
