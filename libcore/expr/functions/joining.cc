// Joins texts: ||, concat, concat_ws.
#include "libcore/expr/functions/joining.h"

#include "libcore/expr/functions/functions.h"
#include "libcore/expr/functions/list_change.h"
#include "libcore/expr/functions/series.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {

Bound bind_as_text(Binder& binder, const Bound& value) {
  if (value.is_literal() || is_text(value.type().id)) {
    bool typed =
        value.literal == Bound::Literal::kInteger || value.literal == Bound::Literal::kNumber;
    return typed ? binder.cast(value, utf8_type(), value.location)
                 : binder.coerce(value, utf8_type(), "the text");
  }
  return binder.cast(value, utf8_type(), value.location);
}

namespace {

// a || b of texts (and of anything with a text), null when either is.
ColumnPtr join(const KernelCall& call) {
  using Text = std::string_view;
  return map_text<Text, Text>(call, [](Text a, Text b, TextOut& out) {
    out.append(a);
    out.append(b);
  });
}

Bound bind_join(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  if (is_list(arguments[0].type()) || is_list(arguments[1].type())) {
    return bind_list_concatenation(binder, call, arguments[0], arguments[1]);
  }
  bool any_text = false;
  for (const Bound& argument : arguments) {
    any_text |= is_text(argument.type().id) || argument.literal == Bound::Literal::kNull;
  }
  if (is_bytes(arguments[0].type().id) && is_bytes(arguments[1].type().id)) {
    return binder.call(binary_type(), arguments, join, {.can_fail = true}, call.location);
  }
  if (!any_text) {
    const bool are_conditions =
        arguments[0].type().id == TypeId::kBool && arguments[1].type().id == TypeId::kBool;
    binder.fail(call.location, "|| joins texts; there is no " + type_name(arguments[0].type()) +
                                   " || " + type_name(arguments[1].type()) +
                                   (are_conditions ? "; between two conditions write or" : ""));
  }
  for (Bound& argument : arguments)
    argument = bind_as_text(binder, argument);
  // Can fail only because of the 2 GiB of a batch's text.
  return binder.call(utf8_type(), arguments, join, {}, call.location);
}

// The arguments that are not null, one after the other, `separator` between them.
ColumnPtr concatenate_rows(const KernelCall& call, bool separated) {
  std::vector<Reader<std::string_view>> readers(call.arguments.begin(), call.arguments.end());
  MutableBuffer offsets((call.rows + 1) * 4);
  offsets.as<int32_t>()[0] = 0;
  TextOut out;
  ValidityBits validity({}, call.rows);
  auto is_null = [&](size_t k, int64_t i) {
    const Operand& operand = call.arguments[k];
    return operand.column->is_null(operand.constant ? 0 : i);
  };
  for (int64_t i = 0; i < call.rows; ++i) {
    bool begun = false;
    if (separated && is_null(0, i)) {
      validity.set_null(i);
    } else {
      for (size_t k = separated ? 1 : 0; k < readers.size(); ++k) {
        if (is_null(k, i)) continue;
        if (begun && separated) out.append(readers[0][i]);
        out.append(readers[k][i]);
        begun = true;
      }
    }
    if (out.size() > kMaxTextBytes) call.fail("over 2 GiB of text in one batch");
    offsets.as<int32_t>()[i + 1] = static_cast<int32_t>(out.size());
  }
  return make_bytes_column(utf8_type(), call.rows, offsets.freeze(), out.freeze(),
                           validity.finish());
}

Bound bind_concat(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  for (Bound& argument : arguments)
    argument = bind_as_text(binder, argument);
  bool separated = call.text == "concat_ws";
  return binder.call(
      utf8_type(), arguments,
      [separated](const KernelCall& k) { return concatenate_rows(k, separated); },
      {.strict = false}, call.location);
}

constexpr Function kJoiningFunctions[] = {
    {.name = "||",
     .signature = "(any, any) -> text",
     .summary = "one text after the other; a value of another type as it is printed",
     .example = "'row ' || 7 → 'row 7'",
     .bind = bind_join,
     .is_operator = true},
    {.name = "concat",
     .signature = "(any, any…) -> text",
     .summary = "all arguments that are not null, one after the other",
     .example = "concat('a', null, 1) → 'a1'",
     .nulls = "nulls are left out; never null",
     .bind = bind_concat},
    {.name = "concat_ws",
     .signature = "(text, any, any…) -> text",
     .summary = "the same with the first between them",
     .example = "concat_ws('/', 'a', null, 'b') → 'a/b'",
     .nulls = "null if the first argument is; other nulls are left out",
     .bind = bind_concat},
};

}  // namespace

std::span<const Function> joining_functions() {
  return kJoiningFunctions;
}

}  // namespace penstock
