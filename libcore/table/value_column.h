// Columns of values that a log has as texts: bounds, partition values, statistics.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "libcore/data/column.h"
#include "libcore/data/type.h"
#include "libcore/table/actions.h"

namespace penstock {

// Whether column_of_texts() reads values of the type.
bool has_text_values(const Type& type);

// Returns the values, a null for each that is empty. Texts are as append_text() prints them; a
// timestamp may have a space for its 'T', and one with a zone may be without it, and then is in
// UTC. Throws Error that names the column for a text that is not a value of its type, and for a
// type without text values.
ColumnPtr column_of_texts(const Field& field, std::span<const std::optional<std::string>> texts);

// Returns the values of a partition column, a row for each file, from the log. Throws Error that
// names a file without such a value, or whose text is not a value of the type.
ColumnPtr partition_column(std::span<const DataFile> files, const Field& field);

}  // namespace penstock
