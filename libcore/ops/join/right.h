// Gathers the right input of a join until it is known whether it fits into memory.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "libcore/data/batch.h"
#include "libcore/ops/join/pairs.h"
#include "libcore/ops/join/spill/plan.h"

namespace penstock {

// Counts the memory that rows take as the build side of a join.
class JoinTableSize {
 public:
  // Adds gathered or spilled rows.
  void add(const Batch& batch);
  int64_t bytes() const { return of(bytes_, rows_); }
  int64_t rows() const { return rows_; }
  // The bytes for rows whose columns take `bytes`.
  static int64_t of(int64_t bytes, int64_t rows) { return bytes + rows * kBytesOfARow; }

 private:
  // A half-empty index of slots (16 to 32), the key (8 or 16), its number, the row's place, its
  // begin. All of these but the first are rarely needed at the same time.
  static constexpr int64_t kBytesOfARow = 48;

  int64_t rows_ = 0;
  int64_t bytes_ = 0;
};

// Returns the rows of the right input as gathered rows (ops/join/spill/plan.h): those that are
// held, which are freed as they are returned, then the rest.
class GatheredRight : public Operator {
 public:
  GatheredRight(OperatorPtr right, const JoinPlan& plan)
      : right_(std::move(right)), plan_(plan), gathered_(make_gathered_plan(plan)) {}

  // The plan of the join of the left input with these rows.
  const JoinPlan& plan() const { return gathered_.plan; }
  SchemaPtr schema() const override { return gathered_.right; }

  // Reads and holds rows until they take more than `bytes`, or all have come. Returns whether all
  // have come. If only keys are needed, each key is held once.
  bool hold(int64_t bytes);

  std::optional<Batch> next() override;

  // The number of rows that are held.
  int64_t rows() const { return size_.rows(); }

 private:
  std::optional<Batch> read();
  bool drop_repeated(int64_t bytes);

  OperatorPtr right_;  // until it is read
  JoinPlan plan_;
  GatheredPlan gathered_;
  std::deque<Batch> held_;
  JoinTableSize size_;
};

// Makes a join with right rows that are all held, or with right rows that are not.
using HeldJoin = OperatorPtr (*)(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                 FoundRows* found);
using SpilledJoin = OperatorPtr (*)(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                    const SpillOptions& spill);

// Gathers the right input when the first batch is requested. Then joins by `held` (with the
// gathered plan, and null for `found`) or by `spilled` (with `plan`).
OperatorPtr make_gathering_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                const SpillOptions& spill, HeldJoin held, SpilledJoin spilled);

}  // namespace penstock
