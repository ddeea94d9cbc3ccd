// Lists and structs: a[1], a.b, array[…].
#include <algorithm>

#include "libcore/base/suggest.h"
#include "libcore/expr/bind.h"
#include "libcore/expr/functions/letter_case.h"
#include "libcore/expr/functions/series.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

std::optional<size_t> find_field(const Type& type, const Name& name) {
  for (size_t i = 0; i < type.children.size(); ++i) {
    if (type.children[i].name == name.text) return i;
  }
  for (size_t i = 0; i < type.children.size() && !name.exact; ++i) {
    if (equal_but_for_case(type.children[i].name, name.text)) return i;
  }
  return std::nullopt;
}

ColumnPtr subscript(const KernelCall& call) {
  const Operand& list = call.arguments[0];
  Reader<int64_t> wanted(call.arguments[1]);
  std::vector<RowIndex> rows(static_cast<size_t>(call.rows), -1);
  for (int64_t i = 0; i < call.rows; ++i) {
    if (!call.is_valid(i)) continue;
    ListElements elements = list_elements(*list.column, list.constant ? 0 : i);
    if (wanted[i] >= 1 && wanted[i] <= elements.count) {
      rows[static_cast<size_t>(i)] = static_cast<RowIndex>(elements.first + wanted[i] - 1);
    }
  }
  return plain(take_or_null(*list.column->children[0], rows));
}

// One list a row of the arguments' values.
ColumnPtr gather_list(const KernelCall& call) {
  size_t width = call.arguments.size();
  std::vector<ColumnPtr> parts;
  for (const Operand& operand : call.arguments)
    parts.push_back(operand.column);
  std::vector<PartRow> from;
  from.reserve(width * static_cast<size_t>(call.rows));
  MutableBuffer offsets((call.rows + 1) * 4);
  offsets.as<int32_t>()[0] = 0;
  if (static_cast<int64_t>(width) * call.rows > INT32_MAX) call.fail("over 2^31 list elements");
  for (int64_t i = 0; i < call.rows; ++i) {
    for (size_t k = 0; k < width; ++k) {
      from.push_back(
          {static_cast<int32_t>(k), call.arguments[k].constant ? 0 : static_cast<RowIndex>(i)});
    }
    offsets.as<int32_t>()[i + 1] = static_cast<int32_t>(from.size());
  }
  auto list = std::make_shared<Column>();
  list->type = call.type();
  list->length = call.rows;
  list->offsets = offsets.freeze();
  list->children.push_back(take_from(parts, from));
  return list;
}

}  // namespace

ListElements list_elements(const Column& list, int64_t i) {
  switch (list.type->id) {
    case TypeId::kFixedSizeList:
      return {i * list.type->width, list.type->width};
    case TypeId::kLargeList: {
      const int64_t* o = list.offsets.as<int64_t>();
      return {o[i], o[i + 1] - o[i]};
    }
    default: {
      const int32_t* o = list.offsets.as<int32_t>();
      return {o[i], o[i + 1] - o[i]};
    }
  }
}

bool is_list(const Type& type) {
  return type.id == TypeId::kList || type.id == TypeId::kLargeList ||
         type.id == TypeId::kFixedSizeList;
}

Bound bind_field(const Binder& binder, const Bound& value, const Name& name) {
  const Type& type = value.type();
  if (type.id != TypeId::kStruct) {
    binder.fail(value.location, type_name(type) + " has no field '" + name.text + "'");
  }
  std::optional<size_t> index = find_field(type, name);
  if (!index) {
    std::vector<std::string> names;
    for (const Field& field : type.children)
      names.push_back(field.name);
    binder.fail(value.location,
                "unknown field '" + name.text + "'" + did_you_mean(name.text, names));
  }
  size_t i = *index;
  return binder.call(
      plain(type.children[i].type), {&value, 1},
      [i](const KernelCall& call) {
        return plain(with_validity(call.arguments[0].column->children[i], call.validity));
      },
      {}, value.location);
}

Bound bind_subscript(const Binder& binder, const Bound& list, const Bound& wanted) {
  if (!is_list(list.type())) {
    binder.fail(list.location, type_name(list.type()) + " is not a list and has no elements");
  }
  Bound operands[] = {list, binder.coerce(wanted, int64_type(), "the number of an element")};
  return binder.call(plain(list.type().children[0].type), operands, subscript, {}, list.location);
}

Bound bind_array(const Binder& binder, std::vector<Bound> values, int64_t location) {
  if (values.empty()) binder.fail(location, "an empty array has no type");
  TypePtr type = binder.common_type(values, location, "the elements of an array are");
  for (Bound& value : values)
    value = binder.coerce(value, type, "an element of the array");
  return binder.call(list_type(type), values, gather_list, {.strict = false}, location);
}

}  // namespace penstock
