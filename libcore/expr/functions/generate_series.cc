// generate_series: numbers or times that are computed as they are taken.
#include <algorithm>
#include <optional>
#include <utility>

#include "libcore/data/builder.h"
#include "libcore/expr/functions/series_node.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/time/interval.h"
#include "libcore/expr/time/wall_clock.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

// Both kinds: the arguments of a call, and what an Error of theirs points to.
class Arguments {
 public:
  Arguments(const std::vector<NodePtr>& nodes, const Batch& batch, SourcePtr source,
            int64_t location)
      : source_(std::move(source)), location_(location) {
    for (const NodePtr& node : nodes) {
      Operand operand{node->constant(), true};
      if (operand.column == nullptr) operand = {node->evaluate(batch), false};
      operands_.push_back(std::move(operand));
    }
  }

  const Operand& operator[](size_t i) const { return operands_[i]; }
  size_t size() const { return operands_.size(); }
  bool any_null(int64_t row) const {
    return std::any_of(operands_.begin(), operands_.end(), [row](const Operand& operand) {
      return operand.column->is_null(operand.constant ? 0 : row);
    });
  }
  [[noreturn]] void fail(std::string_view message) const {
    throw source_->error(location_, message);
  }

 private:
  std::vector<Operand> operands_;
  SourcePtr source_;
  int64_t location_;
};

class NumberCursor : public SeriesCursor {
 public:
  explicit NumberCursor(Arguments arguments)
      : arguments_(std::move(arguments)), first_(arguments_[0]), last_(arguments_[1]) {
    if (arguments_.size() > 2) steps_.emplace(arguments_[2]);
  }

  void start(int64_t row) override {
    left_ = 0;
    if (arguments_.any_null(row)) return;
    step_ = steps_ ? (*steps_)[row] : 1;
    if (step_ == 0) arguments_.fail("the step of a series must not be zero");
    next_ = first_[row];
    const int64_t last = last_[row];
    if (next_ != last && (step_ > 0) != (last > next_)) return;
    left_ = (int128_t{last} - next_) / step_ + 1;
  }

  int64_t take(int64_t most, int64_t& bytes) override {
    const auto count = static_cast<int64_t>(std::min<int128_t>(left_, most));
    for (int64_t i = 0; i < count; ++i) {
      numbers_.append(next_);
      // Past the last one it may not be a number any more.
      next_ = static_cast<int64_t>(static_cast<uint64_t>(next_) + static_cast<uint64_t>(step_));
    }
    left_ -= count;
    bytes -= count * static_cast<int64_t>(sizeof(int64_t));
    return count;
  }

  void pad(int64_t count) override {
    for (int64_t i = 0; i < count; ++i)
      numbers_.append_null();
  }
  ColumnPtr finish() override { return numbers_.finish(int64_type()); }

 private:
  Arguments arguments_;
  Reader<int64_t> first_;
  Reader<int64_t> last_;
  std::optional<Reader<int64_t>> steps_;
  int64_t next_ = 0;
  int64_t step_ = 1;
  int128_t left_ = 0;
  FixedBuilder<int64_t> numbers_;
};

class TimeCursor : public SeriesCursor {
 public:
  TimeCursor(Arguments arguments, TypePtr type)
      : arguments_(std::move(arguments)),
        type_(std::move(type)),
        first_(arguments_[0]),
        last_(arguments_[1]),
        steps_(arguments_[2]),
        clock_(*type_) {}

  void start(int64_t row) override {
    next_.reset();
    if (arguments_.any_null(row)) return;
    const int64_t first = first_[row];
    end_ = last_[row];
    step_ = steps_[row];
    std::optional<int64_t> second = clock_.add(first, step_);
    if (!second || *second == first) arguments_.fail("the step of a series must change the time");
    is_up_ = *second > first;
    if (is_up_ ? first <= end_ : first >= end_) next_ = first;
  }

  int64_t take(int64_t most, int64_t& bytes) override {
    int64_t count = 0;
    for (; count < most && next_; ++count) {
      const int64_t at = *next_;
      times_.append(at);
      next_ = clock_.add(at, step_);
      if (!next_) continue;  // after the last time that exists
      // A day that clocks skipped (Apia, 2011-12-30) leads back to where it began, without an end.
      if (is_up_ ? *next_ <= at : *next_ >= at) {
        arguments_.fail("a step of the series does not advance the time");
      }
      if (is_up_ ? *next_ > end_ : *next_ < end_) next_.reset();
    }
    bytes -= count * static_cast<int64_t>(sizeof(int64_t));
    return count;
  }

  void pad(int64_t count) override {
    for (int64_t i = 0; i < count; ++i)
      times_.append_null();
  }
  ColumnPtr finish() override { return times_.finish(type_); }

 private:
  Arguments arguments_;
  TypePtr type_;
  Reader<int64_t> first_;
  Reader<int64_t> last_;
  Reader<Interval> steps_;
  WallClock clock_;
  std::optional<int64_t> next_;  // empty at the end
  int64_t end_ = 0;
  Interval step_ = {};
  bool is_up_ = true;
  FixedBuilder<int64_t> times_;
};

class GenerateSeries : public SeriesNode {
 public:
  // Of timestamps where `element` is their type, else of int64.
  GenerateSeries(const TypePtr& element, std::vector<NodePtr> arguments, SourcePtr source,
                 int64_t location)
      : SeriesNode(list_type(element), true),
        arguments_(std::move(arguments)),
        source_(std::move(source)),
        location_(location) {
    adopt(arguments_);
  }

  std::unique_ptr<SeriesCursor> open(const Batch& batch) const override {
    Arguments arguments(arguments_, batch, source_, location_);
    const TypePtr& element = type()->children[0].type;
    if (element->id == TypeId::kTimestamp)
      return std::make_unique<TimeCursor>(std::move(arguments), element);
    return std::make_unique<NumberCursor>(std::move(arguments));
  }

  void add_columns(std::vector<size_t>& columns) const override {
    for (const NodePtr& argument : arguments_)
      argument->add_columns(columns);
  }

 private:
  std::vector<NodePtr> arguments_;
  SourcePtr source_;
  int64_t location_;
};

}  // namespace

Bound bind_generate_series(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  TypePtr element = int64_type();
  if (arguments.size() == 3 && !binder.can_coerce(arguments[0], *int64_type())) {
    const TypePtr& first = arguments[0].type_ptr();
    element = first->id == TypeId::kTimestamp ? first : timestamp_type(TimeUnit::kMicro);
    arguments[0] = binder.coerce(arguments[0], element, "the beginning");
    arguments[1] = binder.coerce(arguments[1], element, "the end");
    arguments[2] = binder.coerce(arguments[2], interval_type(), "the step");
  } else {
    for (Bound& argument : arguments)
      argument = binder.coerce(argument, int64_type(), "an argument of generate_series");
  }
  std::vector<NodePtr> nodes;
  for (const Bound& argument : arguments)
    nodes.push_back(argument.node);
  Bound bound;
  bound.location = call.location;
  bound.node =
      std::make_shared<GenerateSeries>(element, std::move(nodes), binder.source(), call.location);
  return bound;
}

}  // namespace penstock
