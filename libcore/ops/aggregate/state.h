// What an aggregate keeps of each group: one array of states a call, updated a batch at a time.
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
};

// A state spills when it holds more than this part of the budget.
inline constexpr int64_t kMuch = 8;

// The states of all groups for one call. One virtual call a batch; inside it loops over (group,
// value) that are made for the argument's type. Arguments that are null leave a state as it was.
class AggregateState {
 public:
  virtual ~AggregateState() = default;

  // Makes room for groups up to `groups`; new ones have seen nothing.
  virtual void resize(int64_t groups) = 0;

  // REQUIRES groups within what resize() made. Throws Error when a state cannot hold a value.
  virtual void add(const AggregateRows& rows) = 0;

  // The results of the groups [begin, begin + count). After the first call nothing is added. Throws
  // Error when a result does not fit the call's type.
  virtual ColumnPtr finish(int64_t begin, int64_t count) = 0;

  // States as columns, which merge() takes, here or in another process: what partial aggregates
  // are sent as and what is spilled. aggregate/STATE.md says what they hold.
  virtual std::vector<Field> state_fields() const = 0;

  // Of the groups [begin, begin + count). After the first call nothing is added.
  virtual std::vector<ColumnPtr> states(int64_t begin, int64_t count) = 0;

  // Row i is a state of a group of which more may have been seen here; what the group saw there
  // counts as later. REQUIRES columns of state_fields()'s types; they may come from strangers.
  // Throws Error when one cannot be a state.
  virtual void merge(const AggregateRows& states) = 0;

  // Memory taken, by capacity.
  virtual int64_t bytes() const = 0;

  // Puts into `file` what it holds of all groups, if it is much and it can; what it takes to finish
  // then stays within a part of the budget. For groups that must be finished here: after a call
  // there are no states(). `file` outlives the state.
  virtual void spill(SpillFile& /*file*/, const SpillOptions& /*options*/) {}
};
using AggregateStatePtr = std::unique_ptr<AggregateState>;

// The state for a call; each file of aggregate_*.cc makes some. Throws Error when no state takes
// the argument's type.
AggregateStatePtr make_aggregate_state(const AggregateCall& call);

}  // namespace penstock
