// Names and types as users write them: the --types list and the --schema file.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/data/type.h"

namespace penstock {

// "price=decimal(15,2),day=date,*=text": commas inside brackets belong to the type, a name with
// '=' or ',' is quoted as in SQL ("a,b"=text). Throws a usage Error.
std::vector<std::pair<std::string, TypePtr>> parse_types(std::string_view text);

// A file with a line `name type` a column (a name with blanks is quoted as in SQL; blank lines and
// lines that begin with '#' do not count), or an Arrow stream or file, whose schema is taken.
// Throws Error with the line.
SchemaPtr read_schema_file(const std::string& path);

}  // namespace penstock
