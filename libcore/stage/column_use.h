// The columns that stages look at, as most of them say it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libcore/data/compare.h"
#include "libcore/data/type.h"
#include "libcore/expr/parameters.h"
#include "libcore/stage/traits.h"

namespace penstock {

std::vector<std::string> names_of(const std::vector<SortKey>& keys);

// Of one input, these columns.
ColumnUse use_of(const std::vector<std::string>& names);

// Of one input, the columns that an expression or list names; empty when it does not bind, which
// the stage itself will say.
std::optional<ColumnUse> columns_in(const ExpressionText& list, const Schema& input);

}  // namespace penstock
