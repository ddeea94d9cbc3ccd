#include "libcore/ops/join/scan.h"

#include <algorithm>
#include <utility>

namespace penstock {

// Puts the next batch into the store.
bool RunPartners::read() {
  if (!rows_) {
    rows_ = read_run(file_, run_);
    number_ = 0;
  } else {
    ++number_;
  }
  std::optional<Batch> batch = rows_->next();
  store_.clear();
  at_ = 0;
  if (!batch) {
    rows_.reset();
    store_.parts();
    return false;
  }
  store_.add(*batch);
  store_.parts();
  if (number_ == marks_.size()) {
    marks_.emplace_back();
    if (plan_.keeps_right()) marks_.back().begin(store_);
  }
  return true;
}

std::optional<Batch> RunPartners::next(const Batch& left, int64_t row) {
  while (!is_done_) {
    const bool is_over = rows_ && pairs_.is_settled();
    const bool is_read = rows_ && at_ < store_.rows();
    if (is_over || (!is_read && !read())) {
      is_done_ = true;
      break;
    }
    // If left or right rows are long, not all pairs are made at once.
    const int64_t most = std::min(store_.output_rows(), output_rows(row_bytes(left), left.rows));
    const int64_t end = std::min(store_.rows(), at_ + most);
    for (; at_ < end; ++at_)
      pairs_.add(row, PartRow{0, static_cast<RowIndex>(at_)});
    std::optional<Batch> batch = pairs_.output(left, row, row, store_, marks_[number_]);
    if (batch) return batch;
  }
  if (is_told_) {
    is_done_ = is_told_ = false;
    return std::nullopt;
  }
  // Whether a row lacks a partner is known only after its last candidate.
  rows_.reset();
  RowMarks nobody;
  std::optional<Batch> batch = pairs_.output(left, row, row + 1, store_, nobody);
  is_told_ = batch.has_value();
  is_done_ = is_told_;
  return batch;
}

std::optional<Batch> RunPartners::next_lonely() {
  while (plan_.keeps_right() && read()) {
    std::vector<PartRow> lonely = marks_[number_].next_unmarked(store_.rows());
    if (!lonely.empty()) return pairs_.right_alone(store_, lonely);
  }
  return std::nullopt;
}

}  // namespace penstock
