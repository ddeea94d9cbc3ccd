// What an aggregate keeps of each group: one array of states a call, updated a batch at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "libcore/data/batch.h"
#include "libcore/expr/expression.h"

namespace penstock {

// The rows of a batch for one aggregate call, filter and distinct already applied.
struct AggregateRows {
  std::span<const int32_t> groups;     // of each row
  std::span<const ColumnPtr> columns;  // the arguments, then the order-by expressions; plain
};

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
};
using AggregateStatePtr = std::unique_ptr<AggregateState>;

// The state for a call; each file of aggregate_*.cc makes some. Throws Error when no state takes
// the argument's type.
AggregateStatePtr make_aggregate_state(const AggregateCall& call);

}  // namespace penstock
