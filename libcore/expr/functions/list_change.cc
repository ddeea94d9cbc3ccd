// Lists made of lists: joined, cut, sorted, with elements added and left out; and where an element
// stands.
#include "libcore/expr/functions/list_change.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/expr/functions/series.h"
#include "libcore/expr/list_result.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

int64_t row_of(const Operand& operand, int64_t i) {
  return operand.constant ? 0 : i;
}
bool is_null_at(const Operand& operand, int64_t i) {
  return operand.column->is_null(row_of(operand, i));
}

// Lists of a column that are made of elements of some columns, by their row numbers.
class ListMaker {
 public:
  ListMaker(const KernelCall& call, std::vector<ColumnPtr> sources)
      : call_(call), sources_(std::move(sources)) {
    offsets_.push(int32_t{0});
  }

  void add(int32_t source, int64_t row) {
    elements_.push_back({source, static_cast<RowIndex>(row)});
  }
  void add_all(int32_t source, ListElements elements) {
    for (int64_t k = 0; k < elements.count; ++k)
      add(source, elements.first + k);
  }
  void end_list(bool valid) {
    if (elements_.size() > INT32_MAX) call_.fail("over 2^31 list elements");
    offsets_.push(static_cast<int32_t>(elements_.size()));
    validity_.append(valid);
  }
  std::vector<PartRow>& elements() { return elements_; }

  ColumnPtr finish() {
    return make_list_column(call_.type(), std::move(offsets_), take_from(sources_, elements_),
                            validity_.finish());
  }

 private:
  const KernelCall& call_;
  std::vector<ColumnPtr> sources_;
  std::vector<PartRow> elements_;
  MutableBuffer offsets_;
  ValidityBuilder validity_;
};

ColumnPtr elements_of(const Operand& list) {
  return plain(list.column->children[0]);
}

// A null list is like an empty one, unless both are null.
ColumnPtr concatenate_lists(const KernelCall& call) {
  const Operand& a = call.arguments[0];
  const Operand& b = call.arguments[1];
  ListMaker made(call, {elements_of(a), elements_of(b)});
  for (int64_t i = 0; i < call.rows; ++i) {
    const bool first = !is_null_at(a, i);
    const bool second = !is_null_at(b, i);
    if (first) made.add_all(0, list_elements(*a.column, row_of(a, i)));
    if (second) made.add_all(1, list_elements(*b.column, row_of(b, i)));
    made.end_list(first || second);
  }
  return made.finish();
}

// An element before a list, or behind it.
ColumnPtr add_element(const KernelCall& call, bool before) {
  const Operand& list = call.arguments[before ? 1 : 0];
  const Operand& value = call.arguments[before ? 0 : 1];
  ListMaker made(call, {elements_of(list), value.column});
  for (int64_t i = 0; i < call.rows; ++i) {
    if (before) made.add(1, row_of(value, i));
    if (!is_null_at(list, i)) made.add_all(0, list_elements(*list.column, row_of(list, i)));
    if (!before) made.add(1, row_of(value, i));
    made.end_list(true);
  }
  return made.finish();
}

// Equal, or both null.
bool same_element(const Column& elements, int64_t k, const Column& value, int64_t row) {
  if (elements.is_null(k) || value.is_null(row)) return elements.is_null(k) && value.is_null(row);
  return compare_values(elements, k, value, row) == 0;
}

// Leaves out the elements that are the value, or puts the third argument there.
ColumnPtr change_elements(const KernelCall& call) {
  const Operand& list = call.arguments[0];
  const Operand& value = call.arguments[1];
  const bool replaces = call.arguments.size() > 2;
  ColumnPtr elements = elements_of(list);
  std::vector<ColumnPtr> sources = {elements};
  if (replaces) sources.push_back(call.arguments[2].column);
  ListMaker made(call, sources);
  for (int64_t i = 0; i < call.rows; ++i) {
    if (is_null_at(list, i)) {
      made.end_list(false);
      continue;
    }
    const ListElements range = list_elements(*list.column, row_of(list, i));
    for (int64_t k = range.first; k < range.first + range.count; ++k) {
      const bool same = same_element(*elements, k, *value.column, row_of(value, i));
      if (!same) made.add(0, k);
      if (same && replaces) made.add(1, row_of(call.arguments[2], i));
    }
    made.end_list(true);
  }
  return made.finish();
}

enum class Arrangement : uint8_t { kAscending, kDescending, kReverse };

ColumnPtr arrange_elements(const KernelCall& call, Arrangement how) {
  const Operand& list = call.arguments[0];
  ColumnPtr elements = elements_of(list);
  ListMaker made(call, {elements});
  for (int64_t i = 0; i < call.rows; ++i) {
    const auto begin = static_cast<int64_t>(made.elements().size());
    if (call.is_valid(i)) made.add_all(0, list_elements(*list.column, row_of(list, i)));
    auto first = made.elements().begin() + begin;
    auto end = made.elements().end();
    if (how == Arrangement::kReverse) {
      std::reverse(first, end);
    } else {
      const bool descends = how == Arrangement::kDescending;
      std::stable_sort(first, end, [&](const PartRow& a, const PartRow& b) {
        const PartRow& low = descends ? b : a;
        const PartRow& high = descends ? a : b;
        return compare_rows(*elements, low.row, *elements, high.row) < 0;
      });
    }
    made.end_list(call.is_valid(i));
  }
  return made.finish();
}

