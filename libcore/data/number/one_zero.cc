#include "libcore/data/number/one_zero.h"

#include <algorithm>
#include <limits>
#include <memory>

namespace penstock {
namespace {

bool has_floats(const Type& type) {
  if (is_float(type.id)) return true;
  if (type.id == TypeId::kDictionary) return has_floats(*type.value_type);
  return std::any_of(type.children.begin(), type.children.end(),
                     [](const Field& field) { return has_floats(*field.type); });
}

template <typename Float>
Float one_zero(Float value) {
  if (value != value) return std::numeric_limits<Float>::quiet_NaN();
  return value == 0 ? Float{0} : value;
}

// Of IEEE half precision as Arrow stores it.
uint16_t one_zero(uint16_t half) {
  const int magnitude = half & 0x7FFF;
  if (magnitude > 0x7C00) return 0x7E00;
  return magnitude == 0 ? uint16_t{0} : half;
}

template <typename T>
Buffer changed(const Column& column) {
  MutableBuffer values(column.length * static_cast<int64_t>(sizeof(T)));
  const T* from = column.data<T>();
  T* to = values.as<T>();
  for (int64_t i = 0; i < column.length; ++i)
    to[i] = one_zero(from[i]);
  return values.freeze();
}

}  // namespace

ColumnPtr with_one_zero(const ColumnPtr& column) {
  if (!has_floats(*column->type)) return column;
  auto result = std::make_shared<Column>(*column);
  switch (column->type->id) {
    case TypeId::kFloat16:
      result->values = changed<uint16_t>(*column);
      return result;
    case TypeId::kFloat32:
      result->values = changed<float>(*column);
      return result;
    case TypeId::kFloat64:
      result->values = changed<double>(*column);
      return result;
    default:
      break;
  }
  for (ColumnPtr& child : result->children)
    child = with_one_zero(child);
  if (result->dictionary) result->dictionary = with_one_zero(result->dictionary);
  return result;
}

}  // namespace penstock
