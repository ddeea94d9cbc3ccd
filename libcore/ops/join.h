// Joins of two inputs by equal keys.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/data/batch.h"

namespace penstock {

enum class JoinType { kInner, kLeft, kSemi, kAnti };

// "inner", "left", "semi", "anti"; a usage Error with near misses otherwise.
JoinType parse_join_type(std::string_view name);

// Pairs of a left and a right column. "a=b,c" is (a, b), (c, c); names are quoted as in a sort key
// (compare.h). Throws a usage Error.
std::vector<std::pair<std::string, std::string>> parse_join_keys(std::string_view text);

struct JoinOptions {
  JoinType type = JoinType::kInner;
  std::vector<std::pair<std::string, std::string>> keys;  // left, right
};

// A hash join: reads all of the right side into memory, then streams the left. Left rows keep their
// order; the partners of one come in the right side's order. A null key has no partner (kAnti keeps
// its row, as NOT EXISTS does); NaN equals NaN, -0 equals 0.
//
// Columns: the left's, then for kInner and kLeft the right's, nullable in kLeft, but without a
// right key that has the name of the left key it is joined with (as USING). Any other name that is
// on both sides is an Error: nothing is renamed silently. The right side's dictionary columns
// come out as plain values.
//
// Key types of a pair may differ where no value is bent: integers of any widths, integers and
// decimals, decimals of different scale, float32 and float64, date32 and date64, timestamps of
// different units (both with a zone or both without), text of any kind. Everything else is an Error
// that names both types and a cast. REQUIRES at least one pair.
OperatorPtr make_join(OperatorPtr left, OperatorPtr right, JoinOptions options);

}  // namespace penstock
