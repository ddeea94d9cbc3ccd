#include "libcore/expr/compare_kernels.h"

#include <cmath>
#include <type_traits>

#include "libcore/data/compare.h"
#include "libcore/expr/rows.h"

namespace penstock {
namespace {

template <Comparison C, typename T>
bool holds(const T& a, const T& b) {
  if constexpr (std::is_floating_point_v<T>) {
    const bool a_nan = a != a;
    const bool b_nan = b != b;
    if constexpr (C == Comparison::kEqual) return (a == b) | (a_nan & b_nan);
    if constexpr (C == Comparison::kLess) return (a < b) | (b_nan & !a_nan);
    return (a <= b) | b_nan;
  } else if constexpr (C == Comparison::kEqual) {
    return a == b;
  } else if constexpr (C == Comparison::kLess) {
    return a < b;
  } else {
    return a <= b;
  }
}

// If the constant is not NaN, the processor's own order is right for every value of the column.
template <Comparison C, typename T>
bool holds_plain(T a, T b) {
  if constexpr (C == Comparison::kEqual) return a == b;
  if constexpr (C == Comparison::kLess) return a < b;
  return a <= b;
}

template <typename T, Comparison C, bool kNegated>
ColumnPtr compare_fixed(const KernelCall& call) {
  const T* a = call.arguments[0].column->data<T>();
  const T* b = call.arguments[1].column->data<T>();
  const int64_t rows = call.rows;
  if (call.arguments[0].constant || (call.arguments[1].constant && *b != *b)) {
    const int64_t a_step = call.arguments[0].constant ? 0 : 1;
    const int64_t b_step = call.arguments[1].constant ? 0 : 1;
    return bool_result(call, make_bits(rows, [=](int64_t i) {
                         return holds<C, T>(a[i * a_step], b[i * b_step]) != kNegated;
                       }));
  }
  if (call.arguments[1].constant) {
    const T c = *b;
    return bool_result(
        call, make_bits(rows, [=](int64_t i) { return holds_plain<C, T>(a[i], c) != kNegated; }));
  }
  return bool_result(
      call, make_bits(rows, [=](int64_t i) { return holds<C, T>(a[i], b[i]) != kNegated; }));
}

template <Comparison C, bool kNegated>
ColumnPtr compare_bytes(const KernelCall& call) {
  Reader<std::string_view> a(call.arguments[0]);
  Reader<std::string_view> b(call.arguments[1]);
  return bool_result(call, make_bits(call.rows, [&](int64_t i) {
                       return holds<C, std::string_view>(a[i], b[i]) != kNegated;
                     }));
}

template <Comparison C, bool kNegated>
ColumnPtr compare_bools(const KernelCall& call) {
  Reader<bool> a(call.arguments[0]);
  Reader<bool> b(call.arguments[1]);
  return bool_result(
      call, make_bits(call.rows, [&](int64_t i) { return holds<C, int>(a[i], b[i]) != kNegated; }));
}

// Nested values, intervals and whatever else has an order, by the one definition of it.
template <Comparison C, bool kNegated>
ColumnPtr compare_any(const KernelCall& call) {
  const Operand& a = call.arguments[0];
  const Operand& b = call.arguments[1];
  return bool_result(call, make_bits(call.rows, [&](int64_t i) {
                       if (!call.is_valid(i)) return false;
                       std::weak_ordering order = compare_values(*a.column, a.constant ? 0 : i,
                                                                 *b.column, b.constant ? 0 : i);
                       bool result = C == Comparison::kEqual  ? order == 0
                                     : C == Comparison::kLess ? order < 0
                                                              : order <= 0;
                       return result != kNegated;
                     }));
}

template <Comparison C, bool kNegated>
Kernel find_typed(const Type& type) {
  switch (type.id) {
    case TypeId::kBool:
      return compare_bools<C, kNegated>;
    case TypeId::kInt8:
      return compare_fixed<int8_t, C, kNegated>;
    case TypeId::kInt16:
      return compare_fixed<int16_t, C, kNegated>;
    case TypeId::kInt32:
    case TypeId::kDate32:
    case TypeId::kTime32:
      return compare_fixed<int32_t, C, kNegated>;
    case TypeId::kInt64:
    case TypeId::kTime64:
    case TypeId::kTimestamp:
    case TypeId::kDuration:
      return compare_fixed<int64_t, C, kNegated>;
    case TypeId::kUint8:
      return compare_fixed<uint8_t, C, kNegated>;
    case TypeId::kUint16:
      return compare_fixed<uint16_t, C, kNegated>;
    case TypeId::kUint32:
      return compare_fixed<uint32_t, C, kNegated>;
    case TypeId::kUint64:
      return compare_fixed<uint64_t, C, kNegated>;
    case TypeId::kFloat32:
      return compare_fixed<float, C, kNegated>;
    case TypeId::kFloat64:
      return compare_fixed<double, C, kNegated>;
    case TypeId::kDecimal128:
      return compare_fixed<int128_t, C, kNegated>;
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return compare_bytes<C, kNegated>;
    default:
      break;
  }
  if (is_orderable(type)) return compare_any<C, kNegated>;
  return {};
}

template <Comparison C>
Kernel find_signed(const Type& type, bool negated) {
  return negated ? find_typed<C, true>(type) : find_typed<C, false>(type);
}

}  // namespace

ComparisonKernel comparison_of(std::string_view op) {
  if (op == "=") return {Comparison::kEqual, false};
  if (op == "<>") return {Comparison::kEqual, true};
  if (op == "<") return {Comparison::kLess, false};
  if (op == ">=") return {Comparison::kLess, true};
  if (op == "<=") return {Comparison::kLessEqual, false};
  return {Comparison::kLessEqual, true};
}

Kernel find_comparison(const Type& type, ComparisonKernel kernel) {
  switch (kernel.comparison) {
    case Comparison::kEqual:
      return find_signed<Comparison::kEqual>(type, kernel.negated);
    case Comparison::kLess:
      return find_signed<Comparison::kLess>(type, kernel.negated);
    case Comparison::kLessEqual:
      return find_signed<Comparison::kLessEqual>(type, kernel.negated);
  }
  return {};
}

}  // namespace penstock
