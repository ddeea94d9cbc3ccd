#include "libcore/expr/window/call.h"

#include <string>
#include <utility>

#include "libcore/data/compare.h"
#include "libcore/data/hash.h"
#include "libcore/data/take.h"
#include "libcore/expr/aggregate_call.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/types.h"
#include "libcore/expr/window/range.h"

namespace penstock {
namespace {

using FrameBound = FrameShape::Bound;
using Mode = FrameShape::Mode;

class WindowBinder {
 public:
  WindowBinder(Binder& rows, const Syntax& call, const WindowSyntax& over)
      : rows_(rows), syntax_(call), over_(over) {}

  WindowCall bind() {
    if (const WindowFunction* function = find_window_function(syntax_.text)) {
      bind_function(*function);
    } else {
      bind_aggregate(*find_aggregate(syntax_.text));
    }
    bind_frame();
    return std::move(call_);
  }

 private:
  [[noreturn]] void fail(int64_t location, const std::string& message) const {
    rows_.fail(location, message);
  }

  void bind_aggregate(const AggregateFunction& function) {
    const std::string name(function.name);
    // Without `over` it is that of a group, which has all forms.
    if (syntax_.over != nullptr) refuse_forms(name);
    call_.aggregate = bind_aggregate_call(rows_, syntax_, function);
    call_.type = call_.aggregate.type;
  }

  void refuse_forms(const std::string& name) const {
    if (syntax_.within_group) fail(syntax_.location, name + " within group takes no over (…)");
    if (syntax_.distinct) fail(syntax_.location, "distinct is not known for window functions");
    if (!syntax_.order_by.empty())
      fail(syntax_.location, "an aggregate with over (…) takes no order by of its own");
  }

  void bind_function(const WindowFunction& function) {
    call_.function = &function;
    const std::string name(function.name);
    const std::string usage = name + " is used as " + name + std::string(function.signature);
    if (syntax_.filter != nullptr)
      fail(syntax_.location, "filter is known for aggregates, not for " + name);
    if (syntax_.distinct) fail(syntax_.location, "distinct is not known for window functions");
    if (syntax_.star || syntax_.within_group || !syntax_.order_by.empty())
      fail(syntax_.location, usage);
    std::vector<Bound> arguments;
    for (const SyntaxPtr& argument : syntax_.args)
      arguments.push_back(rows_.bind(*argument));
    auto want = [&](size_t least, size_t most) {
      if (arguments.size() < least || arguments.size() > most) fail(syntax_.location, usage);
    };
    auto number = [&](size_t i) {
      arguments[i] = rows_.coerce(arguments[i], int64_type(), "the number of " + name);
    };
    switch (function.kind) {
      case WindowKind::kRowNumber:
      case WindowKind::kRank:
      case WindowKind::kDenseRank:
        want(0, 0);
        call_.type = int64_type();
        break;
      case WindowKind::kPercentRank:
      case WindowKind::kCumulativeDistribution:
        want(0, 0);
        call_.type = float64_type();
        break;
      case WindowKind::kBuckets:
        want(1, 1);
        number(0);
        call_.type = int64_type();
        break;
      case WindowKind::kBefore:
      case WindowKind::kAfter:
        want(1, 3);
        if (arguments.size() > 1) number(1);
        if (arguments.size() > 2) take_default(arguments);
        break;
      case WindowKind::kFirstValue:
      case WindowKind::kLastValue:
        want(1, 1);
        break;
      case WindowKind::kNthValue:
        want(2, 2);
        number(1);
        break;
    }
    if (call_.type == nullptr) {
      arguments[0] = typed_value(rows_, arguments[0]);
      call_.type = plain(arguments[0].type_ptr());
    }
    for (const Bound& argument : arguments)
      call_.arguments.push_back(make_expression(argument.node));
  }

  // The value and the default have one type.
  void take_default(std::vector<Bound>& arguments) const {
    const Bound both[] = {arguments[0], arguments[2]};
    TypePtr type = rows_.common_type(both, syntax_.location, "the value and its default are");
    arguments[0] = rows_.coerce(arguments[0], type, "the value");
    arguments[2] = rows_.coerce(arguments[2], type, "the default");
  }

  void bind_frame() {
    FrameShape& shape = call_.frame.shape;
    shape = over_.frame;
    // Without an order all rows of a partition are peers.
    if (over_.order_by.empty() && shape.mode == Mode::kGroups)
      fail(syntax_.location, "groups needs an order by in over (…)");
    if (over_.order_by.empty() && shape.mode == Mode::kRange) {
      if (shape.start == FrameBound::kCurrentRow) shape.start = FrameBound::kUnboundedPreceding;
      if (shape.end == FrameBound::kCurrentRow) shape.end = FrameBound::kUnboundedFollowing;
    }
    if (shape.mode == Mode::kRange) return bind_range(rows_, over_, syntax_.location, call_.frame);
    if (over_.start_offset != nullptr)
      call_.frame.start_offset = count_of(*over_.start_offset, "starting");
    if (over_.end_offset != nullptr) call_.frame.end_offset = count_of(*over_.end_offset, "ending");
  }

  int64_t count_of(const Syntax& offset, const std::string& which) const {
    Bound value = rows_.bind(offset);
    if (value.literal == Bound::Literal::kNull)
      fail(offset.location, "the " + which + " offset of a frame must not be null");
    value = rows_.coerce(value, int64_type(), "the " + which + " offset of a frame");
    ColumnPtr constant = value.node->constant();
    if (constant == nullptr) fail(offset.location, "the offset of a frame must be a constant");
    if (constant->null_count != 0)
      fail(offset.location, "the " + which + " offset of a frame must not be null");
    const int64_t count = *constant->data<int64_t>();
    if (count < 0)
      fail(offset.location, "the " + which + " offset of a frame must not be negative");
    return count;
  }

  Binder& rows_;
  const Syntax& syntax_;
  const WindowSyntax& over_;
  WindowCall call_;
};

}  // namespace

WindowCall bind_window_call(Binder& rows, const Syntax& call, const WindowSyntax& over) {
  return WindowBinder(rows, call, over).bind();
}

RowWindow bind_row_window(Binder& rows, const WindowSyntax& over) {
  RowWindow window;
  for (const SyntaxPtr& key : over.partition_by) {
    Bound value = typed_value(rows, rows.bind(*key));
    if (!is_orderable(value.type()))
      rows.fail(value.location, "rows cannot be partitioned by " + type_name(value.type()));
    window.partition.push_back(make_expression(value.node));
  }
  for (const SortSyntax& order : over.order_by) {
    Bound value = typed_value(rows, rows.bind(*order.value));
    if (!is_orderable(value.type()))
      rows.fail(value.location, type_name(value.type()) + " has no order");
    window.order.push_back({make_expression(value.node), order.descending, order.nulls_first});
  }
  return window;
}

}  // namespace penstock
