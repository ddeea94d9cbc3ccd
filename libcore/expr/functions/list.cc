// Functions on lists, and comparisons with their elements.
#include <algorithm>

#include "libcore/expr/cast.h"
#include "libcore/expr/compare_kernels.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/functions/series.h"
#include "libcore/expr/list_result.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

void want_list(Binder& binder, const Bound& value, std::string_view function) {
  if (is_list(value.type())) return;
  binder.fail(value.location,
              std::string(function) + " takes a list, not " + type_name(value.type()));
}

ColumnPtr count_elements(const KernelCall& call) {
  const Operand& list = call.arguments[0];
  MutableBuffer values(call.rows * 8);
  for (int64_t i = 0; i < call.rows; ++i) {
    values.as<int64_t>()[i] =
        call.is_valid(i) ? list_elements(*list.column, list.constant ? 0 : i).count : 0;
  }
  return fixed_result(call, std::move(values));
}

Bound bind_cardinality(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  want_list(binder, arguments[0], call.text);
  return binder.call(int64_type(), {arguments.data(), 1}, count_elements, {}, call.location);
}

// array_length(list, 1); null for an empty list, as PostgreSQL has it.
Bound bind_array_length(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  want_list(binder, arguments[0], call.text);
  if (arguments.size() == 2 && arguments[1].text != "1") {
    binder.fail(arguments[1].location, "lists have one dimension: array_length(x, 1)");
  }
  return binder.call(
      int64_type(), {arguments.data(), 1},
      [](const KernelCall& k) {
        ColumnPtr counts = count_elements(k);
        Operand operand{counts, false};
        return map_rows<int64_t, int64_t>({k.node, {&operand, 1}, k.rows, k.validity},
                                          [](int64_t count) -> std::optional<int64_t> {
                                            if (count == 0) return std::nullopt;
                                            return count;
                                          });
      },
      {}, call.location);
}

// Which list each element belongs to, and the elements' own row numbers.
struct Flat {
  std::vector<RowIndex> parents;
  std::vector<RowIndex> elements;
  std::vector<int64_t> ends;  // in `elements`, one a row
};
Flat flatten(const KernelCall& call, const Operand& list) {
  Flat flat;
  for (int64_t i = 0; i < call.rows; ++i) {
    int64_t row = list.constant ? 0 : i;
    if (call.is_valid(i) && list.column->is_valid(row)) {
      ListElements elements = list_elements(*list.column, row);
      for (int64_t k = 0; k < elements.count; ++k) {
        flat.parents.push_back(static_cast<RowIndex>(i));
        flat.elements.push_back(static_cast<RowIndex>(elements.first + k));
      }
    }
    flat.ends.push_back(static_cast<int64_t>(flat.elements.size()));
  }
  return flat;
}

// value OP any(list) or all(list), in three-valued logic.
ColumnPtr compare_elements(const KernelCall& call, const Kernel& compare, bool any) {
  const Operand& value = call.arguments[0];
  const Operand& list = call.arguments[1];
  Flat flat = flatten(call, list);
  ColumnPtr elements = plain(take(*list.column->children[0], flat.elements));
  Operand left{value.constant ? value.column : take(*value.column, flat.parents), value.constant};
  Operand operands[] = {left, {elements, false}};
  Buffer validity = elements->validity;
  if (!left.constant) validity = and_bitmaps(validity, left.column->validity, elements->length);
  bool unknown_left =
      left.column->null_count != 0 && (left.constant || left.column->validity.empty());
  ColumnPtr truth = unknown_left ? make_null_column(bool_type(), elements->length)
                                 : compare({call.node, operands, elements->length, validity});
  MutableBuffer bits = make_bitmap(call.rows, false);
  ValidityBits nulls(call.validity, call.rows);
  int64_t k = 0;
  for (int64_t i = 0; i < call.rows; ++i) {
    bool unknown = false;
    bool decided = false;
    for (; k < flat.ends[static_cast<size_t>(i)]; ++k) {
      if (truth->is_null(k)) {
        unknown = true;
      } else {
        decided |= truth->bool_at(k) == any;
      }
    }
    if (!call.is_valid(i)) continue;
    if (!decided && unknown) nulls.set_null(i);
    assign_bit(bits.data(), i, decided == any);
  }
  return make_column(bool_type(), call.rows, bits.freeze(), nulls.finish());
}

Bound bind_quantified(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  size_t space = call.text.find(' ');
  std::string op = call.text.substr(0, space);
  bool any = call.text.substr(space + 1) == "any";
  Bound& list = arguments[1];
  if (list.literal == Bound::Literal::kNull) {
    return binder.coerce(list, bool_type(), "the list");
  }
  if (list.literal == Bound::Literal::kText) {
    const Bound& left = arguments[0];
    bool typed = left.literal != Bound::Literal::kText && left.literal != Bound::Literal::kNull;
    list = bind_list_literal(binder, list, typed ? plain(left.type_ptr()) : utf8_type());
  }
  want_list(binder, list, any ? "any" : "all");
  TypePtr element = plain(list.type().children[0].type);
  arguments[0] = binder.coerce(arguments[0], element, "the left side");
  Kernel compare = find_comparison(*element, comparison_of(op));
  if (!compare) binder.fail(call.location, type_name(*element) + " cannot be compared");
  // Not strict: for a list without elements the answer is known, whatever the left side is.
  return binder.call(
      bool_type(), arguments,
      [=](const KernelCall& k) {
        const Operand& lists = k.arguments[1];
        if (lists.constant && lists.column->null_count != 0) {
          return make_null_column(bool_type(), k.rows);
        }
        Buffer validity = lists.constant ? Buffer() : lists.column->validity;
        return compare_elements({k.node, k.arguments, k.rows, validity}, compare, any);
      },
      {.strict = false}, call.location);
}