ColumnPtr slice_lists(const KernelCall& call) {
  const Operand& list = call.arguments[0];
  Reader<int64_t> from(call.arguments[1]);
  Reader<int64_t> to(call.arguments[2]);
  ListMaker made(call, {elements_of(list)});
  for (int64_t i = 0; i < call.rows; ++i) {
    if (call.is_valid(i)) {
      const ListElements all = list_elements(*list.column, row_of(list, i));
      const int64_t first = std::max<int64_t>(from[i], 1);
      const int64_t last = std::min(to[i], all.count);
      if (first <= last) made.add_all(0, {all.first + first - 1, last - first + 1});
    }
    made.end_list(call.is_valid(i));
  }
  return made.finish();
}

ColumnPtr find_elements(const KernelCall& call) {
  const Operand& list = call.arguments[0];
  const Operand& value = call.arguments[1];
  const Operand* start = call.arguments.size() > 2 ? &call.arguments[2] : nullptr;
  ColumnPtr elements = elements_of(list);
  FixedBuilder<int64_t> places;
  for (int64_t i = 0; i < call.rows; ++i) {
    std::optional<int64_t> place;
    if (start != nullptr && is_null_at(*start, i)) call.fail("the place to begin at is null");
    const int64_t skipped =
        start == nullptr ? 0 : std::max<int64_t>(Reader<int64_t>(*start)[i], 1) - 1;
    if (!is_null_at(list, i)) {
      const ListElements range = list_elements(*list.column, row_of(list, i));
      for (int64_t k = skipped; k < range.count && !place; ++k) {
        if (same_element(*elements, range.first + k, *value.column, row_of(value, i)))
          place = k + 1;
      }
    }
    if (place) {
      places.append(*place);
    } else {
      places.append_null();
    }
  }
  return places.finish(int64_type());
}

constexpr CallTraits kNotStrict = {.can_fail = true, .strict = false};

// Makes both lists of one type, and literals such as '{1,2}' too.
TypePtr bind_lists(Binder& binder, const Syntax& call, Bound& a, Bound& b) {
  for (Bound* value : {&a, &b}) {
    const Bound& other = value == &a ? b : a;
    if (!value->is_literal() || !is_list(other.type())) continue;
    const TypePtr element = plain(other.type().children[0].type);
    if (value->literal == Bound::Literal::kNull) {
      value->node = make_null_constant(list_type(element));
      value->literal = Bound::Literal::kNone;
    } else if (value->literal == Bound::Literal::kText) {
      *value = bind_list_literal(binder, *value, element);
    }
  }
  for (const Bound* value : {&a, &b}) {
    if (is_list(value->type())) continue;
    binder.fail(value->location, call.text + " takes lists, not " + type_name(value->type()));
  }
  TypePtr first = plain(a.type().children[0].type);
  TypePtr second = plain(b.type().children[0].type);
  if (!equals(*first, *second)) {
    binder.fail(call.location, call.text + " takes lists of one type, not of " + type_name(*first) +
                                   " and " + type_name(*second));
  }
  return first;
}

// The list and a value of its elements' type.
TypePtr bind_element(Binder& binder, const Syntax& call, const Bound& list, Bound& value) {
  if (!is_list(list.type())) {
    binder.fail(list.location, call.text + " takes a list, not " + type_name(list.type()));
  }
  TypePtr element = plain(list.type().children[0].type);
  value = binder.coerce(value, element, "an element");
  return element;
}

void need_order_of(Binder& binder, const Syntax& call, const Type& element) {
  if (is_orderable(element)) return;
  binder.fail(call.location, type_name(element) + " cannot be compared");
}

Bound bind_append(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  TypePtr element = bind_element(binder, call, arguments[0], arguments[1]);
  return binder.call(
      list_type(element), arguments, [](const KernelCall& k) { return add_element(k, false); },
      kNotStrict, call.location);
}

Bound bind_prepend(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  TypePtr element = bind_element(binder, call, arguments[1], arguments[0]);
  return binder.call(
      list_type(element), arguments, [](const KernelCall& k) { return add_element(k, true); },
      kNotStrict, call.location);
}

Bound bind_change(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  TypePtr element = bind_element(binder, call, arguments[0], arguments[1]);
  if (arguments.size() > 2) bind_element(binder, call, arguments[0], arguments[2]);
  need_order_of(binder, call, *element);
  return binder.call(list_type(element), arguments, change_elements, kNotStrict, call.location);
}

Bound bind_position(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  need_order_of(binder, call, *bind_element(binder, call, arguments[0], arguments[1]));
  if (arguments.size() > 2)
    arguments[2] = binder.coerce(arguments[2], int64_type(), "the place to begin at");
  return binder.call(int64_type(), arguments, find_elements, kNotStrict, call.location);
}

