// Names that other tools (DuckDB, MySQL, SQLite, BigQuery, Spark, Miller, pandas, R, awk,
// spreadsheets) have for what is called differently here, so that an unknown name leads to ours.
#pragma once

#include <span>
#include <string_view>

namespace penstock {

struct OtherName {
  std::string_view name;     // in lower case
  std::string_view ours;     // the function or aggregate to look up; empty where there is none
  std::string_view instead;  // what to write: "avg(x)"
};

std::span<const OtherName> other_names();

// Returns the row of a name in lower case, or null. The row lives as long as the program.
const OtherName* find_other_name(std::string_view name);

}  // namespace penstock
