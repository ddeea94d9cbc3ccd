// The state that an aggregate keeps of each group: one array of states for each call, updated a
// batch at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/expression.h"
#include "libcore/os/spill_file.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// The rows of a batch for one aggregate call, filter and distinct already applied.
struct AggregateRows {
  std::span<const int32_t> groups;     // of each row
  std::span<const ColumnPtr> columns;  // the arguments, then the order-by expressions; plain
  // How many of the rows each group has, where there are few groups and many rows; else empty. All
  // calls that take all rows of a batch share it.
  std::span<const int64_t> group_rows = {};
};

// The most groups that are few.
inline constexpr size_t kFewGroups = 16;

// A state spills when it holds more than the budget divided by this number.
inline constexpr int64_t kMuch = 8;

// The states of all groups for one call. There is one virtual call for each batch; inside it are
// loops over (group, value) for the argument's type. Null arguments do not change a state.
class AggregateState {
 public:
  virtual ~AggregateState() = default;

  // Makes room for groups up to `groups`; new groups have no values.
  virtual void resize(int64_t groups) = 0;

  // Adds rows. REQUIRES groups below the number given to resize(). Throws Error when a state cannot
  // hold a value.
  virtual void add(const AggregateRows& rows) = 0;

  // Returns the results of the groups [begin, begin + count). After the first call nothing may be
  // added. Throws Error when a result does not fit the call's type.
  virtual ColumnPtr finish(int64_t begin, int64_t count) = 0;

  // The columns of states, which merge() takes, here or in another process. Partial aggregates are
  // sent, and groups are spilled, in this form. aggregate/STATE.md describes it.
  virtual std::vector<Field> state_fields() const = 0;

  // Returns the states of the groups [begin, begin + count). After the first call nothing may be
  // added.
  virtual std::vector<ColumnPtr> states(int64_t begin, int64_t count) = 0;

  // Combines states: row i is a state of groups[i], which may have values here already, and counts
  // as later than these. REQUIRES columns of the types of state_fields(); they may come from
  // strangers. Throws Error for a row that cannot be a state.
  virtual void merge(const AggregateRows& states) = 0;

  // Memory in bytes, by capacity.
  virtual int64_t bytes() const = 0;

  // Moves what it holds of all groups to `file`, if it is much and the state supports it; finishing
  // then stays within a part of the budget. For groups that must be finished here: after this call
  // states() must not be called. `file` must outlive the state.
  virtual void spill(SpillFile& /*file*/, const SpillOptions& /*options*/) {}
};
using AggregateStatePtr = std::unique_ptr<AggregateState>;

// Returns the state for a bound call: the one place that knows which class computes which
// aggregate.
AggregateStatePtr make_aggregate_state(const AggregateCall& call);

}  // namespace penstock
