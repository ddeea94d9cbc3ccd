// The right input of a join, gathered until it is known whether it fits into memory.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "libcore/data/batch.h"
#include "libcore/ops/join/pairs.h"
#include "libcore/ops/join/spill/plan.h"

namespace penstock {

// What rows take in memory as the build side of a join.
class JoinTableSize {
 public:
  // Gathered or spilled rows.
  void add(const Batch& batch);
  int64_t bytes() const { return of(bytes_, rows_); }
  int64_t rows() const { return rows_; }
  // Of rows whose columns take `bytes`.
  static int64_t of(int64_t bytes, int64_t rows) { return bytes + rows * kBytesOfARow; }

 private:
  // An index of slots half empty (16 to 32), the key (8 or 16), its number, the row's place, its
  // begin; all of these but the first are rarely needed at once.
  static constexpr int64_t kBytesOfARow = 48;

  int64_t rows_ = 0;
  int64_t bytes_ = 0;
};

// Gives the rows of the right input as gathered rows (ops/join/spill/plan.h): those held, which are
// let go as they are given, then the rest.
class GatheredRight : public Operator {
 public:
  GatheredRight(OperatorPtr right, const JoinPlan& plan)
      : right_(std::move(right)), plan_(plan), gathered_(make_gathered_plan(plan)) {}

  // The join of the left input with what this gives.
  const JoinPlan& plan() const { return gathered_.plan; }
  SchemaPtr schema() const override { return gathered_.right; }

  // Reads on and holds what comes, until that takes more than `bytes` or all has come. Whether all
  // has. Where nothing but keys is asked for, each is held once.
  bool hold(int64_t bytes);

  std::optional<Batch> next() override;

  // Of those held.
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

// Makes a join of inputs and of right rows that are all held, or of those that are not.
using HeldJoin = OperatorPtr (*)(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                 FoundRows* found);
using SpilledJoin = OperatorPtr (*)(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                    const SpillOptions& spill);

// Gathers the right when the first batch is asked for; then joins by `held` (with the gathered
// plan and no `found`) or by `spilled` (with `plan`).
OperatorPtr make_gathering_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                const SpillOptions& spill, HeldJoin held, SpilledJoin spilled);

}  // namespace penstock
