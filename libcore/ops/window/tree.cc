#include <algorithm>
#include <utility>

#include "libcore/data/take.h"
#include "libcore/ops/aggregate/state.h"
#include "libcore/ops/window/runner.h"

namespace penstock {
namespace {

// Children of a node.
constexpr int64_t kFanOut = 4;

// The states of the rows of a region, of each kFanOut of them, of each kFanOut of those, and so on
// (Leis et al., "Efficient Processing of Window Functions in Analytical SQL Queries", VLDB 2015,
// section 4.4). A frame is a few nodes of each level.
class StateTree {
 public:
  // Of the rows [begin, end) with these arguments; where `filter` is given and not true, a row
  // counts nowhere.
  StateTree(const AggregateCall& call, int64_t begin, int64_t end, std::vector<ColumnPtr> arguments,
            const ColumnPtr& filter)
      : begin_(begin), end_(end), arguments_(std::move(arguments)), filter_(filter) {
    std::vector<int32_t> parents;
    std::vector<RowIndex> rows;
    for (int64_t row = 0; row < end - begin; ++row) {
      if (!counts(row)) continue;
      rows.push_back(static_cast<RowIndex>(row));
      parents.push_back(static_cast<int32_t>(row / kFanOut));
    }
    int64_t nodes = (end - begin) / kFanOut;
    AggregateStatePtr state = make_aggregate_state(call);
    state->resize((end - begin + kFanOut - 1) / kFanOut);
    add_rows(*state, rows, parents);
    while (nodes > 0) {
      levels_.push_back(state->states(0, nodes));
      parents.clear();
      for (int64_t node = 0; node < nodes; ++node)
        parents.push_back(static_cast<int32_t>(node / kFanOut));
      state = make_aggregate_state(call);
      state->resize((nodes + kFanOut - 1) / kFanOut);
      state->merge({parents, levels_.back()});
      nodes /= kFanOut;
    }
  }

  bool covers(int64_t begin, int64_t end) const { return begin >= begin_ && end <= end_; }

  // Adds to each group the rows of its piece, in their order.
  void add(AggregateState& state, std::span<const FramePiece> pieces) const {
    // On the way up a piece gives its nodes at the left of each level, on the way down those at the
    // right.
    std::vector<Level> left(levels_.size() + 1);
    std::vector<Level> right(levels_.size() + 1);
    for (size_t group = 0; group < pieces.size(); ++group) {
      int64_t begin = pieces[group].begin - begin_;
      int64_t end = pieces[group].end - begin_;
      for (size_t level = 0; begin < end; ++level) {
        const bool is_top = level == levels_.size();
        for (; begin < end && (is_top || begin % kFanOut != 0); ++begin)
          left[level].add(group, begin);
        int64_t stop = is_top ? end : std::max(begin, end / kFanOut * kFanOut);
        for (int64_t node = stop; node < end; ++node)
          right[level].add(group, node);
        begin /= kFanOut;
        end = stop / kFanOut;
      }
    }
    for (size_t level = 0; level < left.size(); ++level)
      give(state, left[level], level);
    for (size_t level = right.size(); level-- > 0;)
      give(state, right[level], level);
  }

 private:
  struct Level {
    std::vector<int32_t> groups;
    std::vector<RowIndex> nodes;
    void add(size_t group, int64_t node) {
      groups.push_back(static_cast<int32_t>(group));
      nodes.push_back(static_cast<RowIndex>(node));
    }
  };

  bool counts(int64_t row) const {
    return filter_ == nullptr || (filter_->is_valid(row) && filter_->bool_at(row));
  }

  void add_rows(AggregateState& state, const std::vector<RowIndex>& rows,
                const std::vector<int32_t>& groups) const {
    if (rows.empty()) return;
    std::vector<ColumnPtr> columns;
    for (const ColumnPtr& argument : arguments_)
      columns.push_back(take(*argument, rows));
    state.add({groups, columns});
  }

  void give(AggregateState& state, const Level& level, size_t number) const {
    if (level.groups.empty()) return;
    if (number == 0) {
      Level counted;
      for (size_t i = 0; i < level.groups.size(); ++i) {
        if (counts(level.nodes[i]))
          counted.add(static_cast<size_t>(level.groups[i]), level.nodes[i]);
      }
      return add_rows(state, counted.nodes, counted.groups);
    }
    std::vector<ColumnPtr> columns;
    for (const ColumnPtr& column : levels_[number - 1])
      columns.push_back(take(*column, level.nodes));
    state.merge({level.groups, columns});
  }

  int64_t begin_;
  int64_t end_;
  std::vector<ColumnPtr> arguments_;
  ColumnPtr filter_;
  std::vector<std::vector<ColumnPtr>> levels_;  // from that above the rows on
};

class TreeRunner : public WindowRunner {
 public:
  TreeRunner(const SortedRows& rows, const WindowCall& call, const CallColumns& columns)
      : rows_(rows),
        cursor_(rows),
        frames_(rows, call.frame, columns.range),
        call_(call_of_columns(call, columns)),
        columns_(columns),
        exclude_(call.frame.shape.exclude) {}

  ColumnPtr run(const WindowBlock& block) override {
    const FrameBounds& bounds = frames_.find(block);
    const int64_t begin = *std::min_element(bounds.begin.begin(), bounds.begin.end());
    const int64_t end = *std::max_element(bounds.end.begin(), bounds.end.end());
    if (begin < end && (!tree_ || !tree_->covers(begin, end))) plant(begin, end);
    AggregateStatePtr state = make_aggregate_state(call_);
    state->resize(static_cast<int64_t>(block.rows()));
    std::vector<FramePiece> pieces(block.rows());
    for (size_t piece = 0; piece < 3 && tree_; ++piece) {
      if (piece > 0 && exclude_ == FrameShape::Exclude::kNothing) break;
      for (size_t i = 0; i < pieces.size(); ++i)
        pieces[i] = frame_pieces(bounds, block, i, exclude_)[piece];
      tree_->add(*state, pieces);
    }
    return state->finish(0, static_cast<int64_t>(block.rows()));
  }

 private:
  // Further than is needed now, so that frames that grow do not need a tree for each block.
  void plant(int64_t begin, int64_t end) {
    tree_.reset();
    end = std::min(std::max(end + (end - begin), begin + 4 * rows_.block_rows()), rows_.rows());
    std::vector<ColumnPtr> arguments;
    for (size_t column : columns_.arguments)
      arguments.push_back(cursor_.range(column, begin, end));
    ColumnPtr filter = columns_.filter ? cursor_.range(*columns_.filter, begin, end) : nullptr;
    tree_.emplace(call_, begin, end, std::move(arguments), filter);
  }

  const SortedRows& rows_;
  RowCursor cursor_;
  FrameFinder frames_;
  AggregateCall call_;
  CallColumns columns_;
  FrameShape::Exclude exclude_;
  std::optional<StateTree> tree_;
};

}  // namespace

WindowRunnerPtr make_tree(const WindowCall& call, const CallColumns& columns,
                          const SortedRows& rows) {
  return std::make_unique<TreeRunner>(rows, call, columns);
}

}  // namespace penstock
