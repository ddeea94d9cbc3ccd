// Reads names and types as users write them: the --types list and the --schema file.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/data/type.h"

namespace penstock {

// Parses "price=decimal(15,2),day=date,*=text". Commas inside brackets belong to the type; a name
// with '=' or ',' is quoted as in SQL ("a,b"=text). Throws a usage Error for other text.
std::vector<std::pair<std::string, TypePtr>> parse_types(std::string_view text);

// Reads a file with a line `name type` for each column (a name with blanks is quoted as in SQL;
// blank lines and lines that begin with '#' are skipped), or the schema of an Arrow stream or file.
// Throws Error with the line.
SchemaPtr read_schema_file(const std::string& path);

}  // namespace penstock
