// The JSON of a file's statistics, whose numbers are kept as they are written: those of decimals
// have more digits than a floating-point number holds. Beside log_json.cc the seam to simdjson in
// this room.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

struct FileStats {
  std::optional<int64_t> rows;
  // By the name of a column; nested ones are left out. Numbers as they are written.
  std::map<std::string, std::string> min;
  std::map<std::string, std::string> max;
  std::map<std::string, int64_t> nulls;
};

// Any bytes are safe. Throws Error for what is not a JSON object, and for counts that are not
// numbers.
FileStats parse_stats(std::string_view json);

}  // namespace penstock
