#include "libcore/expr/syntax/same.h"

#include <algorithm>

namespace penstock {

bool same_syntax(const SyntaxPtr& a, const SyntaxPtr& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return same_syntax(*a, *b);
}

bool same_syntax(const Syntax& a, const Syntax& b) {
  auto same_name = [](const Name& x, const Name& y) {
    return x.text == y.text && x.exact == y.exact;
  };
  auto same_order = [](const SortSyntax& x, const SortSyntax& y) {
    return same_syntax(x.value, y.value) && x.descending == y.descending &&
           x.nulls_first == y.nulls_first;
  };
  auto same_args = [](const SyntaxPtr& x, const SyntaxPtr& y) { return same_syntax(x, y); };
  return a.kind == b.kind && a.text == b.text && a.integer == b.integer &&
         a.has_else == b.has_else && a.star == b.star && a.distinct == b.distinct &&
         a.within_group == b.within_group && a.type.name == b.type.name &&
         a.type.builtin == b.type.builtin && a.type.modifiers == b.type.modifiers &&
         a.type.is_array == b.type.is_array && same_syntax(a.filter, b.filter) &&
         std::equal(a.names.begin(), a.names.end(), b.names.begin(), b.names.end(), same_name) &&
         std::equal(a.args.begin(), a.args.end(), b.args.begin(), b.args.end(), same_args) &&
         std::equal(a.order_by.begin(), a.order_by.end(), b.order_by.begin(), b.order_by.end(),
                    same_order);
}

}  // namespace penstock
