#include "libcore/ops/join/spill/chunks.h"

#include <utility>

#include "libcore/ops/join/right.h"

namespace penstock {
namespace {

// The next rows of an input, as many as a chunk may have.
class Chunk : public Operator {
 public:
  Chunk(Operator& rows, int64_t bytes, bool& is_last)
      : rows_(rows), bytes_(bytes), is_last_(is_last) {}

  SchemaPtr schema() const override { return rows_.schema(); }

  std::optional<Batch> next() override {
    if (size_.bytes() >= bytes_) return std::nullopt;
    std::optional<Batch> batch = rows_.next();
    if (batch) {
      size_.add(*batch);
    } else {
      is_last_ = true;
    }
    return batch;
  }

 private:
  Operator& rows_;
  int64_t bytes_;
  bool& is_last_;
  JoinTableSize size_;
};

// Returns the output of left rows alone, once it is known which of them found a partner.
class LeftAlone : public Operator {
 public:
  LeftAlone(OperatorPtr left, const JoinPlan& plan, const FoundRows& found)
      : left_(std::move(left)), plan_(plan), pairs_(plan_), nobody_(plan.right), found_(found) {
    plan_.condition = nullptr;
    nobody_.parts();
  }

  SchemaPtr schema() const override { return plan_.output; }

  std::optional<Batch> next() override {
    while (std::optional<Batch> batch = left_->next()) {
      std::vector<RowIndex> rows;
      bool wanted = plan_.type == JoinType::kSemi;
      for (int64_t i = 0; i < batch->rows; ++i) {
        if (found_.rows[static_cast<size_t>(number_++)] != wanted) continue;
        rows.push_back(static_cast<RowIndex>(i));
        if (plan_.gives_right()) pairs_.add(i, PartRow{-1, 0});
      }
      if (rows.empty()) continue;
      if (!plan_.gives_right()) return pairs_.left_alone(*batch, rows);
      RowMarks marks;
      return pairs_.output(*batch, 0, batch->rows, nobody_, marks);
    }
    return std::nullopt;
  }

 private:
  OperatorPtr left_;
  JoinPlan plan_;
  JoinPairs pairs_;
  RowStore nobody_;
  const FoundRows& found_;
  int64_t number_ = 0;
};

}  // namespace

void join_by_chunks(const SpillFile& file, const SpilledRun& left, Operator& right,
                    const SpilledJoinPlan& spilled, int64_t chunk_bytes, const MemoryJoin& join,
                    JoinSpool& spool) {
  const JoinPlan& plan = spilled.plan;
  JoinPlan pairs = plan;
  pairs.type = plan.keeps_right() ? JoinType::kRight : JoinType::kInner;
  if (!plan.gives_right()) {
    pairs.outputs.clear();
    pairs.output = make_schema({});
  }
  FoundRows found;
  bool asks_found = plan.keeps_left() || !plan.gives_right();
  if (asks_found) found.rows.resize(static_cast<size_t>(left.rows));
  for (bool is_last = false; !is_last;) {
    OperatorPtr joined =
        join(read_run(file, left), std::make_unique<Chunk>(right, chunk_bytes, is_last), pairs,
             asks_found ? &found : nullptr);
    if (plan.gives_right()) {
      spool.add(*joined);
    } else {
      while (joined->next()) {
      }
    }
  }
  if (!asks_found) return;
  LeftAlone rest(read_run(file, left), plan, found);
  spool.add(rest);
}

}  // namespace penstock
