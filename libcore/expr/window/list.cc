#include "libcore/expr/window/list.h"

#include <algorithm>
#include <utility>

#include "libcore/expr/aggregates.h"
#include "libcore/expr/bind.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/expr/list_items.h"
#include "libcore/expr/syntax/make.h"
#include "libcore/expr/syntax/pg_parse.h"
#include "libcore/expr/syntax/same.h"
#include "libcore/expr/window/call.h"

namespace penstock {
namespace {

bool is_windowed(const Syntax& call) {
  return call.kind == Syntax::Kind::kCall && !is_columns_call(call) &&
         (call.over != nullptr || find_aggregate(call.text) != nullptr ||
          find_window_function(call.text) != nullptr);
}

// Inside a call are the values of one row.
class InsideWindow : public ScopeHook {
 public:
  std::optional<Bound> bind_call(Binder& binder, const Syntax& call) override {
    if (is_windowed(call))
      binder.fail(call.location, "a window function or aggregate inside another");
    return std::nullopt;
  }
};

// For expressions over the results: a call stands for a column behind those of the input.
class WindowHook : public ScopeHook {
 public:
  WindowHook(const SourcePtr& source, const Schema& input, const std::vector<std::string>& keys)
      : rows_(source, input, &inside_), columns_(input.size()) {
    auto whole = std::make_shared<WindowSyntax>();
    whole->frame.end = FrameShape::Bound::kUnboundedFollowing;
    for (const std::string& key : keys) {
      SyntaxPtr column = make(Syntax::Kind::kColumn, -1);
      column->names.push_back({input[input.index_of(key)].name, false});
      whole->partition_by.push_back(std::move(column));
    }
    by_keys_ = std::move(whole);
  }

  std::optional<Bound> bind_call(Binder& binder, const Syntax& call) override {
    if (!is_windowed(call)) return std::nullopt;
    const bool is_aggregate = find_aggregate(call.text) != nullptr;
    if (!is_aggregate && find_window_function(call.text) == nullptr) return std::nullopt;
    if (!is_aggregate && call.over == nullptr) {
      binder.fail(call.location, call.text + " needs a window: " + call.text +
                                     "(…) over (partition by … order by …)");
    }
    size_t k = 0;
    while (k < calls.size() && !same_syntax(*bound_[k], call))
      ++k;
    if (k == calls.size()) {
      const WindowSyntax& over = call.over != nullptr ? *call.over : *by_keys_;
      calls.push_back(bind_window_call(rows_, call, over));
      calls.back().window = window_of(over);
      bound_.push_back(&call);
    }
    Bound result;
    result.location = call.location;
    result.node = std::make_shared<ColumnNode>(columns_ + k, calls[k].type);
    return result;
  }

  // Throws Error for a window that no call can have, whether some call names it or not.
  void require_valid(const NamedWindow& named) {
    Syntax count;
    count.kind = Syntax::Kind::kCall;
    count.text = "count";
    count.star = true;
    count.location = named.location;
    bind_window_call(rows_, count, *named.window);
    bind_row_window(rows_, *named.window);
  }

  // Moves calls to which the order of the rows of their partitions does not matter to windows that
  // have the same partition and an order: the rows are then sorted once for both.
  void share_windows() {
    std::vector<size_t> target(windows.size());
    for (size_t w = 0; w < windows.size(); ++w) {
      target[w] = w;
      if (!written_[w]->order_by.empty() || depends_on_order(w)) continue;
      for (size_t other = 0; other < windows.size(); ++other) {
        if (other == w || written_[other]->order_by.empty()) continue;
        if (same_lists(written_[w]->partition_by, written_[other]->partition_by)) target[w] = other;
      }
    }
    std::vector<size_t> place(windows.size());
    std::vector<RowWindow> kept;
    for (size_t w = 0; w < windows.size(); ++w) {
      if (target[w] != w) continue;
      place[w] = kept.size();
      kept.push_back(std::move(windows[w]));
    }
    for (WindowCall& call : calls)
      call.window = place[target[call.window]];
    windows = std::move(kept);
  }

  std::vector<WindowCall> calls;
  std::vector<RowWindow> windows;

 private:
  bool depends_on_order(size_t window) const {
    return std::any_of(calls.begin(), calls.end(), [&](const WindowCall& call) {
      return call.window == window &&
             !(call.function == nullptr && call.frame.shape.is_whole() &&
               call.aggregate.function->order == AggregateFunction::Order::kAny);
    });
  }

  size_t window_of(const WindowSyntax& over) {
    size_t w = 0;
    while (w < written_.size() && !(same_lists(written_[w]->partition_by, over.partition_by) &&
                                    same_orders(written_[w]->order_by, over.order_by)))
      ++w;
    if (w == written_.size()) {
      windows.push_back(bind_row_window(rows_, over));
      written_.push_back(&over);
    }
    return w;
  }

