#include "libcore/ops/join/hash.h"

#include <algorithm>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/ops/carried_metadata.h"
#include "libcore/ops/join/right.h"
#include "libcore/ops/join/spill/hash.h"
#include "libcore/rows/store.h"

namespace penstock {

JoinTable make_join_table(const JoinPlan& plan) {
  JoinTable::Keep keep = JoinTable::Keep::kPartners;
  if (plan.keeps_right()) keep = JoinTable::Keep::kAll;
  if (!plan.gives_right() && !plan.condition) keep = JoinTable::Keep::kKeys;
  JoinTable::Nulls nulls = plan.nulls_match ? JoinTable::Nulls::kMatch : JoinTable::Nulls::kDiffer;
  return JoinTable(plan.key_types, plan.right, keep, nulls);
}

void HashProbe::start(Batch left) {
  if (found_ != nullptr) found_->base += batch_.rows;
  batch_ = std::move(left);
  row_ = 0;
  partner_ = 0;
  numbers_.resize(static_cast<size_t>(batch_.rows));
  table_.find(key_columns(batch_, plan_.left_keys, plan_), batch_.rows, numbers_.data());
  all_have_one_ = table_.is_unique() && !plan_.condition &&
                  std::find(numbers_.begin(), numbers_.end(), GroupIndex::kNone) == numbers_.end();
  most_right_rows_ = table_.rows().output_rows();
  most_rows_ = std::min(most_right_rows_, output_rows(row_bytes(batch_), batch_.rows));
}

std::optional<Batch> HashProbe::next() {
  while (row_ < batch_.rows) {
    std::optional<Batch> batch;
    if (!plan_.gives_right() && !plan_.condition) {
      batch = select_left();
    } else {
      batch = all_have_one_ ? pair_whole() : pair_some();
    }
    if (batch) return batch;
  }
  return std::nullopt;
}

// kSemi and kAnti without a condition: a look at the keys is enough.
std::optional<Batch> HashProbe::select_left() {
  bool wanted = plan_.type == JoinType::kSemi;
  std::vector<RowIndex> rows;
  for (int64_t i = 0; i < batch_.rows; ++i) {
    bool found = numbers_[static_cast<size_t>(i)] != GroupIndex::kNone;
    if (found == wanted) rows.push_back(static_cast<RowIndex>(i));
  }
  row_ = batch_.rows;
  if (rows.empty()) return std::nullopt;
  return pairs_.left_alone(batch_, rows);
}

// Every left row has one partner: the left columns are returned unchanged.
std::optional<Batch> HashProbe::pair_whole() {
  // In pieces of about the same size, if one piece would be too large.
  const int64_t pieces = (batch_.rows + most_right_rows_ - 1) / most_right_rows_;
  const int64_t rows = std::min(batch_.rows - row_, (batch_.rows + pieces - 1) / pieces);
  right_rows_.clear();
  for (int64_t i = row_; i < row_ + rows; ++i) {
    right_rows_.push_back(table_.partners(numbers_[static_cast<size_t>(i)])[0]);
  }
  if (plan_.keeps_right()) marks_.mark(right_rows_);
  for (int64_t i = row_; found_ != nullptr && i < row_ + rows; ++i)
    found_->rows[static_cast<size_t>(found_->base + i)] = true;
  Batch left = rows == batch_.rows ? batch_ : slice(batch_, row_, rows);
  row_ += rows;
  return pairs_.output_of_all(left, table_.rows(), right_rows_);
}

// The next pairs of equal keys up to most_rows_; a row with many partners may take several calls.
std::optional<Batch> HashProbe::pair_some() {
  // Without a condition it is known at once which rows have no partner.
  bool adds_lonely = plan_.keeps_left() && !plan_.condition;
  int64_t first = row_;
  while (row_ < batch_.rows && pairs_.size() < most_rows_) {
    int32_t number = numbers_[static_cast<size_t>(row_)];
    if (number == GroupIndex::kNone) {
      if (adds_lonely) pairs_.add(row_, PartRow{-1, 0});
      ++row_;
      continue;
    }
    std::span<const PartRow> partners = table_.partners(number);
    if (partner_ > 0 && pairs_.is_settled()) partner_ = partners.size();
    size_t count =
        std::min(partners.size() - partner_, static_cast<size_t>(most_rows_ - pairs_.size()));
    for (const PartRow& partner : partners.subspan(partner_, count))
      pairs_.add(row_, partner);
    partner_ += count;
    if (partner_ < partners.size()) break;
    partner_ = 0;
    ++row_;
  }
  return pairs_.output(batch_, first, row_, table_.rows(), marks_);
}

namespace {

class MemoryHashJoin : public Operator {
 public:
  MemoryHashJoin(OperatorPtr left, OperatorPtr right, JoinPlan plan, FoundRows* found)
      : left_(std::move(left)),
        right_(std::move(right)),
        plan_(std::move(plan)),
        table_(make_join_table(plan_)),
        pairs_(plan_),
        probe_(plan_, table_, marks_, found),
        carried_(plan_.output) {
    if (found != nullptr) found->base = 0;
  }

  SchemaPtr schema() const override { return plan_.output; }

  std::optional<Batch> next() override {
    if (right_) build();
    while (left_) {
      std::optional<Batch> batch = carried_.next([this] { return probe_.next(); });
      if (batch) return batch;
      std::optional<Batch> left = left_->next();
      if (!left) {
        left_.reset();
        break;
      }
      if (left->rows == 0) return batch_without_rows(plan_.output, std::move(left->metadata));
      carried_.begin(std::move(left->metadata));
      probe_.start(left_rows(*std::move(left), plan_));
    }
    if (!plan_.keeps_right()) return std::nullopt;
    std::vector<PartRow> lonely = marks_.next_unmarked(table_.rows().output_rows());
    if (lonely.empty()) return std::nullopt;
    return pairs_.right_alone(table_.rows(), lonely);
  }

 private:
  void build() {
    table_.expect(plan_.right_rows);
    while (std::optional<Batch> batch = right_->next()) {
      table_.add(key_columns(*batch, plan_.right_keys, plan_), right_rows(*batch, plan_));
    }
    right_.reset();
    table_.finish();
    if (plan_.keeps_right()) marks_.begin(table_.rows());
  }

  OperatorPtr left_;   // until it is read
  OperatorPtr right_;  // until it is read
  JoinPlan plan_;
  JoinTable table_;
  RowMarks marks_;
  JoinPairs pairs_;
  HashProbe probe_;
  CarriedMetadata carried_;  // of the left batch
};

}  // namespace

OperatorPtr make_memory_hash_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                  FoundRows* found) {
  return std::make_unique<MemoryHashJoin>(std::move(left), std::move(right), std::move(plan),
                                          found);
}

OperatorPtr make_hash_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                           const SpillOptions& spill) {
  return make_gathering_join(std::move(left), std::move(right), std::move(plan), spill,
                             make_memory_hash_join, make_spilled_hash_join);
}

}  // namespace penstock
