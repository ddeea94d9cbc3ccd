// What `pagg --window` computes of rows beside each other: a list of expressions over columns and
// calls with `over (…)`.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/expression.h"
#include "libcore/expr/window/frame.h"
#include "libcore/expr/window/functions.h"

namespace penstock {

// How the rows are divided and ordered. Rows with equal `partition` values are a partition; rows of
// it that are equal in `order` are peers, all of them without an order.
struct RowWindow {
  std::vector<ExpressionPtr> partition;
  std::vector<AggregateCall::Order> order;
};

struct WindowFrame {
  FrameShape shape;
  // The offsets of rows and groups.
  int64_t start_offset = 0;
  int64_t end_offset = 0;
  // Of a range with an offset, over the input's schema: the key by which rows are ordered, and how
  // far the frame of a row reaches, in the key's own type. Null where there is no such bound.
  ExpressionPtr key;
  ExpressionPtr start;
  ExpressionPtr end;
};

struct WindowCall {
  const WindowFunction* function = nullptr;  // null for an aggregate
  AggregateCall aggregate;                   // for an aggregate
  // Over the input's schema. Of window functions: the value, where there is one, then the number
  // (int64), then the default of lag and lead; those that are not written are missing.
  std::vector<ExpressionPtr> arguments;
  size_t window = 0;  // of WindowList::windows
  WindowFrame frame;
  TypePtr type;  // of its result
};

struct WindowList {
  std::vector<RowWindow> windows;  // all different
  std::vector<WindowCall> calls;
  // The columns of the input, by their names, that all partitions have in common; rows with equal
  // values must come together. Empty when all rows must.
  std::vector<std::string> common_columns;
  // Over a schema of the input's columns followed by one column for each call.
  std::shared_ptr<const SelectList> outputs;
};

// Binds a list, with the windows that `window w as (…), …` behind it defines. An aggregate without
// `over` is one over the partition by `keys`. Throws Error (three lines) when the text is not such
// a list over `schema`.
WindowList bind_windows(const ExpressionText& text, const Schema& schema,
                        const std::vector<std::string>& keys);

// What a list says of where rows must be.
struct WindowTraits {
  // Some call has or needs `over (…)`, or a column stands beside the calls, so that bind_windows()
  // is for the list.
  bool needs_rows = false;
  // The columns that all partitions have in common, as far as that is to be seen of their names as
  // written; what columns these are, bind_windows() says. Empty when all rows must come together.
  std::vector<std::string> common_keys;
  // Some result depends on the order in which the rows came, other than among rows that are equal
  // in the order of a window.
  bool depends_on_order = false;
};
// The list is not bound to a schema. Throws Error when it cannot be parsed.
WindowTraits traits_of_windows(const ExpressionText& text, const std::vector<std::string>& keys);

}  // namespace penstock
