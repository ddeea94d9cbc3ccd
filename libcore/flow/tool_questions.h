// What a plan asks the family's programs. They stand above this room, so whoever plans brings their
// answers; in pflow they are asked in its own process, which spares one for each stage and two for
// each file (a join of two CSV files is planned in 20 ms, was 50).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libcore/data/type.h"

namespace penstock {

// Each is called with a command line of the family, whose first word is the program's name, and
// throws Error as the program would say it.
struct ToolQuestions {
  // What it says with --describe.
  std::function<std::string(const std::vector<std::string>&)> describe;
  // The schema of the rows that it gives.
  std::function<SchemaPtr(const std::vector<std::string>&)> schema;
};

}  // namespace penstock