  InsideWindow inside_;
  Binder rows_;
  size_t columns_;
  std::shared_ptr<const WindowSyntax> by_keys_;
  std::vector<const Syntax*> bound_;          // of each call
  std::vector<const WindowSyntax*> written_;  // of each window
};

// Leaves those of `common` that are among `names`; the first `names` become the common ones.
void keep_common(const std::vector<std::string>& names, bool& is_first,
                 std::vector<std::string>& common) {
  if (is_first) common = names;
  is_first = false;
  std::erase_if(common, [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) == names.end();
  });
}

// The columns of which all partitions are made, besides others.
std::vector<std::string> columns_in_common(const std::vector<RowWindow>& windows,
                                           const Schema& schema) {
  std::vector<std::string> common;
  bool is_first = true;
  for (const RowWindow& window : windows) {
    std::vector<std::string> names;
    for (const ExpressionPtr& key : window.partition) {
      const NodePtr& node = static_cast<const BoundExpression&>(*key).node();
      if (const auto* column = dynamic_cast<const ColumnNode*>(node.get()))
        names.push_back(schema[column->index()].name);
    }
    keep_common(names, is_first, common);
  }
  return common;
}

// Calls use(call, window) for each call; the window is null for an aggregate without one. Sets
// `outside` where a column stands outside of all calls.
template <typename Use>
void for_each_window(const Syntax& syntax, bool& outside, const Use& use) {
  if (is_windowed(syntax)) return use(syntax, syntax.over.get());
  outside = outside || syntax.kind == Syntax::Kind::kColumn;
  for (const SyntaxPtr& argument : syntax.args)
    for_each_window(*argument, outside, use);
}

std::vector<std::string> plain_keys(const WindowSyntax& over) {
  std::vector<std::string> names;
  for (const SyntaxPtr& key : over.partition_by) {
    if (key->kind == Syntax::Kind::kColumn && key->names.size() == 1)
      names.push_back(key->names[0].text);
  }
  return names;
}

}  // namespace

WindowList bind_windows(const ExpressionText& text, const Schema& schema,
                        const std::vector<std::string>& keys) {
  auto source = std::make_shared<const Source>(text);
  Binder rows(source, schema);
  ListSyntax written = parse_window_list(*source);
  const std::vector<ItemSyntax> items = expand_columns(rows, std::move(written.items));
  const std::vector<std::string> item_name = item_names(items, schema.names());
  WindowHook hook(source, schema, keys);
  for (const NamedWindow& named : written.windows)
    hook.require_valid(named);
  Binder binder(source, schema, &hook);
  std::vector<Field> fields;
  std::vector<NodePtr> nodes;
  OutputNames names;
  names.add(binder, schema.fields(), 0);
  for (size_t i = 0; i < items.size(); ++i) {
    Bound value = binder.bind(*items[i].value);
    if (value.literal == Bound::Literal::kNull) value = binder.coerce(value, utf8_type(), "null");
    fields.push_back(make_output_field(item_name[i], value));
    names.add(binder, fields.back().name, items[i].location);
    nodes.push_back(value.node);
  }
  hook.share_windows();
  WindowList list;
  list.windows = std::move(hook.windows);
  list.common_columns = columns_in_common(list.windows, schema);
  list.calls = std::move(hook.calls);
  list.outputs = make_row_list(make_schema(std::move(fields)), std::move(nodes));
  return list;
}

WindowTraits traits_of_windows(const ExpressionText& text, const std::vector<std::string>& keys) {
  WindowTraits traits;
  bool is_first = true;
  const ListSyntax list = parse_window_list(Source(text));
  traits.needs_rows = !list.windows.empty();
  for (const ItemSyntax& item : list.items) {
    for_each_window(
        *item.value, traits.needs_rows, [&](const Syntax& call, const WindowSyntax* over) {
          const AggregateFunction* aggregate = find_aggregate(call.text);
          traits.needs_rows = traits.needs_rows || over != nullptr || aggregate == nullptr;
          keep_common(over != nullptr ? plain_keys(*over) : keys, is_first, traits.common_keys);
          // Rows that are equal in an order may come in any.
          const bool any_order =
              (over != nullptr && !over->order_by.empty()) ||
              (aggregate != nullptr && aggregate->order == AggregateFunction::Order::kAny &&
               (over == nullptr || over->frame.mode != FrameShape::Mode::kRows));
          traits.depends_on_order = traits.depends_on_order || !any_order;
        });
  }
  return traits;
}

}  // namespace penstock