Bound bind_arranged(Binder& binder, const Syntax& call, const Bound& list, Arrangement how) {
  if (!is_list(list.type())) {
    binder.fail(list.location, call.text + " takes a list, not " + type_name(list.type()));
  }
  TypePtr element = plain(list.type().children[0].type);
  if (how != Arrangement::kReverse) need_order_of(binder, call, *element);
  return binder.call(
      list_type(element), {&list, 1},
      [how](const KernelCall& k) { return arrange_elements(k, how); }, {.can_fail = true},
      call.location);
}

Bound bind_sort(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  bool descending = false;
  if (arguments.size() > 1) {
    ColumnPtr constant = binder.coerce(arguments[1], bool_type(), "the direction").node->constant();
    if (constant == nullptr || constant->null_count != 0) {
      binder.fail(arguments[1].location, "the direction is true (descending) or false");
    }
    descending = constant->bool_at(0);
  }
  return bind_arranged(binder, call, arguments[0],
                       descending ? Arrangement::kDescending : Arrangement::kAscending);
}

Bound bind_reverse(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  return bind_arranged(binder, call, arguments[0], Arrangement::kReverse);
}

Bound bind_cat(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  return bind_list_concatenation(binder, call, arguments[0], arguments[1]);
}

Bound bind_slice_call(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  (void)call;
  return bind_slice(binder, arguments[0], arguments[1], arguments[2]);
}

constexpr Function kListChanges[] = {
    {.name = "array_cat",
     .signature = "(any, any) -> any",
     .summary = "one list after the other; also ||",
     .example = "array_cat(array[1], array[2, 3]) → [1,2,3]",
     .nulls = "null if both are; one is like an empty list",
     .bind = bind_cat},
    {.name = "array_append",
     .signature = "(any, any) -> any",
     .summary = "a list with one more element behind",
     .example = "array_append(array[1, 2], 3) → [1,2,3]",
     .nulls = "a null list is like an empty one; never null",
     .bind = bind_append},
    {.name = "array_prepend",
     .signature = "(any, any) -> any",
     .summary = "a list with one more element before",
     .example = "array_prepend(1, array[2, 3]) → [1,2,3]",
     .nulls = "a null list is like an empty one; never null",
     .bind = bind_prepend},
    {.name = "array_remove",
     .signature = "(any, any) -> any",
     .summary = "a list without the elements that are the value",
     .example = "array_remove(array[1, 2, 1], 1) → [2]",
     .nulls = "null if the list is; a null value leaves out the nulls",
     .bind = bind_change},
    {.name = "array_replace",
     .signature = "(any, any, any) -> any",
     .summary = "a list with the third instead of the elements that are the second",
     .example = "array_replace(array[1, 2, 1], 1, 5) → [5,2,5]",
     .nulls = "null if the list is; a null value stands for the nulls",
     .bind = bind_change},
    {.name = "array_position",
     .signature = "(any, any[, int64]) -> int64",
     .summary = "where the value first stands, from 1, in a list or behind a place in it",
     .example = "array_position(array['a', 'b', 'a'], 'a', 2) → 3",
     .nulls = "null if the list is, or has no such element; a null value finds a null",
     .bind = bind_position},
    {.name = "array_sort",
     .signature = "(any[, bool]) -> any",
     .summary = "the elements in order, nulls last; true for descending, nulls first",
     .example = "array_sort(array[3, 1, 2]) → [1,2,3]",
     .bind = bind_sort},
    {.name = "array_reverse",
     .signature = "(any) -> any",
     .summary = "the elements from the last to the first",
     .example = "array_reverse(array[1, 2, 3]) → [3,2,1]",
     .bind = bind_reverse},
    {.name = "array_slice",
     .signature = "(any, int64, int64) -> any",
     .summary = "x[2:3]: the elements from one place to another, which counts; also x[2:], x[:3]",
     .example = "(array[1, 2, 3, 4])[2:3] → [2,3]",
     .bind = bind_slice_call},
};

}  // namespace

Bound bind_list_concatenation(Binder& binder, const Syntax& call, Bound a, Bound b) {
  TypePtr element = bind_lists(binder, call, a, b);
  Bound operands[] = {a, b};
  return binder.call(list_type(element), operands, concatenate_lists, kNotStrict, call.location);
}

Bound bind_slice(const Binder& binder, const Bound& list, const Bound& from, const Bound& to) {
  if (!is_list(list.type())) {
    binder.fail(list.location, type_name(list.type()) + " is not a list and has no elements");
  }
  Bound operands[] = {list, binder.coerce(from, int64_type(), "the number of an element"),
                      binder.coerce(to, int64_type(), "the number of an element")};
  return binder.call(list_type(plain(list.type().children[0].type)), operands, slice_lists,
                     {.can_fail = true}, list.location);
}

std::span<const Function> list_change_functions() {
  return kListChanges;
}

}  // namespace penstock
