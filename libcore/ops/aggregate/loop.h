// The loops that aggregate states share.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "libcore/base/error.h"
#include "libcore/data/number/decimal.h"
#include "libcore/keys/typed_values.h"
#include "libcore/ops/aggregate/state.h"

namespace penstock {

// Calls each(group, i) for every row i whose value in `column` is not null.
template <typename Each>
void for_each_value(const AggregateRows& rows, const Column& column, Each each) {
  const int32_t* groups = rows.groups.data();
  const auto count = static_cast<int64_t>(rows.groups.size());
  if (column.null_count == 0) {
    for (int64_t i = 0; i < count; ++i)
      each(static_cast<size_t>(groups[i]), i);
    return;
  }
  for (int64_t i = 0; i < count; ++i) {
    if (column.is_valid(i)) each(static_cast<size_t>(groups[i]), i);
  }
}

// The same, where each() changes its group's item of `states`. When there are more items than the
// caches hold, each item is prefetched some rows ahead, so that their misses overlap: with 1e7 rows
// in 1e5 groups a sum of floats took 0.34 s without this, and takes 0.10 s with it.
template <typename Array, typename Each>
void for_each_value(const AggregateRows& rows, const Column& column, const Array& states,
                    Each each) {
  constexpr int64_t kRowsAhead = 16;
  constexpr size_t kCachedBytes = size_t{256} << 10;
  const auto count = static_cast<int64_t>(rows.groups.size());
  const bool is_cached = states.size() * sizeof(states[0]) <= kCachedBytes;
  if (is_cached || column.null_count != 0 || count < kRowsAhead) {
    return for_each_value(rows, column, each);
  }
  const int32_t* groups = rows.groups.data();
  for (int64_t i = 0; i < count; ++i) {
    const auto* ahead = &states[static_cast<size_t>(groups[std::min(i + kRowsAhead, count - 1)])];
    __builtin_prefetch(ahead);
    if constexpr (sizeof(*ahead) > 16)
      __builtin_prefetch(&reinterpret_cast<const char*>(ahead + 1)[-1]);
    each(static_cast<size_t>(groups[i]), i);
  }
}

// An item of each of a few groups, several times: rows of one group that follow each other change
// different copies, so that none waits for the store of the one before. With four groups a sum of
// 128 bits took 1.35 ns a row without this, and takes 0.7 with it.
template <typename Item>
class InLanes {
 public:
  static constexpr int64_t kLanes = 4;

  // Calls change(item, i) for each row i, with an item of its group. REQUIRES groups below
  // kFewGroups.
  template <typename Change>
  void for_each_row(std::span<const int32_t> groups, Change change) {
    const auto count = std::ssize(groups);
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
      for (int64_t lane = 0; lane < kLanes; ++lane)
        change(item(lane, groups[static_cast<size_t>(i + lane)]), i + lane);
    }
    for (; i < count; ++i)
      change(item(0, groups[static_cast<size_t>(i)]), i);
  }

  template <typename Each>
  void for_each_lane(size_t group, Each each) {
    for (int64_t lane = 0; lane < kLanes; ++lane)
      each(item(lane, static_cast<int32_t>(group)));
  }

 private:
  Item& item(int64_t lane, int32_t group) {
    return items_[static_cast<size_t>(lane) * kFewGroups + static_cast<size_t>(group)];
  }

  std::array<Item, static_cast<size_t>(kLanes) * kFewGroups> items_{};
};

// Returns row i of a state's column of counts; 0 for a null. Throws Error for a negative count.
inline int64_t count_at(const Column& counts, int64_t i) {
  int64_t count = counts.is_null(i) ? 0 : counts.data<int64_t>()[i];
  if (count < 0) throw Error("a partial state has a count below 0");
  return count;
}

// Adds a count of any size, because a stranger may have written it. Throws Error on overflow.
inline void add_count(int64_t& total, int64_t more) {
  if (__builtin_add_overflow(total, more, &total)) {
    throw Error("partial states have counts beyond 2^63 - 1 together");
  }
}

template <typename Values>
int64_t vector_bytes(const Values& values) {
  return static_cast<int64_t>(values.capacity() * sizeof(values[0]));
}

inline double as_double(int128_t value, int32_t scale) {
  return to_double(value, scale);
}
template <typename T>
double as_double(T value, int32_t /*scale*/) {
  return static_cast<double>(value);
}

}  // namespace penstock
