#include "libcore/data/value_text.h"

#include <array>
#include <cstring>
#include <type_traits>

#include "libcore/base/number_text.h"
#include "libcore/data/datetime.h"
#include "libcore/data/dictionary.h"
#include "libcore/data/number/decimal.h"
#include "libcore/data/number/float16.h"

namespace penstock {
namespace {

constexpr int64_t kMillisPerDay = kSecondsPerDay * 1000;

template <typename Integer>
void append_integer(std::string& out, const Column& column, int64_t i) {
  Integer value = column.data<Integer>()[i];
  char text[kIntegerTextBytes];
  char* end = std::is_signed_v<Integer> ? write_int64(text, static_cast<int64_t>(value))
                                        : write_uint64(text, static_cast<uint64_t>(value));
  out.append(text, static_cast<size_t>(end - text));
}

// Arrow asks for a whole number of days, which not every writer keeps to: a time of day is shown,
// not dropped.
void append_date64(std::string& out, int64_t milliseconds) {
  if (milliseconds % kMillisPerDay != 0) {
    append_timestamp(out, milliseconds, TimeUnit::kMilli);
  } else {
    append_date(out, milliseconds / kMillisPerDay);
  }
}

void append_hex(std::string& out, std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  size_t at = out.size();
  out.resize(at + 2 * bytes.size());
  for (char c : bytes) {
    auto byte = static_cast<uint8_t>(c);
    out[at++] = kHex[byte >> 4];
    out[at++] = kHex[byte & 15];
  }
}

struct DayTime {
  int32_t days;
  int32_t milliseconds;
};
struct MonthDayNano {
  int32_t months;
  int32_t days;
  int64_t nanoseconds;
};

void append_part(std::string& out, int32_t number, char unit) {
  if (number == 0) return;
  out += std::to_string(number);
  out += unit;
}

// "P1M2DT3.5S"; parts that are zero are left out, all of them but one.
void append_interval(std::string& out, int32_t months, int32_t days, int64_t time, TimeUnit unit) {
  out += 'P';
  append_part(out, months, 'M');
  append_part(out, days, 'D');
  if (time == 0 && (months != 0 || days != 0)) return;
  // An interval of nothing is still "PT0S", and one of days alone is "P2D".
  std::string duration;
  append_duration(duration, time, unit);
  // Without its P, which the interval has already.
  out.append(duration, 1);
}

void append_any_interval(std::string& out, const Column& column, int64_t i) {
  if (column.type->id == TypeId::kIntervalMonths) {
    int32_t months = column.data<int32_t>()[i];
    if (months == 0) {
      out += "P0M";
    } else {
      append_interval(out, months, 0, 0, TimeUnit::kSecond);
    }
  } else if (column.type->id == TypeId::kIntervalDayTime) {
    DayTime value = column.data<DayTime>()[i];
    append_interval(out, 0, value.days, value.milliseconds, TimeUnit::kMilli);
  } else {
    MonthDayNano value = column.data<MonthDayNano>()[i];
    append_interval(out, value.months, value.days, value.nanoseconds, TimeUnit::kNano);
  }
}

void append_any_timestamp(std::string& out, const Column& column, int64_t i) {
  const Type& type = *column.type;
  int64_t value = column.data<int64_t>()[i];
  if (type.zone.empty()) {
    append_timestamp(out, value, type.unit);
  } else {
    append_zoned_timestamp(out, value, type.unit, type.zone);
  }
}

// The row of another column that a row of these two types refers to.
struct Place {
  const Column* column;
  int64_t row;
};

Place union_member(const Column& column, int64_t i) {
  const Type& type = *column.type;
  auto code = column.values.as<int8_t>()[i];
  // validate() has proved that each code is one of the type's, so that the last member needs no
  // test.
  // Unions have few members: a search is enough.
  size_t member = 0;
  while (member + 1 < type.type_codes.size() && type.type_codes[member] != code)
    ++member;
  int64_t row = type.id == TypeId::kSparseUnion ? i : column.offsets.as<int32_t>()[i];
  return {column.children[member].get(), row};
}

struct ListRange {
  int64_t begin;
  int64_t end;
};

ListRange list_range(const Column& column, int64_t i) {
  switch (column.type->id) {
    case TypeId::kFixedSizeList: {
      int64_t width = column.type->width;
      return {i * width, (i + 1) * width};
    }
    case TypeId::kLargeList: {
      const auto* offsets = column.offsets.as<int64_t>();
      return {offsets[i], offsets[i + 1]};
    }
    default: {
      const auto* offsets = column.offsets.as<int32_t>();
      return {offsets[i], offsets[i + 1]};
    }
  }
}

void append_json_list(std::string& out, const Column& column, int64_t i) {
  auto [begin, end] = list_range(column, i);
  out += '[';
  for (int64_t j = begin; j < end; ++j) {
    if (j > begin) out += ',';
    append_json(out, *column.children[0], j);
  }
  out += ']';
}

// A map's entry always has the keys "key" and "value", whatever its fields are called.
void append_json_map(std::string& out, const Column& column, int64_t i) {
  auto [begin, end] = list_range(column, i);
  const Column& entries = *column.children[0];
  out += '[';
  for (int64_t j = begin; j < end; ++j) {
    out += j > begin ? ",{\"key\":" : "{\"key\":";
    append_json(out, *entries.children[0], j);
    out += ",\"value\":";
    append_json(out, *entries.children[1], j);
    out += '}';
  }
  out += ']';
}

void append_json_struct(std::string& out, const Column& column, int64_t i) {
  const std::vector<Field>& fields = column.type->children;
  out += '{';
  for (size_t j = 0; j < fields.size(); ++j) {
    if (j > 0) out += ',';
    append_json_string(out, fields[j].name);
    out += ':';
    append_json(out, *column.children[j], i);
  }
  out += '}';
}

// Types whose text needs no quotes in JSON and is the same there. False for all others.
bool append_bare(std::string& out, const Column& column, int64_t i) {
  switch (column.type->id) {
    case TypeId::kBool:
      out += column.bool_at(i) ? "true" : "false";
      return true;
    case TypeId::kInt8:
      append_integer<int8_t>(out, column, i);
      return true;
    case TypeId::kInt16:
      append_integer<int16_t>(out, column, i);
      return true;
    case TypeId::kInt32:
      append_integer<int32_t>(out, column, i);
      return true;
    case TypeId::kInt64:
      append_integer<int64_t>(out, column, i);
      return true;
    case TypeId::kUint8:
      append_integer<uint8_t>(out, column, i);
      return true;
    case TypeId::kUint16:
      append_integer<uint16_t>(out, column, i);
      return true;
    case TypeId::kUint32:
      append_integer<uint32_t>(out, column, i);
      return true;
    case TypeId::kUint64:
      append_integer<uint64_t>(out, column, i);
      return true;
    case TypeId::kDecimal128:
      append_decimal(out, column.data<int128_t>()[i], column.type->scale);
      return true;
    case TypeId::kDecimal256:
      append_decimal256(out, column.values.data() + 32 * i, column.type->scale);
      return true;
    default:
      return false;
  }
}

// Dates, times and intervals: made of characters that JSON need not escape. False for all others.
bool append_time_like(std::string& out, const Column& column, int64_t i) {
  const Type& type = *column.type;
  switch (type.id) {
    case TypeId::kDate32:
      append_date(out, column.data<int32_t>()[i]);
      return true;
    case TypeId::kDate64:
      append_date64(out, column.data<int64_t>()[i]);
      return true;
    case TypeId::kTime32:
      append_time(out, column.data<int32_t>()[i], type.unit);
      return true;
    case TypeId::kTime64:
      append_time(out, column.data<int64_t>()[i], type.unit);
      return true;
    case TypeId::kTimestamp:
      append_any_timestamp(out, column, i);
      return true;
    case TypeId::kDuration:
      append_duration(out, column.data<int64_t>()[i], type.unit);
      return true;
    case TypeId::kIntervalMonths:
    case TypeId::kIntervalDayTime:
    case TypeId::kIntervalMonthDayNano:
      append_any_interval(out, column, i);
      return true;
    default:
      return false;
  }
}

bool append_float(std::string& out, const Column& column, int64_t i) {
  switch (column.type->id) {
    case TypeId::kFloat16:
      append_float32(out, float_from_half(column.data<uint16_t>()[i]));
      return true;
    case TypeId::kFloat32:
      append_float32(out, column.data<float>()[i]);
      return true;
    case TypeId::kFloat64:
      append_float64(out, column.data<double>()[i]);
      return true;
    default:
      return false;
  }
}

void append_json_float(std::string& out, const Column& column, int64_t i) {
  size_t at = out.size();
  // JSON has no number for NaN and the infinities; null would lose which it was.
  append_float(out, column, i);
  // "nan", "inf" or "-inf": all texts with a letter other than that of an exponent.
  char last = out.back();
  if (last >= '0' && last <= '9') return;
  out.insert(at, 1, '"');
  out += '"';
}

}  // namespace

void append_float64(std::string& out, double value) {
  char text[kFloatTextBytes];
  out.append(text, static_cast<size_t>(write_float64(text, value) - text));
}

void append_float32(std::string& out, float value) {
  char text[kFloatTextBytes];
  out.append(text, static_cast<size_t>(write_float32(text, value) - text));
}

// Dictionaries and unions have no text of their own: it is that of the value they refer to.
void append_text(std::string& out, const Column& column, int64_t i) {
  if (column.is_null(i) || append_bare(out, column, i)) return;
  switch (column.type->id) {
    case TypeId::kNull:
      return;
    case TypeId::kUtf8:
      out += column.bytes_at(i);
      return;
    case TypeId::kLargeUtf8:
      out += column.large_bytes_at(i);
      return;
    case TypeId::kBinary:
    case TypeId::kLargeBinary:
    case TypeId::kFixedSizeBinary:
      out += "\\x";
      append_hex(out, any_bytes_at(column, i));
      return;
    case TypeId::kFloat16:
    case TypeId::kFloat32:
    case TypeId::kFloat64:
      append_float(out, column, i);
      return;
    case TypeId::kSparseUnion:
    case TypeId::kDenseUnion: {
      Place member = union_member(column, i);
      append_text(out, *member.column, member.row);
      return;
    }
    case TypeId::kDictionary:
      append_text(out, *column.dictionary, dictionary_row(column, i));
      return;
    case TypeId::kList:
    case TypeId::kLargeList:
    case TypeId::kFixedSizeList:
    case TypeId::kStruct:
    case TypeId::kMap:
      append_json(out, column, i);
      return;
    default:
      append_time_like(out, column, i);
      return;
  }
}

void append_json(std::string& out, const Column& column, int64_t i) {
  if (column.type->id == TypeId::kNull || column.is_null(i)) {
    out += "null";
    return;
  }
  if (append_bare(out, column, i)) return;
  switch (column.type->id) {
    case TypeId::kUtf8:
    case TypeId::kLargeUtf8:
      append_json_string(out, any_bytes_at(column, i));
      return;
    case TypeId::kBinary:
    case TypeId::kLargeBinary:
    case TypeId::kFixedSizeBinary:
      out += '"';
      append_hex(out, any_bytes_at(column, i));
      out += '"';
      return;
    case TypeId::kFloat16:
    case TypeId::kFloat32:
    case TypeId::kFloat64:
      append_json_float(out, column, i);
      return;
    case TypeId::kList:
    case TypeId::kLargeList:
    case TypeId::kFixedSizeList:
      append_json_list(out, column, i);
      return;
    case TypeId::kMap:
      append_json_map(out, column, i);
      return;
    case TypeId::kStruct:
      append_json_struct(out, column, i);
      return;
    case TypeId::kSparseUnion:
    case TypeId::kDenseUnion: {
      Place member = union_member(column, i);
      append_json(out, *member.column, member.row);
      return;
    }
    case TypeId::kDictionary:
      append_json(out, *column.dictionary, dictionary_row(column, i));
      return;
    default:
      out += '"';
      append_time_like(out, column, i);
      out += '"';
      return;
  }
}

}  // namespace penstock
