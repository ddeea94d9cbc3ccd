#include "libcore/ops/join/right_groups.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "libcore/data/take.h"
#include "libcore/ops/join/spill/plan.h"

namespace penstock {

RightGroups::RightGroups(JoinSortedInput input, const JoinPlan& plan, JoinPairs& pairs,
                         const SpillOptions& spill)
    : input_(std::move(input)),
      plan_(plan),
      pairs_(pairs),
      memory_(spill.memory),
      file_(spill.directory),
      window_(plan.right) {}

std::unique_ptr<RunPartners> RightGroups::leave() {
  std::unique_ptr<RunPartners> spilled = std::move(group_.spilled);
  PartRow end = group_.end;
  group_ = {};
  group_.begin = end;
  group_.end = end;
  return spilled;
}

bool RightGroups::move_to(std::string_view key) {
  auto last_part = static_cast<int32_t>(std::ssize(window_.parts())) - 1;
  while (row_ < input_.batch().rows) {
    std::string_view next = input_.key(row_);
    if (group_.is_begun && next != group_.key) {
      group_.is_whole = true;
      return true;
    }
    if (!group_.is_begun && !next.empty() && next >= key) {
      group_.is_begun = true;
      group_.key = std::string(next);
      group_.begin = {last_part, static_cast<RowIndex>(row_)};
    }
    ++row_;
    group_.end = {last_part, static_cast<RowIndex>(row_)};
    if (!group_.is_begun) group_.begin = group_.end;
  }
  return false;
}

void RightGroups::next_batch(std::deque<Batch>& out) {
  if (is_full()) {
    trim(group_.begin, out);
    if (window_bytes_ > memory_ / 2 && group_.is_begun) return spill_group();
  }
  if (!input_.next_batch()) {
    has_ended_ = true;
    group_.is_whole = true;
    return;
  }
  row_ = 0;
  add(held_alone(right_rows(input_.batch(), plan_), input_.batch()));
  if (plan_.keeps_right()) marks_.extend(window_);
}

bool RightGroups::pass_window(std::deque<Batch>& out) {
  trim({static_cast<int32_t>(std::ssize(window_.parts())), 0}, out);
  group_ = {};
  if (has_ended_ || !input_.next_batch()) return false;
  add(right_rows(input_.batch(), plan_));
  marks_.extend(window_);
  return true;
}

// Adds a part to the window: parts() is called after each batch, so that none are put together.
void RightGroups::add(const Batch& rows) {
  window_bytes_ += memory_bytes(rows);
  window_.add(rows);
  window_.parts();
}

// Frees the rows before `begin`, all of whose partners have come.
void RightGroups::trim(PartRow begin, std::deque<Batch>& out) {
  std::span<const Batch> parts = window_.parts();
  if (plan_.keeps_right()) {
    const int64_t most = window_.output_rows();
    std::vector<PartRow> lonely = marks_.next_unmarked(most, begin);
    for (; !lonely.empty(); lonely = marks_.next_unmarked(most, begin))
      out.push_back(pairs_.right_alone(window_, lonely));
  }
  std::vector<Batch> kept;
  for (size_t part = static_cast<size_t>(begin.part); part < parts.size(); ++part)
    kept.push_back(parts[part]);
  int32_t dropped = std::min(begin.part, static_cast<int32_t>(parts.size()));
  window_.clear();
  window_bytes_ = 0;
  for (const Batch& batch : kept)
    add(batch);
  marks_.drop(dropped);
  group_.begin.part -= dropped;
  group_.end.part -= dropped;
}

// Reads the rest of a group that does not fit, and puts all of it on disk.
void RightGroups::spill_group() {
  RunWriter writer(file_, plan_.right);
  std::vector<Batch> parts(window_.parts().begin(), window_.parts().end());
  for (size_t part = 0; part < parts.size(); ++part) {
    int64_t begin = part == 0 ? group_.begin.row : 0;
    write_pieces(slice(parts[part], begin, parts[part].rows - begin), memory_ / 16, writer);
  }
  parts.clear();
  window_.clear();
  window_bytes_ = 0;
  marks_ = {};
  read_rest_of_group(writer);
  group_.begin = {0, static_cast<RowIndex>(has_ended_ ? 0 : row_)};
  group_.end = group_.begin;
  group_.is_whole = true;
  group_.spilled = std::make_unique<RunPartners>(file_, writer.finish(), plan_, pairs_);
}

// Writes the group's rows that have not been read. The batch in which it ends becomes the window.
void RightGroups::read_rest_of_group(RunWriter& writer) {
  while (input_.next_batch()) {
    int64_t rows = input_.batch().rows;
    for (row_ = 0; row_ < rows && input_.key(row_) == group_.key;)
      ++row_;
    Batch batch = right_rows(input_.batch(), plan_);
    write_pieces(slice(batch, 0, row_), memory_ / 16, writer);
    if (row_ == rows) continue;
    add(batch);
    if (!plan_.keeps_right()) return;
    marks_.extend(window_);
    for (int64_t i = 0; i < row_; ++i)
      marks_.mark(std::vector<PartRow>{{0, static_cast<RowIndex>(i)}});
    return;
  }
  has_ended_ = true;
}

}  // namespace penstock
