#include "libcore/ops/aggregate/sketch/distinct.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "libcore/data/builder.h"
#include "libcore/data/hash.h"
#include "libcore/ops/aggregate/loop.h"
#include "libcore/ops/aggregate/sketch/registers.h"

namespace penstock {
namespace {

class DistinctSketch : public AggregateState {
 public:
  void resize(int64_t groups) override { groups_.resize(static_cast<size_t>(groups)); }

  void add(const AggregateRows& rows) override {
    const ColumnPtr& column = rows.columns[0];
    if (rows.groups.empty()) return;
    const std::vector<uint64_t> hashes = key_hashes({&column, 1});
    for_each_value(rows, *column, [&](size_t group, int64_t i) {
      change(group, [&](DistinctRegisters& registers) {
        registers.add_hash(hashes[static_cast<size_t>(i)]);
      });
    });
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    FixedBuilder<int64_t> results;
    for (int64_t i = begin; i < begin + count; ++i) {
      const DistinctRegisters& registers = groups_[static_cast<size_t>(i)];
      results.append(registers.is_empty() ? 0 : std::llround(registers.estimate()));
    }
    return results.finish(int64_type());
  }

  std::vector<Field> state_fields() const override { return {{"sketch", binary_type(), true, {}}}; }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    BytesBuilder sketches;
    for (int64_t i = begin; i < begin + count; ++i)
      sketches.append(groups_[static_cast<size_t>(i)].bytes());
    return {sketches.finish(binary_type())};
  }
  void merge(const AggregateRows& states) override {
    const Column& sketches = *states.columns[0];
    for_each_value(states, sketches, [&](size_t group, int64_t i) {
      change(group, [&](DistinctRegisters& registers) { registers.merge(sketches.bytes_at(i)); });
    });
  }
  int64_t bytes() const override { return vector_bytes(groups_) + held_; }

 private:
  template <typename Change>
  void change(size_t group, Change apply) {
    DistinctRegisters& registers = groups_[group];
    const int64_t before = registers.held();
    apply(registers);
    held_ += registers.held() - before;
  }

  std::vector<DistinctRegisters> groups_;
  int64_t held_ = 0;
};

}  // namespace

AggregateStatePtr make_distinct_sketch_state() {
  return std::make_unique<DistinctSketch>();
}

}  // namespace penstock
