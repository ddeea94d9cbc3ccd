// What is known of rows' order and placement (penstock.order, penstock.partitioning), carried
// through operators that change columns.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/data/type.h"

namespace penstock {

// The metadata with its two key lists reduced to what still holds when only some columns come
// through, under the names that `new_name` gives (empty for columns that do not). Rows ordered by
// (a, b) are ordered by a, but rows placed by (a, b) are not placed by a. Other entries stay. A
// value that is no key list, as a stranger may have written, tells nothing and is dropped.
Metadata passed_metadata(
    const Metadata& metadata,
    const std::function<std::optional<std::string>(std::string_view)>& new_name);

// The schema of rows of several inputs, one after the other: in the order, or where, those of one
// are known to be they need not be together.
SchemaPtr without_claims(const Schema& schema);

}  // namespace penstock
