#include <cctype>

#include "libcore/base/number.h"
#include "libcore/base/utf8.h"
#include "libcore/data/binary_text.h"
#include "libcore/data/builder.h"
#include "libcore/data/datetime.h"
#include "libcore/data/number/decimal_rounding.h"
#include "libcore/data/value_text.h"
#include "libcore/expr/cast.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/time/date_advice.h"
#include "libcore/expr/time/interval.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

std::string_view trimmed(std::string_view text) {
  auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

bool equals_folded(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20 : text[i]) != lower[i]) return false;
  }
  return true;
}

// PostgreSQL's words for truth.
std::optional<bool> parse_bool(std::string_view text) {
  for (std::string_view word : {"true", "t", "yes", "y", "on", "1"}) {
    if (equals_folded(text, word)) return true;
  }
  for (std::string_view word : {"false", "f", "no", "n", "off", "0"}) {
    if (equals_folded(text, word)) return false;
  }
  return std::nullopt;
}

// A date alone is midnight if the type has no zone.
bool parse_date_as_timestamp(std::string_view text, const Type& type, MutableBuffer& values) {
  std::optional<int32_t> days = parse_date(text);
  if (!days || !type.zone.empty()) return false;
  std::optional<int64_t> value = to_unit({int64_t{*days} * 86400, 0, std::nullopt}, type.unit);
  if (!value) return false;
  values.push(*value);
  return true;
}

std::string why_not(std::string_view text, const Type& type) {
  std::string message = "'" + printable(text) + "' is not a valid " + type_name(type);
  if (type.id == TypeId::kTimestamp) {
    bool has_zone = false;
    if (auto parsed = parse_timestamp(trimmed(text))) has_zone = parsed->offset_seconds.has_value();
    if (type.zone.empty() && has_zone) message += ": it names a zone; cast it to timestamptz";
    if (!type.zone.empty() && !has_zone) {
      return message + ": it needs a zone, as in 2024-05-01T10:00Z";
    }
    if (type.zone.empty() && has_zone) return message;
  }
  const bool has_date = type.id == TypeId::kDate32 || type.id == TypeId::kTimestamp;
  if (has_date) message += date_advice(text);
  return message;
}

ColumnPtr text_to_fixed(const KernelCall& call) {
  Reader<std::string_view> texts(call.arguments[0]);
  const Type& type = *call.type();
  int64_t width = type.id == TypeId::kBool ? 1 : fixed_width(type);
  MutableBuffer values;
  values.reserve(call.rows * width);
  for (int64_t i = 0; i < call.rows; ++i) {
    if (!call.is_valid(i)) {
      values.resize_zeroed(values.size() + width);
    } else if (!parse_value(texts[i], type, values)) {
      call.fail(why_not(texts[i], type));
    }
  }
  if (type.id != TypeId::kBool) return fixed_result(call, std::move(values));
  const uint8_t* flags = values.data();
  return bool_result(call, make_bits(call.rows, [&](int64_t i) { return flags[i] != 0; }));
}

// As PostgreSQL casts: digits beyond the scale are rounded away, half away from zero.
ColumnPtr text_to_decimal(const KernelCall& call) {
  const Type& type = *call.type();
  return map_rows<int128_t, std::string_view>(call, [&](std::string_view text) {
    std::optional<DecimalReading> reading = read_decimal(trimmed(text), type.precision, type.scale);
    if (!reading && parse_float64(trimmed(text)).has_value()) {
      call.fail(std::string(trimmed(text)) + " is out of range for " + type_name(type));
    }
    if (!reading) call.fail(why_not(text, type));
    return reading->value;
  });
}

ColumnPtr anything_to_text(const KernelCall& call) {
  const Operand& operand = call.arguments[0];
  BytesBuilder builder;
  std::string text;
  for (int64_t i = 0; i < call.rows; ++i) {
    if (!call.is_valid(i)) {
      builder.append_null();
      continue;
    }
    text.clear();
    if (operand.column->type->id == TypeId::kIntervalMonthDayNano) {
      append_interval(text, Reader<Interval>(operand)[i]);
    } else {
      append_text(text, *operand.column, operand.constant ? 0 : i);
    }
    builder.append(text);
  }
  return builder.finish(utf8_type());
}

ColumnPtr text_to_binary(const KernelCall& call) {
  std::string bytes;
  return map_text<std::string_view>(call, [&](std::string_view text, TextOut& out) {
    bytes.resize(text.size());
    auto* to = reinterpret_cast<uint8_t*>(bytes.data());
    std::optional<int64_t> size = read_binary_text(text, to);
    if (!size) call.fail(why_not(text, *call.type()));
    out.append(std::string_view(bytes).substr(0, static_cast<size_t>(*size)));
  });
}

ColumnPtr binary_to_text(const KernelCall& call) {
  Reader<std::string_view> bytes(call.arguments[0]);
  for (int64_t i = 0; i < call.rows; ++i) {
    if (call.is_valid(i) && !is_utf8(bytes[i])) {
      call.fail("'" + printable(bytes[i]) + "' is not valid UTF-8");
    }
  }
  const Column& binary = *call.arguments[0].column;
  // Values under a null may be any bytes, but text must be valid everywhere.
  if (binary.null_count != 0) {
    return map_text<std::string_view>(call,
                                      [](std::string_view b, TextOut& out) { out.append(b); });
  }
  return make_bytes_column(utf8_type(), binary.length, binary.offsets, binary.values);
}

}  // namespace

bool parse_value(std::string_view raw, const Type& type, MutableBuffer& values) {
  std::string_view text = trimmed(raw);
  if (type.id == TypeId::kBool) {
    std::optional<bool> value = parse_bool(text);
    if (value) values.push(static_cast<uint8_t>(*value ? 1 : 0));
    return value.has_value();
  }
  if (type.id == TypeId::kIntervalMonthDayNano) {
    std::optional<Interval> value = parse_interval(raw);
    if (value) values.push(*value);
    return value.has_value();
  }
  if (fixed_width(type) == 0) return false;
  if (append_parsed(values, type, text)) return true;
  if (type.id == TypeId::kDecimal128) {
    std::optional<DecimalReading> reading = read_decimal(text, type.precision, type.scale);
    if (!reading || !reading->exact) return false;
    values.push(reading->value);
    return true;
  }
  return type.id == TypeId::kTimestamp && parse_date_as_timestamp(text, type, values);
}

ColumnPtr parse_constant(std::string_view text, const TypePtr& type) {
  MutableBuffer values;
  if (!parse_value(text, *type, values)) return nullptr;
  return make_column(type, 1, values.freeze());
}

Cast find_text_cast(const TypePtr& from, const TypePtr& to) {
  if (to->id == TypeId::kUtf8) {
    if (from->id == TypeId::kBinary) return {binary_to_text, true};
    return {anything_to_text, false};
  }
  if (from->id != TypeId::kUtf8) return {};
  if (to->id == TypeId::kBinary) return {text_to_binary, true};
  if (to->id == TypeId::kDecimal128) return {text_to_decimal, true};
  bool known = to->id == TypeId::kBool || to->id == TypeId::kIntervalMonthDayNano ||
               (fixed_width(*to) != 0 && to->id != TypeId::kFixedSizeBinary);
  return known ? Cast{text_to_fixed, true} : Cast{};
}

}  // namespace penstock
