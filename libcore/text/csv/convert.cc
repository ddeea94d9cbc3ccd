#include "libcore/text/csv/convert.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"
#include "libcore/data/binary_text.h"
#include "libcore/data/number/decimal.h"
#include "libcore/data/value_text.h"
#include "libcore/text/csv/conversion.h"
#include "libcore/text/csv/inference.h"
#include "libcore/text/csv/records.h"
#include "libcore/text/number_form.h"
#include "libcore/text/text_number.h"

namespace penstock {
namespace {

// Converts a field that the quick way did not accept: null, quoted, of an unusual form, or wrong.
// Is kept out of line, so that the loop around the quick way stays small.
template <typename T, typename Parse>
[[gnu::noinline]] void convert_slowly(CsvConversion& job, int64_t row, std::string_view field,
                                      const Parse& parse, T& out) {
  out = T{};
  if (job.is_null(field)) {
    job.nulls.mark(row);
    return;
  }
  std::optional<T> value;
  if (auto text = job.value_text(field)) value = parse(*text);
  if (value) {
    out = *value;
  } else {
    job.fail(row);
  }
}

// `quick` takes most fields or returns false; `parse` decides on the others.
// The two are apart because of speed alone. A quick reader handles the plain form that nearly all
// fields have, without quotes, in words of eight bytes. It may refuse anything, but what it takes
// must be what `parse` would have given: the same value whichever of the two reads it.
template <typename T, typename Quick, typename Parse>
MutableBuffer convert_values(CsvConversion& job, const Quick& quick, const Parse& parse) {
  const int64_t rows = job.chunk.rows;
  MutableBuffer values(rows * static_cast<int64_t>(sizeof(T)));
  T* out = values.as<T>();
  // Copies: through `job` the compiler would load them again after every store to `out`, which
  // might change them for all that it knows.
  const CsvChunkView chunk = job.chunk;
  const CsvColumnView column = job.column;
  // What the quick way takes might be a null here, or another number.
  if (job.own_numbers || chunk.style->nulls_may_be_values()) {
    for (int64_t row = 0; row < rows; ++row)
      convert_slowly(job, row, field_at(chunk, column, row), parse, out[row]);
    return values;
  }
  for (int64_t row = 0; row < rows; ++row) {
    const std::string_view field = field_at(chunk, column, row);
    const auto* text = reinterpret_cast<const uint8_t*>(field.data());
    if (!quick(text, static_cast<int64_t>(field.size()), out[row])) [[unlikely]] {
      convert_slowly(job, row, field, parse, out[row]);
    }
  }
  return values;
}

template <typename T, typename Quick, typename Parse>
ColumnPtr fixed_column(CsvConversion& job, const Quick& quick, const Parse& parse) {
  MutableBuffer values = convert_values<T>(job, quick, parse);
  return make_column(job.type, job.chunk.rows, values.freeze(), job.nulls.finish());
}

template <typename T>
ColumnPtr integer_column(CsvConversion& job) {
  auto quick = [](const uint8_t* text, int64_t length, T& out) {
    // Every width is read as int64 and narrowed: one reader is tuned, and a value beyond T goes on
    // to `parse`, which refuses it.
    int64_t value = 0;
    if (!quick_int64(text, length, value) || !std::in_range<T>(value)) return false;
    out = static_cast<T>(value);
    return true;
  };
  auto parse = [](std::string_view text) -> std::optional<T> {
    if constexpr (std::is_same_v<T, uint64_t>) {
      return parse_uint64(text);
    } else {
      auto value = parse_int64(text);
      if (!value || !std::in_range<T>(*value)) return std::nullopt;
      return static_cast<T>(*value);
    }
  };
  return fixed_column<T>(job, quick, parse);
}

// Whether the digits begin with a zero that the value would lose, "-0" apart. Reads two bytes.
[[gnu::always_inline]] inline bool has_zero_in_front(const uint8_t* text) {
  text += *text == '-' ? 1 : 0;
  return text[0] == '0' && static_cast<uint8_t>(text[1] - '0') < 10;
}

// A value of an inferred column is read exactly when it would have kept the guess: 007 in a column
// of int64 is an error that names --types, and not 7.
// With a --date-format, digits may be a date, so that the quick way is not used.
ColumnPtr inferred_int64_column(CsvConversion& job) {
  const DateFormat* const format = job.format;
  auto quick = [format](const uint8_t* text, int64_t length, int64_t& out) {
    // "-0" is refused here and by is_plain_integer(): as an int64 it would lose its sign. "0" alone
    // is plain.
    if (!quick_int64(text, length, out) || format != nullptr) return false;
    return text[*text == '-' ? 1 : 0] != '0' || length == 1;
  };
  auto parse = [format, &job](std::string_view text) -> std::optional<int64_t> {
    auto value = parse_int64(text);
    bool taken = value && (format == nullptr ? is_plain_integer(text)
                                             : TypeGuess::takes(text, *job.type, format));
    return taken ? value : std::nullopt;
  };
  return fixed_column<int64_t>(job, quick, parse);
}

ColumnPtr inferred_float64_column(CsvConversion& job) {
  const DateFormat* const format = job.format;
  auto quick = [format](const uint8_t* text, int64_t length, double& out) {
    return quick_float64(text, length, out) && format == nullptr && !has_zero_in_front(text);
  };
  auto parse = [format, &job](std::string_view text) -> std::optional<double> {
    auto value = parse_float64(text);
    bool taken = value && ((format == nullptr && is_plain_float(text, *value)) ||
                           TypeGuess::takes(text, *job.type, format));
    return taken ? value : std::nullopt;
  };
  return fixed_column<double>(job, quick, parse);
}

ColumnPtr float32_column(CsvConversion& job) {
  auto quick = [](const uint8_t* text, int64_t length, float& out) {
    // Both numbers are exact in a float, so the quotient is rounded once.
    constexpr uint64_t kExact = uint64_t{1} << 24;
    QuickDecimal decimal;
    if (!quick_decimal(text, length, decimal) || decimal.digits > kExact) return false;
    float magnitude = static_cast<float>(decimal.digits) /
                      static_cast<float>(kPowersOfTen[static_cast<size_t>(decimal.scale)]);
    out = decimal.negative ? -magnitude : magnitude;
    return true;
  };
  return fixed_column<float>(job, quick, parse_float32);
}

ColumnPtr float64_column(CsvConversion& job) {
  auto quick = [](const uint8_t* text, int64_t length, double& out) {
    return quick_float64(text, length, out);
  };
  return fixed_column<double>(job, quick, parse_float64);
}

template <TypeOrigin kOrigin>
ColumnPtr decimal_column(CsvConversion& job) {
  constexpr bool kInferred = kOrigin == TypeOrigin::kInferred;
  const int32_t precision = job.type->precision;
  const int32_t scale = job.type->scale;
  // quick_decimal() reads at most 8 digits after the point, hence 9 entries.
  // By digits after the point: the factor for the digits, and the most that they may be.
  std::array<int128_t, 9> factor{};
  std::array<int128_t, 9> most{};
  for (int32_t digits = 0; digits <= std::min(scale, 8); ++digits) {
    auto i = static_cast<size_t>(digits);
    factor[i] = power_of_ten(scale - digits);
    most[i] = (power_of_ten(precision) - 1) / factor[i];
  }
  // Inference counts the digits before the point, also a zero there.
  constexpr int32_t kMostQuickWhole = 8;
  // A column of so few digits in front of the point could be one whose sample had them all: each
  // value goes by the exact rule.
  bool rare = kInferred && (job.format != nullptr || precision - scale < kMostQuickWhole);
  auto quick = [&factor, &most, scale, rare](const uint8_t* text, int64_t length, int128_t& out) {
    QuickDecimal decimal;
    if (!quick_decimal(text, length, decimal) || decimal.scale > scale) return false;
    if (kInferred && (rare || has_zero_in_front(text))) return false;
    auto i = static_cast<size_t>(decimal.scale);
    int128_t magnitude = decimal.digits;
    if (magnitude > most[i]) return false;
    magnitude *= factor[i];
    out = decimal.negative ? -magnitude : magnitude;
    return true;
  };
  auto parse = [precision, scale, &job](std::string_view text) -> std::optional<int128_t> {
    auto value = parse_decimal(text, precision, scale);
    if (kInferred && value && !TypeGuess::takes(text, *job.type, job.format)) return std::nullopt;
    return value;
  };
  return fixed_column<int128_t>(job, quick, parse);
}

ColumnPtr date_column(CsvConversion& job) {
  const DateFormat* const format = job.format;
  if (format != nullptr && !format->has_time()) {
    auto never = [](const uint8_t*, int64_t, int32_t&) { return false; };
    auto parse = [format](std::string_view text) { return format->parse_days(text); };
    return fixed_column<int32_t>(job, never, parse);
  }
  // Lambdas, because functions passed by address are called, not inlined.
  auto quick = [](const uint8_t* text, int64_t length, int32_t& out) {
    return quick_date(text, length, out);
  };
  return fixed_column<int32_t>(job, quick, parse_date);
}

ColumnPtr timestamp_column(CsvConversion& job) {
  const DateFormat* format = job.format;
  const bool has_zone = !job.type->zone.empty();
  const TimeUnit unit = job.type->unit;
  // A format without a time of day is one for dates; timestamps then keep to ISO 8601.
  if (format != nullptr && !format->has_time()) format = nullptr;
  auto never = [](const uint8_t*, int64_t, int64_t&) { return false; };
  auto parse = [format, has_zone, unit](std::string_view text) -> std::optional<int64_t> {
    // An offset where the type has no zone would be dropped, and none where it has one would be
    // guessed: both are errors.
    auto parsed = format != nullptr ? format->parse(text) : parse_timestamp(text);
    if (!parsed || parsed->offset_seconds.has_value() != has_zone) return std::nullopt;
    return to_unit(*parsed, unit);
  };
  return fixed_column<int64_t>(job, never, parse);
}

ColumnPtr bool_column(CsvConversion& job) {
  auto quick = [](const uint8_t* text, int64_t length, uint8_t& out) {
    // One bit is the difference between a letter's two cases, and no other byte becomes a letter of
    // these words by it.
    uint64_t word = load_eight(text) | 0x2020202020202020;
    if (length == 4 && (word & 0xFFFFFFFF) == 0x65757274) {  // "true"
      out = 1;
      return true;
    }
    out = 0;
    return length == 5 && (word & 0xFFFFFFFFFF) == 0x65736C6166;  // "false"
  };
  auto parse = [&quick](std::string_view text) -> std::optional<uint8_t> {
    std::array<uint8_t, 8> copy{};
    if (text.size() > copy.size()) return std::nullopt;
    std::memcpy(copy.data(), text.data(), text.size());
    uint8_t value = 0;
    if (!quick(copy.data(), static_cast<int64_t>(text.size()), value)) return std::nullopt;
    return value;
  };
  // Bytes first and bits afterwards: setting single bits between the fields would make each store
  // depend on the one before.
  MutableBuffer bytes = convert_values<uint8_t>(job, quick, parse);
  MutableBuffer bits = make_bitmap(job.chunk.rows, false);
  for (int64_t row = 0; row < job.chunk.rows; ++row) {
    if (bytes.data()[row] != 0) set_bit(bits.data(), row);
  }
  return make_column(job.type, job.chunk.rows, bits.freeze(), job.nulls.finish());
}

// Types without a loop of their own.
ColumnPtr other_column(CsvConversion& job) {
  const int64_t width = fixed_width(*job.type);
  MutableBuffer values;
  values.reserve(width * job.chunk.rows);
  for (int64_t row = 0; row < job.chunk.rows; ++row) {
    std::string_view field = field_at(job.chunk, job.column, row);
    const bool is_null = job.is_null(field);
    if (!is_null) {
      auto text = job.value_text(field);
      if (text && append_parsed(values, *job.type, *text)) continue;
    }
    values.resize_zeroed(width * (row + 1));
    if (is_null) {
      job.nulls.mark(row);
    } else {
      job.fail(row);
    }
  }
  return make_column(job.type, job.chunk.rows, values.freeze(), job.nulls.finish());
}

int64_t field_bytes(const CsvConversion& job) {
  const int32_t* slots = job.chunk.positions;
  int64_t total = 0;
  for (int64_t row = 0; row < job.chunk.rows; ++row, slots += job.chunk.stride) {
    total += slots[job.column.end_slot] - slots[job.column.start_slot];
  }
  return total;
}

bool is_clean_text(std::string_view text) {
  return text.find('\0') == text.npos && is_utf8(text);
}

// Short fields are copied as this many bytes whatever their length.
constexpr int64_t kCopyBytes = 32;

// Text of a dialect in which the bytes between a field's quotes may not be its text.
template <typename Offset>
ColumnPtr rare_bytes_column(CsvConversion& job) {
  const bool check = job.chunk.check_text && is_text(job.type->id);
  MutableBuffer offsets;
  MutableBuffer values;
  offsets.push(Offset{0});
  for (int64_t row = 0; row < job.chunk.rows; ++row) {
    const std::string_view field = field_at(job.chunk, job.column, row);
    std::string_view text;
    if (job.is_null(field)) {
      job.nulls.mark(row);
    } else if (text = job.text_of(field); check && !is_clean_text(text)) {
      job.fail(row);
      text = {};
    }
    values.append(text.data(), std::ssize(text));
    offsets.push(static_cast<Offset>(values.size()));
  }
  return make_bytes_column(job.type, job.chunk.rows, offsets.freeze(), values.freeze(),
                           job.nulls.finish());
}

template <typename Offset>
ColumnPtr bytes_column(CsvConversion& job) {
  const CsvDialect& dialect = *job.chunk.dialect;
  if (dialect.escape != '\0' || !job.chunk.style->nulls.empty()) {
    return rare_bytes_column<Offset>(job);
  }
  const int64_t rows = job.chunk.rows;
  const bool check = job.chunk.check_text && is_text(job.type->id);
  const bool empty_is_null = !dialect.lines;
  const bool quotes = dialect.quotes;
  const char quote = dialect.quote;
  MutableBuffer offsets((rows + 1) * static_cast<int64_t>(sizeof(Offset)));
  MutableBuffer values;
  // An upper bound, so that nothing grows within the loop: unquoting only shortens a field.
  values.resize(field_bytes(job) + kCopyBytes);
  auto* offset = offsets.as<Offset>();
  uint8_t* const begin = values.data();
  uint8_t* out = begin;
  const CsvChunkView chunk = job.chunk;
  const CsvColumnView column = job.column;
  offset[0] = 0;
  for (int64_t row = 0; row < rows; ++row) {
    std::string_view field = field_at(chunk, column, row);
    if (quotes && field.starts_with(quote)) {
      // If no quote of the chunk is doubled, a field is what stands between its quotes, and is not
      // copied.
      if (chunk.doubled) {
        field = job.text_of(field);
      } else {
        field = field.substr(1, field.size() - 2);
      }
    } else if (field.empty() && empty_is_null) {
      job.nulls.mark(row);
    }
    if (check && !is_clean_text(field)) [[unlikely]] {
      job.fail(row);
      field = field.substr(0, 0);
    }
    const auto size = static_cast<int64_t>(field.size());
    // Only the chunk has bytes to spare after a field; `scratch` has not.
    if (size <= kCopyBytes && field.data() != job.scratch.data()) [[likely]] {
      std::memcpy(out, field.data(), static_cast<size_t>(kCopyBytes));
    } else {
      std::memcpy(out, field.data(), field.size());
    }
    out += size;
    // Fits: a chunk has less than 2 GiB (index.cc checks it), and a text is at most its field.
    offset[row + 1] = static_cast<Offset>(out - begin);
  }
  values.resize(out - begin);
  return make_bytes_column(job.type, rows, offsets.freeze(), values.freeze(), job.nulls.finish());
}

template <typename Offset>
ColumnPtr binary_column(CsvConversion& job) {
  const int64_t rows = job.chunk.rows;
  MutableBuffer offsets((rows + 1) * static_cast<int64_t>(sizeof(Offset)));
  MutableBuffer values;
  values.resize(field_bytes(job));
  auto* offset = offsets.as<Offset>();
  int64_t size = 0;
  offset[0] = 0;
  for (int64_t row = 0; row < rows; ++row) {
    std::string_view field = field_at(job.chunk, job.column, row);
    if (job.is_null(field)) {
      job.nulls.mark(row);
    } else {
      std::string_view text = job.text_of(field);
      std::optional<int64_t> bytes = read_binary_text(text, values.data() + size);
      if (bytes) {
        size += *bytes;
      } else {
        job.fail(row);
      }
    }
    offset[row + 1] = static_cast<Offset>(size);
  }
  values.resize(size);
  return make_bytes_column(job.type, rows, offsets.freeze(), values.freeze(), job.nulls.finish());
}

}  // namespace

bool is_text_readable(const Type& type) {
  return is_variable_bytes(type.id) || is_parseable(type);
}

ColumnPtr convert_column(const CsvChunkView& chunk, const CsvColumnView& column,
                         const TypePtr& type, TypeOrigin origin, const DateFormat* format,
                         std::vector<int64_t>& failed) {
  PENSTOCK_CHECK(is_text_readable(*type));
  const bool inferred = origin == TypeOrigin::kInferred;
  const bool is_number = is_integer(type->id) || is_float(type->id) || is_decimal(type->id);
  CsvConversion job{chunk,
                    column,
                    type,
                    format,
                    CsvNulls(chunk.rows),
                    failed,
                    is_number && chunk.style->has_own_numbers(),
                    inferred,
                    {},
                    {}};
  switch (type->id) {
    case TypeId::kBool:
      return bool_column(job);
    case TypeId::kInt8:
      return integer_column<int8_t>(job);
    case TypeId::kInt16:
      return integer_column<int16_t>(job);
    case TypeId::kInt32:
      return integer_column<int32_t>(job);
    case TypeId::kInt64:
      return inferred ? inferred_int64_column(job) : integer_column<int64_t>(job);
    case TypeId::kUint8:
      return integer_column<uint8_t>(job);
    case TypeId::kUint16:
      return integer_column<uint16_t>(job);
    case TypeId::kUint32:
      return integer_column<uint32_t>(job);
    case TypeId::kUint64:
      return integer_column<uint64_t>(job);
    case TypeId::kFloat32:
      return float32_column(job);
    case TypeId::kFloat64:
      return inferred ? inferred_float64_column(job) : float64_column(job);
    case TypeId::kDecimal128:
      return inferred ? decimal_column<TypeOrigin::kInferred>(job)
                      : decimal_column<TypeOrigin::kDeclared>(job);
    case TypeId::kDate32:
      return date_column(job);
    case TypeId::kTimestamp:
      return timestamp_column(job);
    case TypeId::kUtf8:
      return bytes_column<int32_t>(job);
    case TypeId::kLargeUtf8:
      return bytes_column<int64_t>(job);
    // A line stands for its own bytes.
    case TypeId::kBinary:
      return chunk.dialect->lines ? bytes_column<int32_t>(job) : binary_column<int32_t>(job);
    case TypeId::kLargeBinary:
      return chunk.dialect->lines ? bytes_column<int64_t>(job) : binary_column<int64_t>(job);
    default:
      return other_column(job);
  }
}

}  // namespace penstock
