// Joins two inputs: combines each row of one with its partners in the other.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/parameters.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// kLeft, kRight and kFull also give the rows without a partner of that side, or of both, with nulls
// for the other side. kSemi and kAnti give the left rows that have a partner, or that do not.
// kCross gives all pairs.
enum class JoinType { kInner, kLeft, kRight, kFull, kSemi, kAnti, kCross };

// Returns the type named "inner", "left", … . Throws a usage Error, which suggests near misses, for
// other names.
JoinType parse_join_type(std::string_view name);

// kAuto chooses by the inputs (ops/join/choice.h).
enum class JoinAlgorithm { kAuto, kHash, kMerge, kNestedLoop, kSymmetric };

// Returns the algorithm named "auto", "hash", "merge", "nested-loop" or "symmetric". Throws a usage
// Error, which suggests near misses, for other names.
JoinAlgorithm parse_join_algorithm(std::string_view name);

// Parses pairs of a left and a right column: "a=b,c" is (a, b), (c, c). Names are quoted as in a
// sort key (compare.h). Throws a usage Error for other text.
std::vector<std::pair<std::string, std::string>> parse_join_keys(std::string_view text);

// Parses the names of the sides in a condition: "r,s", two different words of letters, digits and
// '_'. Throws a usage Error for other text.
std::pair<std::string, std::string> parse_side_names(std::string_view text);

struct JoinOptions {
  JoinType type = JoinType::kInner;
  std::vector<std::pair<std::string, std::string>> keys = {};  // left, right
  ExpressionText on = {};  // a condition as well; empty for none
  std::pair<std::string, std::string> sides = {"l", "r"};
  JoinAlgorithm algorithm = JoinAlgorithm::kAuto;
  SpillOptions spill = {};
  // The names of the inputs in errors.
  std::string left_name = "the left input";
  std::string right_name = "the right input";
  // Called with the algorithm and the reason for it, and when rows are spilled; may be empty.
  std::function<void(const std::string&)> tell = {};
  bool nulls_match = false;  // null keys are equal to each other; of hash joins
  // What stands before the names of those columns that both inputs have; empty for nothing.
  std::string left_prefix = {};
  std::string right_prefix = {};
};

// Returns the names of columns that both inputs have, but for keys of one name, which come out as
// one column.
std::set<std::string> shared_names(const Schema& left, const Schema& right,
                                   const JoinOptions& options);

// Throws a usage Error when the options do not go together: a cross join with keys or a condition,
// any other join without both.
void require_valid(const JoinOptions& options);

// Joins two inputs. Partners are rows with equal keys for which the condition is true
// (join_condition.h defines its column names). In outer joins the condition decides which rows are
// partners, as in SQL, and does not remove rows. A row with a null key has no partner (kAnti keeps
// it, as NOT EXISTS does); NaN equals NaN, -0 equals 0.
//
// The part of the condition that concerns right rows alone is tested when they are read, if that
// gives the same result (with keys; not in kRight, kFull and merge joins). The rows that it
// excludes are not held.
//
// kHash and kNestedLoop read all of the right side, then stream the left; rows that do not fit are
// spilled (ops/join/spill/hash.h, ops/join/nested_loop.h). Left rows keep their order; the partners
// of one left row come in the order of the right side. Right rows without a partner (kRight, kFull)
// come last, in their order. kMerge (ops/join/merge.h) needs inputs that are sorted by the keys,
// and checks it; right rows without a partner come between the others. kSymmetric
// (ops/join/symmetric.h) gives a pair as soon as both of its rows have arrived, in no defined
// order.
//
// Columns: the left's, then the right's (not in kSemi and kAnti), nullable where rows may lack a
// partner. A right key that has the same name as its left key is left out: the column has the left
// value, or the right value where there is no left row (as USING does). Any other name on both
// sides is an Error: nothing is renamed silently. Dictionary columns become plain. The output keeps
// the known order of the left input (penstock.order), except in kRight, kFull and kSymmetric.
//
// The types of a pair of keys may differ where no value changes: integers of any widths, integers
// and decimals, decimals of different scale, float32 and float64, date32 and date64, timestamps of
// different units (both with a zone or both without), text of any kind. Any other difference is an
// Error that names both types and a cast. In kRight and kFull a key with the same name on both
// sides must have one type on both, or be both integers, or both floats. REQUIRES
// require_valid(options).
OperatorPtr make_join(OperatorPtr left, OperatorPtr right, const JoinOptions& options);

}  // namespace penstock
