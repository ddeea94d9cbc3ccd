// Joins of two inputs: rows of one with rows of the other that belong to them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// kLeft, kRight and kFull keep the rows without a partner of that side, or of both, with nulls for
// the other; kSemi and kAnti give the left rows that have a partner, or none; kCross pairs all.
enum class JoinType { kInner, kLeft, kRight, kFull, kSemi, kAnti, kCross };

// "inner", "left", … ; a usage Error with near misses otherwise.
JoinType parse_join_type(std::string_view name);

// kAuto takes what suits the inputs (ops/join/choice.h).
enum class JoinAlgorithm { kAuto, kHash, kMerge, kNestedLoop, kSymmetric };

// "auto", "hash", "merge", "nested-loop", "symmetric"; a usage Error with near misses otherwise.
JoinAlgorithm parse_join_algorithm(std::string_view name);

// Pairs of a left and a right column. "a=b,c" is (a, b), (c, c); names are quoted as in a sort key
// (compare.h). Throws a usage Error.
std::vector<std::pair<std::string, std::string>> parse_join_keys(std::string_view text);

// The names of the sides in a condition: "r,s". Two different words of letters, digits and '_';
// throws a usage Error otherwise.
std::pair<std::string, std::string> parse_side_names(std::string_view text);

struct JoinOptions {
  JoinType type = JoinType::kInner;
  std::vector<std::pair<std::string, std::string>> keys = {};  // left, right
  std::string on = {};                                         // a condition too; empty for none
  std::pair<std::string, std::string> sides = {"l", "r"};
  JoinAlgorithm algorithm = JoinAlgorithm::kAuto;
  SpillOptions spill = {};
  // What errors call the inputs.
  std::string left_name = "the left input";
  std::string right_name = "the right input";
  // Is told which algorithm was taken and why, and what was spilled.
  std::function<void(const std::string&)> tell = {};
  bool nulls_match = false;  // null keys are equal to each other; of hash joins
};

// Throws a usage Error when the options do not go together: a cross join with a condition, any
// other without.
void require_valid(const JoinOptions& options);

// Pairs are those with equal keys for which the condition holds (join_condition.h says how its
// columns are named). In outer joins it decides which rows are partners, as in SQL; rows without
// partner stay. A null key has no partner (kAnti keeps its row, as NOT EXISTS does); NaN equals
// NaN, -0 equals 0.
//
// What of the condition is about right rows alone is asked of them as they are read, where that
// gives the same (with keys; not in kRight, kFull and merge joins): what it excludes is not held.
//
// kHash and kNestedLoop read all of the right side, then stream the left; what does not fit is
// spilled (ops/join/spill/hash.h, ops/join/nested_loop.h). Left rows keep their order; the partners
// of one come in the right side's order. Right rows without partner (kRight, kFull) come last, in
// their order. kMerge (ops/join/merge.h) needs inputs that are sorted by the keys, which it tests,
// and gives right rows without partner between the others. kSymmetric (ops/join/symmetric.h) gives
// a pair as soon as both of its rows have come, in no order that can be relied on.
//
// Columns: the left's, then the right's but for kSemi and kAnti, nullable where rows may lack a
// partner, but without a right key that has the name of the left key it is joined with: of the two
// the left's value comes out, or the right's where there is no left row (as USING does). Any other
// name that is on both sides is an Error: nothing is renamed silently. Dictionary columns come out
// as plain values. The order of the left (penstock.order) is known of the output too, but not in
// kRight, kFull and kSymmetric.
//
// Key types of a pair may differ where no value is bent: integers of any widths, integers and
// decimals, decimals of different scale, float32 and float64, date32 and date64, timestamps of
// different units (both with a zone or both without), text of any kind. Everything else is an Error
// that names both types and a cast. In kRight and kFull a key of one name must be one type on both
// sides, or both integers, or both floats. REQUIRES require_valid(options).
OperatorPtr make_join(OperatorPtr left, OperatorPtr right, const JoinOptions& options);

}  // namespace penstock
