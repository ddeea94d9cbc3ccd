// try_cast: a cast that gives null where it cannot convert.
#include <string>
#include <vector>

#include "libcore/data/take.h"
#include "libcore/expr/cast.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/syntax/pg_parse.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

// The type that a constant text names, as in a cast.
TypePtr named_type(Binder& binder, const Bound& name) {
  if (name.literal != Bound::Literal::kText) {
    binder.fail(name.location, "the type is a constant in quotes, as in try_cast(x, 'bigint')");
  }
  try {
    const Source source("null::" + name.text);
    SyntaxPtr cast = parse_expression(source);
    if (cast->kind == Syntax::Kind::kCast && cast->args[0]->kind == Syntax::Kind::kNull) {
      return resolve_type(cast->type, source);
    }
  } catch (const Error& error) {
    binder.fail(name.location, error.message().substr(0, error.message().find('\n')));
  }
  binder.fail(name.location, "'" + name.text + "' is not a type");
}

// Converts rows [begin, begin + count), and where that fails the halves of them, down to the rows
// at fault: nearly all rows are right as a rule.
void cast_range(const KernelCall& call, const Kernel& cast, int64_t begin, int64_t count,
                std::vector<ColumnPtr>& parts) {
  const Operand& operand = call.arguments[0];
  const Operand some{operand.constant ? operand.column : slice(operand.column, begin, count),
                     operand.constant};
  try {
    Buffer validity = some.constant ? Buffer() : some.column->validity;
    parts.push_back(cast({call.node, {&some, 1}, count, validity}));
    return;
  } catch (const Error&) {
    if (count == 1 || operand.constant)
      return parts.push_back(make_null_column(call.type(), count));
  }
  cast_range(call, cast, begin, count / 2, parts);
  cast_range(call, cast, begin + count / 2, count - count / 2, parts);
}

ColumnPtr cast_or_null(const KernelCall& call, const Kernel& cast) {
  if (call.rows == 0) return make_null_column(call.type(), 0);
  std::vector<ColumnPtr> parts;
  cast_range(call, cast, 0, call.rows, parts);
  return parts.size() == 1 ? parts[0] : concatenate(parts);
}

// Text of a type of fixed width, without an Error for each row at fault.
ColumnPtr parse_or_null(const KernelCall& call) {
  const Type& type = *call.type();
  const int64_t width = fixed_width(type);
  Reader<std::string_view> texts(call.arguments[0]);
  MutableBuffer values;
  ValidityBits validity(call.validity, call.rows);
  for (int64_t i = 0; i < call.rows; ++i) {
    if (call.is_valid(i) && parse_value(texts[i], type, values)) continue;
    values.resize_zeroed((i + 1) * width);
    validity.set_null(i);
  }
  return make_column(call.type(), call.rows, values.freeze(), validity.finish());
}

Bound bind_try_cast(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  TypePtr type = named_type(binder, arguments[1]);
  Bound& value = arguments[0];
  if (value.literal == Bound::Literal::kNull) return binder.coerce(value, type, "the value");
  if (value.is_literal() && value.literal != Bound::Literal::kInteger) {
    value = binder.coerce(value, utf8_type(), "the value");
  }
  const bool parses = is_text(value.type().id) && fixed_width(*type) != 0 &&
                      type->id != TypeId::kDecimal128 && type->id != TypeId::kDecimal256 &&
                      type->id != TypeId::kFixedSizeBinary;
  if (parses) {
    return binder.call(type, {&value, 1}, parse_or_null, {}, call.location);
  }
  Cast cast = find_cast(value.type_ptr(), type);
  if (!cast.kernel) {
    binder.fail(call.location,
                "there is no cast from " + type_name(value.type()) + " to " + type_name(*type));
  }
  if (!cast.can_fail) return binder.call(type, {&value, 1}, cast.kernel, {}, call.location);
  return binder.call(
      type, {&value, 1},
      [kernel = cast.kernel](const KernelCall& k) { return cast_or_null(k, kernel); }, {},
      call.location);
}

constexpr Function kCastFunctions[] = {
    {.name = "try_cast",
     .signature = "(any, text) -> any",
     .summary = "x::type, or null where the value cannot be converted",
     .example = "try_cast('n/a', 'bigint') → null",
     .bind = bind_try_cast},
};

}  // namespace

std::span<const Function> cast_functions() {
  return kCastFunctions;
}

}  // namespace penstock
