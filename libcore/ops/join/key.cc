#include "libcore/ops/join/key.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/data/number/decimal.h"
#include "libcore/keys/typed_values.h"
#include "libcore/keys/value.h"

namespace penstock {
namespace {

bool is_date(TypeId id) {
  return id == TypeId::kDate32 || id == TypeId::kDate64;
}
bool is_time(TypeId id) {
  return id == TypeId::kTime32 || id == TypeId::kTime64;
}

TypePtr common_number(const Type& a, const Type& b) {
  if (is_decimal(a.id) || is_decimal(b.id)) {
    if (is_float(a.id) || is_float(b.id)) return nullptr;
    if (a.id == TypeId::kDecimal256 || b.id == TypeId::kDecimal256) return nullptr;
    return decimal_type(kMaxDecimalPrecision, std::max(a.scale, b.scale));
  }
  if (is_float(a.id) && is_float(b.id)) {
    bool has_half = a.id == TypeId::kFloat16 || b.id == TypeId::kFloat16;
    return has_half ? nullptr : float64_type();
  }
  // A float that equals an integer is whole, so comparing as integers changes neither.
  bool has_half = a.id == TypeId::kFloat16 || b.id == TypeId::kFloat16;
  if (has_half) return nullptr;
  bool has_large = a.id == TypeId::kUint64 || b.id == TypeId::kUint64;
  bool has_signed = is_signed_integer(a.id) || is_signed_integer(b.id);
  if (has_large && has_signed) return decimal_type(kMaxDecimalPrecision, 0);
  return has_large ? uint64_type() : int64_type();
}

TypePtr common_type(const TypePtr& a, const TypePtr& b) {
  if (equals(*a, *b)) return a;
  if (a->id == TypeId::kNull) return b;
  if (b->id == TypeId::kNull) return a;
  if (is_numeric(a->id) && is_numeric(b->id)) return common_number(*a, *b);
  if (is_date(a->id) && is_date(b->id)) return date_type();
  TimeUnit finer = std::max(a->unit, b->unit);
  if (is_time(a->id) && is_time(b->id)) return time_type(finer);
  if (a->id != b->id) return nullptr;
  if (a->id == TypeId::kDuration) return duration_type(finer);
  if (a->id == TypeId::kTimestamp && a->zone.empty() == b->zone.empty()) {
    return timestamp_type(finer, a->zone);
  }
  return nullptr;
}

// The value in the common type, if that has it.
template <typename To, typename From>
std::optional<To> converted(From value, const Type& from, const Type& to) {
  if constexpr (std::is_same_v<To, int128_t>) {
    if constexpr (std::is_floating_point_v<From>)
      return std::nullopt;
    else
      return rescale(static_cast<int128_t>(value), from.scale, to.scale);
  } else if constexpr (std::is_floating_point_v<To>) {
    return static_cast<To>(value);
  } else if constexpr (std::is_floating_point_v<From>) {
    // The bounds are powers of two, so that they are exact.
    constexpr double kEnd = static_cast<double>(uint64_t{1} << 63) * (std::is_signed_v<To> ? 1 : 2);
    constexpr double kBegin = std::is_signed_v<To> ? -kEnd : 0;
    auto wide = static_cast<double>(value);
    if (!(wide >= kBegin && wide < kEnd) || wide != std::floor(wide)) return std::nullopt;
    return static_cast<To>(wide);
  } else if constexpr (std::is_same_v<From, int128_t>) {
    return std::nullopt;
  } else {
    constexpr int64_t kMillisecondsADay = 86'400'000;
    auto result = static_cast<To>(value);
    if (from.id == TypeId::kDate64 && to.id == TypeId::kDate32) {
      auto milliseconds = static_cast<int64_t>(value);
      if (milliseconds % kMillisecondsADay != 0) return std::nullopt;
      return static_cast<To>(milliseconds / kMillisecondsADay);
    }
    if (from.unit != to.unit && !is_numeric(to.id) && !is_date(to.id)) {
      auto factor = static_cast<To>(units_per_second(to.unit) / units_per_second(from.unit));
      if (__builtin_mul_overflow(result, factor, &result)) return std::nullopt;
    }
    return result;
  }
}

template <typename To>
ColumnPtr convert(const Column& column, const TypePtr& to) {
  FixedBuilder<To> builder;
  with_values(column, [&](auto* values) {
    for (int64_t i = 0; i < column.length; ++i) {
      std::optional<To> value;
      if (column.is_valid(i)) value = converted<To>(values[i], *column.type, *to);
      if (value) {
        builder.append(*value);
      } else {
        builder.append_null();
      }
    }
  });
  return builder.finish(to);
}

bool is_null(std::span<const ColumnPtr> keys, int64_t row) {
  return std::any_of(keys.begin(), keys.end(),
                     [row](const ColumnPtr& key) { return key->is_null(row); });
}

std::vector<RowIndex> rows_by_key(std::span<const ColumnPtr> keys, int64_t rows, bool with_key) {
  std::vector<RowIndex> found;
  bool all_have = std::all_of(keys.begin(), keys.end(),
                              [](const ColumnPtr& key) { return key->null_count == 0; });
  if (all_have && !with_key) return found;
  for (int64_t i = 0; i < rows; ++i) {
    if (all_have || is_null(keys, i) != with_key) found.push_back(static_cast<RowIndex>(i));
  }
  return found;
}

}  // namespace

std::vector<RowIndex> rows_with_key(std::span<const ColumnPtr> keys, int64_t rows) {
  return rows_by_key(keys, rows, true);
}

std::vector<RowIndex> rows_without_key(std::span<const ColumnPtr> keys, int64_t rows) {
  return rows_by_key(keys, rows, false);
}

TypePtr common_key_type(const Field& left, const Field& right) {
  require_key_type(left);
  require_key_type(right);
  TypePtr common = common_type(left.type, right.type);
  if (common) return common;
  throw Error(
      fmt::format("'{}' of the left input is {}, '{}' of the right one is {}: cast one "
                  "of them with pproject",
                  left.name, left.type->to_string(), right.name, right.type->to_string()));
}

ColumnPtr to_key_type(const ColumnPtr& column, const TypePtr& common) {
  if (equals(*column->type, *common)) return column;
  if (column->type->id == TypeId::kNull) return make_null_column(common, column->length);
  switch (common->id) {
    case TypeId::kUint64:
      return convert<uint64_t>(*column, common);
    case TypeId::kFloat64:
      return convert<double>(*column, common);
    case TypeId::kDecimal128:
      return convert<int128_t>(*column, common);
    case TypeId::kDate32:
    case TypeId::kTime32:
      return convert<int32_t>(*column, common);
    default:
      break;
  }
  PENSTOCK_CHECK(fixed_width(*common) == 8);
  return convert<int64_t>(*column, common);
}

}  // namespace penstock