// The elements of all lists as the texts that they print as.
ColumnPtr texts_of(const KernelCall& call, const Operand& list) {
  ColumnPtr elements = plain(list.column->children[0]);
  if (is_text(elements->type->id)) return elements;
  const Operand operand{elements, false};
  return find_cast(elements->type, utf8_type())
      .kernel({call.node, {&operand, 1}, elements->length, elements->validity});
}

// The texts of a list with a separator between; nulls are left out, or stand as the third argument.
ColumnPtr array_to_string(const KernelCall& call) {
  const Operand& list = call.arguments[0];
  ColumnPtr texts = texts_of(call, list);
  Reader<std::string_view> separator(call.arguments[1]);
  std::vector<Operand> rows(call.arguments.begin() + 1, call.arguments.end());
  KernelCall inner{call.node, rows, call.rows, call.validity};
  int64_t i = -1;
  auto append = [&](std::string_view between, const std::string_view* for_null, TextOut& out) {
    ListElements elements = list_elements(*list.column, list.constant ? 0 : i);
    bool begun = false;
    for (int64_t k = elements.first; k < elements.first + elements.count; ++k) {
      if (texts->is_null(k) && for_null == nullptr) continue;
      if (begun) out.append(between);
      out.append(texts->is_null(k) ? *for_null : texts->bytes_at(k));
      begun = true;
    }
  };
  MutableBuffer offsets((call.rows + 1) * 4);
  offsets.as<int32_t>()[0] = 0;
  TextOut out;
  for (i = 0; i < call.rows; ++i) {
    if (call.is_valid(i)) {
      std::string_view for_null;
      if (rows.size() > 1) for_null = Reader<std::string_view>(rows[1])[i];
      append(separator[i], rows.size() > 1 ? &for_null : nullptr, out);
      if (out.size() > kMaxTextBytes) call.fail("over 2 GiB of text in one batch");
    }
    offsets.as<int32_t>()[i + 1] = static_cast<int32_t>(out.size());
  }
  return make_bytes_column(utf8_type(), call.rows, offsets.freeze(), out.freeze(), call.validity);
}

Bound bind_array_to_string(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  want_list(binder, arguments[0], call.text);
  const TypePtr element = plain(arguments[0].type().children[0].type);
  if (!is_text(element->id) && !find_cast(element, utf8_type()).kernel) {
    binder.fail(arguments[0].location, "there is no text of " + type_name(*element));
  }
  for (size_t k = 1; k < arguments.size(); ++k) {
    arguments[k] = binder.coerce(arguments[k], utf8_type(), "an argument of array_to_string");
  }
  return binder.call(utf8_type(), arguments, array_to_string, {.can_fail = true}, call.location);
}

constexpr std::string_view kQuantified = "(any, any) -> bool";
constexpr std::string_view kAnyOf = "whether it holds for an element of a list";
constexpr std::string_view kAll = "whether it holds for every element of a list";

constexpr Function quantified(std::string_view name, std::string_view summary,
                              std::string_view example) {
  return {.name = name,
          .signature = kQuantified,
          .summary = summary,
          .example = example,
          .nulls = "null if that is not decided",
          .bind = bind_quantified,
          .is_operator = true};
}

constexpr Function kListFunctions[] = {
    {.name = "cardinality",
     .signature = "(any) -> int64",
     .summary = "elements of a list",
     .example = "cardinality(array[3, 4, 5]) → 3",
     .bind = bind_cardinality},
    {.name = "array_length",
     .signature = "(any[, int64]) -> int64",
     .summary = "array_length(x, 1): elements of a list, null for none",
     .example = "array_length(array[3, 4, 5], 1) → 3",
     .bind = bind_array_length},
    {.name = "array_to_string",
     .signature = "(any, text[, text]) -> text",
     .summary =
         "the elements of a list as they print with the second between; nulls as the third, or not "
         "at all",
     .example = "array_to_string(array['a', null, 'b'], ',', '?') → 'a,?,b'",
     .nulls = "null if the list or the separator is",
     .bind = bind_array_to_string},
    quantified("= any", kAnyOf, "2 = any(array[1, 2]) → true"),
    quantified("<> any", kAnyOf, "1 <> any(array[1, 2]) → true"),
    quantified("< any", kAnyOf, "1 < any(array[1, 2]) → true"),
    quantified("<= any", kAnyOf, "3 <= any(array[1, 2]) → false"),
    quantified("> any", kAnyOf, "2 > any(array[1, 2]) → true"),
    quantified(">= any", kAnyOf, "0 >= any(array[1, 2]) → false"),
    quantified("= all", kAll, "1 = all(array[1, 2]) → false"),
    quantified("<> all", kAll, "3 <> all(array[1, 2]) → true"),
    quantified("< all", kAll, "0 < all(array[1, 2]) → true"),
    quantified("<= all", kAll, "1 <= all(array[1, 2]) → true"),
    quantified("> all", kAll, "3 > all(array[1, null]) → null"),
    quantified(">= all", kAll, "2 >= all(array[1, 2]) → true"),
};

}  // namespace

std::span<const Function> list_functions() {
  return kListFunctions;
}

}  // namespace penstock
