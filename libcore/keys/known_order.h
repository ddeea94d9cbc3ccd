// Carries the known order and placement of rows (penstock.order, penstock.partitioning) through
// operators that change columns.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/data/type.h"

namespace penstock {

// Returns the metadata with these two key lists reduced to what still holds when only some columns
// pass, under the names that `new_name` returns (empty for columns that do not pass). Rows ordered
// by (a, b) are ordered by a, but rows placed by (a, b) are not placed by a. Other entries do not
// change. A value that is not a key list, which a stranger may have written, is dropped.
Metadata passed_metadata(
    const Metadata& metadata,
    const std::function<std::optional<std::string>(std::string_view)>& new_name);

// Returns the schema for the rows of several inputs, one after the other. Even if each of them is
// in order, or placed by some keys, the rows together need not be.
SchemaPtr without_claims(const Schema& schema);

}  // namespace penstock
