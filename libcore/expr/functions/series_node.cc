#include "libcore/expr/functions/series_node.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "libcore/expr/functions/series.h"
#include "libcore/expr/list_result.h"

namespace penstock {
namespace {

class ListCursor : public SeriesCursor {
 public:
  explicit ListCursor(ColumnPtr list)
      : list_(std::move(list)),
        elements_(list_->children.empty() ? nullptr : list_->children[0].get()),
        offsets_(elements_ != nullptr && has_offsets32(elements_->type->id) &&
                         is_variable_bytes(elements_->type->id)
                     ? elements_->offsets.as<int32_t>()
                     : nullptr) {}

  void start(int64_t row) override {
    ListElements elements{0, 0};
    if (list_->is_valid(row)) elements = list_elements(*list_, row);
    at_ = elements.first;
    end_ = at_ + elements.count;
  }

  int64_t room(int64_t most, int64_t bytes) const override {
    if (offsets_ == nullptr) return SeriesCursor::room(most, bytes);
    const int64_t end = std::min(end_, at_ + most);
    if (offsets_[end] - offsets_[at_] <= bytes) return most;
    const int32_t* past = std::upper_bound(offsets_ + at_, offsets_ + end, offsets_[at_] + bytes);
    return std::max<int64_t>(past - offsets_ - at_ - 1, 1);
  }

  int64_t take(int64_t most, int64_t& bytes) override {
    const int64_t begin = at_;
    const int64_t end = std::min(end_, at_ + most);
    bytes -= offsets_ == nullptr ? (end - begin) * static_cast<int64_t>(sizeof(int64_t))
                                 : offsets_[end] - offsets_[begin];
    for (; at_ < end; ++at_)
      taken_.push_back(static_cast<RowIndex>(at_));
    return end - begin;
  }

  void pad(int64_t count) override { taken_.insert(taken_.end(), static_cast<size_t>(count), -1); }

  ColumnPtr finish() override {
    ColumnPtr column = take_or_null(*elements_, taken_);
    taken_.clear();
    return column;
  }

 private:
  ColumnPtr list_;
  const Column* elements_;
  const int32_t* offsets_;  // of elements that are text
  int64_t at_ = 0;
  int64_t end_ = 0;
  std::vector<RowIndex> taken_;  // of the elements; -1 for null
};

}  // namespace

std::unique_ptr<SeriesCursor> open_list(ColumnPtr list) {
  return std::make_unique<ListCursor>(std::move(list));
}

ColumnPtr SeriesNode::evaluate(const Batch& batch) const {
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  std::unique_ptr<SeriesCursor> cursor = open(batch);
  MutableBuffer offsets;
  offsets.push(int32_t{0});
  int64_t length = 0;
  int64_t bytes = kMost;
  for (int64_t row = 0; row < batch.rows; ++row) {
    cursor->start(row);
    while (int64_t count = cursor->take(kMost - length, bytes))
      length += count;
    if (length == kMost) throw Error("a list of more than 2^31 - 2 elements");
    offsets.push(static_cast<int32_t>(length));
  }
  return make_list_column(type(), std::move(offsets), cursor->finish(), {});
}

}  // namespace penstock
