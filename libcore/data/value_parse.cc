// Values from text.
#include <limits>

#include "libcore/base/number.h"
#include "libcore/data/binary_text.h"
#include "libcore/data/datetime.h"
#include "libcore/data/number/decimal.h"
#include "libcore/data/number/float16.h"
#include "libcore/data/value_text.h"

namespace penstock {
namespace {

template <typename T>
bool push(MutableBuffer& values, T value) {
  values.push(value);
  return true;
}

// The empty optional stands for text that is not a value.
template <typename T, typename Parsed>
bool push_within(MutableBuffer& values, std::optional<Parsed> value) {
  if (!value || *value < std::numeric_limits<T>::min() || *value > std::numeric_limits<T>::max()) {
    return false;
  }
  return push(values, static_cast<T>(*value));
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

bool push_bool(MutableBuffer& values, std::string_view text) {
  if (equals_ignoring_case(text, "true")) return push(values, uint8_t{1});
  if (equals_ignoring_case(text, "false")) return push(values, uint8_t{0});
  return false;
}

bool push_half(MutableBuffer& values, std::string_view text) {
  std::optional<float> value = parse_float32(text);
  if (!value) return false;
  std::optional<uint16_t> half = half_from_float(*value);
  return half && push(values, *half);
}

bool push_decimal256(MutableBuffer& values, const Type& type, std::string_view text) {
  uint8_t bytes[32];
  if (!parse_decimal256(text, type.precision, type.scale, bytes)) return false;
  values.append(bytes, sizeof bytes);
  return true;
}

bool push_time(MutableBuffer& values, const Type& type, std::string_view text) {
  std::optional<int64_t> nanoseconds = parse_time(text);
  if (!nanoseconds) return false;
  int64_t below = 1'000'000'000 / units_per_second(type.unit);
  if (*nanoseconds % below != 0) return false;
  int64_t value = *nanoseconds / below;
  if (type.id == TypeId::kTime32) return push(values, static_cast<int32_t>(value));
  return push(values, value);
}

bool push_timestamp(MutableBuffer& values, const Type& type, std::string_view text) {
  std::optional<ParsedTimestamp> parsed = parse_timestamp(text);
  if (!parsed || parsed->offset_seconds.has_value() == type.zone.empty()) return false;
  std::optional<int64_t> value = to_unit(*parsed, type.unit);
  return value && push(values, *value);
}

bool push_fixed_bytes(MutableBuffer& values, int64_t width, std::string_view text) {
  auto size = static_cast<int64_t>(text.size());
  if (size == width) {
    values.append(text.data(), width);
    return true;
  }
  if (size != 2 + 2 * width || !text.starts_with("\\x")) return false;
  const int64_t before = values.size();
  values.resize(before + size);
  bool reads = read_binary_text(text, values.data() + before).has_value();
  values.resize(reads ? before + width : before);
  return reads;
}

}  // namespace

bool is_parseable(const Type& type) {
  switch (type.id) {
    case TypeId::kIntervalMonths:
    case TypeId::kIntervalDayTime:
    case TypeId::kIntervalMonthDayNano:
      return false;
    default:
      return type.id >= TypeId::kBool && type.id <= TypeId::kFixedSizeBinary &&
             !is_variable_bytes(type.id);
  }
}

bool append_parsed(MutableBuffer& values, const Type& type, std::string_view text) {
  switch (type.id) {
    case TypeId::kBool:
      return push_bool(values, text);
    case TypeId::kInt8:
      return push_within<int8_t>(values, parse_int64(text));
    case TypeId::kInt16:
      return push_within<int16_t>(values, parse_int64(text));
    case TypeId::kInt32:
      return push_within<int32_t>(values, parse_int64(text));
    case TypeId::kInt64:
      return push_within<int64_t>(values, parse_int64(text));
    case TypeId::kUint8:
      return push_within<uint8_t>(values, parse_uint64(text));
    case TypeId::kUint16:
      return push_within<uint16_t>(values, parse_uint64(text));
    case TypeId::kUint32:
      return push_within<uint32_t>(values, parse_uint64(text));
    case TypeId::kUint64:
      return push_within<uint64_t>(values, parse_uint64(text));
    case TypeId::kFloat16:
      return push_half(values, text);
    case TypeId::kFloat32: {
      std::optional<float> value = parse_float32(text);
      return value && push(values, *value);
    }
    case TypeId::kFloat64: {
      std::optional<double> value = parse_float64(text);
      return value && push(values, *value);
    }
    case TypeId::kDecimal128: {
      std::optional<int128_t> value = parse_decimal(text, type.precision, type.scale);
      return value && push(values, *value);
    }
    case TypeId::kDecimal256:
      return push_decimal256(values, type, text);
    case TypeId::kDate32: {
      std::optional<int32_t> days = parse_date(text);
      return days && push(values, *days);
    }
    case TypeId::kDate64: {
      std::optional<int32_t> days = parse_date(text);
      return days && push(values, *days * kSecondsPerDay * 1000);
    }
    case TypeId::kTime32:
    case TypeId::kTime64:
      return push_time(values, type, text);
    case TypeId::kTimestamp:
      return push_timestamp(values, type, text);
    case TypeId::kDuration: {
      std::optional<int64_t> value = parse_duration(text, type.unit);
      return value && push(values, *value);
    }
    case TypeId::kFixedSizeBinary:
      return push_fixed_bytes(values, type.width, text);
    default:
      return false;
  }
}

}  // namespace penstock
