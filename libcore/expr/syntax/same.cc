#include "libcore/expr/syntax/same.h"

#include <algorithm>

namespace penstock {

bool same_syntax(const SyntaxPtr& a, const SyntaxPtr& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return same_syntax(*a, *b);
}

bool same_orders(std::span<const SortSyntax> a, std::span<const SortSyntax> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const SortSyntax& x, const SortSyntax& y) {
                      return same_syntax(x.value, y.value) && x.descending == y.descending &&
                             x.nulls_first == y.nulls_first;
                    });
}

bool same_lists(std::span<const SyntaxPtr> a, std::span<const SyntaxPtr> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const SyntaxPtr& x, const SyntaxPtr& y) { return same_syntax(x, y); });
}

namespace {

bool same_windows(const WindowSyntax* a, const WindowSyntax* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a->frame == b->frame && same_lists(a->partition_by, b->partition_by) &&
         same_orders(a->order_by, b->order_by) && same_syntax(a->start_offset, b->start_offset) &&
         same_syntax(a->end_offset, b->end_offset);
}

}  // namespace

bool same_syntax(const Syntax& a, const Syntax& b) {
  auto same_name = [](const Name& x, const Name& y) {
    return x.text == y.text && x.exact == y.exact;
  };
  return a.kind == b.kind && a.text == b.text && a.integer == b.integer &&
         a.has_else == b.has_else && a.star == b.star && a.distinct == b.distinct &&
         a.within_group == b.within_group && a.type.name == b.type.name &&
         a.type.builtin == b.type.builtin && a.type.modifiers == b.type.modifiers &&
         a.type.is_array == b.type.is_array && same_syntax(a.filter, b.filter) &&
         std::equal(a.names.begin(), a.names.end(), b.names.begin(), b.names.end(), same_name) &&
         same_lists(a.args, b.args) && same_orders(a.order_by, b.order_by) &&
         same_windows(a.over.get(), b.over.get());
}

}  // namespace penstock
