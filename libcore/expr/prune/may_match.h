// Pruning: which sets of rows a condition cannot select from, by what is known of them.
//
// A row that is skipped is not computed. So a condition that would fail for such a row (a division
// by zero, a cast) does not fail, as in other engines; README.md says so.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/zones/zones.h"
#include "libcore/expr/expression.h"

namespace penstock {

// Returns for each zone whether some row of it may make the condition true; false only where no row
// can. REQUIRES a condition (bind_predicate) over the schema of the zones, which check_zones()
// accepts or ZoneBuilder made.
//
// Bounds of ranges (a range partition, an index) are zones too, so the same function chooses them.
std::vector<bool> may_match(const Expression& condition, const Zones& zones);

// The most rows of equal_keys().
inline constexpr int64_t kMaxEqualKeys = 1000;

// Returns rows of these columns (a batch with their plain types, in the order of `columns`, perhaps
// repeated), such that each row of the schema that makes the condition true has one of them: as
// `a = 1 and b in (2, 3)` does for a and b. A null stands for itself (`a is null`). Without rows
// when no row can make the condition true. Empty when the condition does not limit all columns to
// such values, or to more than kMaxEqualKeys of them. REQUIRES a condition over `schema`.
std::optional<Batch> equal_keys(const Expression& condition, const Schema& schema,
                                std::span<const size_t> columns);

}  // namespace penstock
