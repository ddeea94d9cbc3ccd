// Schemas as the log of a table has them: the JSON of Delta Lake's types ("schemaString").
// FORMAT.md beside this file has the table of types.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcore/data/type.h"

namespace penstock {

// Returns the schema that a table of Parquet data has for rows of this one: of each type that Delta
// Lake does not have, the next wider one that it has (uint16 becomes int32), timestamps in
// microseconds, plain values for dictionaries. Throws Error that names a column of a type that has
// none, and the cast to use; and one for two columns whose names are the same but for case, which
// other readers do not tell apart.
SchemaPtr delta_schema(const Schema& schema);

// Whether Delta Lake has the type itself, so that delta_schema() keeps it.
bool is_delta_type(const Type& type);

// Returns the text of a schema. Of a type that Delta Lake does not have it gives the nearest, or
// "binary", and the type itself in the field's metadata, where decode_schema_text() finds it.
std::string encode_schema_text(const Schema& schema);

// Reads such a text. Any bytes are safe. Throws Error for text that is not JSON, for a type that is
// not known, and for more than kMaxTableColumns columns.
SchemaPtr decode_schema_text(std::string_view json);

// Whether a column of the schema has the type timestamp without a zone, for which the protocol asks
// a feature; in nested columns too.
bool has_zoneless_timestamp(const Schema& schema);

// Columns of a table.
inline constexpr int64_t kMaxTableColumns = 10'000;

}  // namespace penstock
