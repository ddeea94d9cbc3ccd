#include "libcore/text/csv/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "libcore/base/number.h"
#include "libcore/base/utf8.h"
#include "libcore/data/datetime.h"
#include "libcore/data/number/decimal.h"
#include "libcore/data/value_text.h"
#include "libcore/text/number_form.h"

namespace penstock {
namespace {

struct Fault {
  std::string reason;
  std::string better;  // a type that takes the value
};

bool is_whole_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Fault integer_fault(std::string_view text, const Type& type) {
  if (!is_whole_number(text)) {
    return {"is not an integer", parse_float64(text) ? "float64" : "text"};
  }
  std::string reason = "does not fit " + type.to_string();
  if (parse_int64(text)) return {reason, "int64"};
  if (parse_uint64(text)) return {reason, "uint64"};
  return {reason, parse_decimal(text, kMaxDecimalPrecision, 0) ? "decimal(38,0)" : "text"};
}

Fault float_fault(std::string_view text, const Type& type) {
  if (text.find_first_not_of("+-.0123456789eE") == text.npos &&
      text.find_first_of("0123456789") != text.npos && text.find_first_of("eE") != text.npos) {
    return {"does not fit " + type.to_string(), parse_float64(text) ? "float64" : "text"};
  }
  return {"is not a number", "text"};
}

Fault decimal_fault(std::string_view text, const Type& type) {
  for (int32_t scale = type.scale; scale <= kMaxDecimalPrecision; ++scale) {
    if (parse_decimal(text, kMaxDecimalPrecision, scale)) {
      return {"does not fit " + type.to_string(), fmt::format("decimal(38,{})", scale)};
    }
  }
  if (parse_float64(text)) return {"does not fit " + type.to_string(), "float64"};
  return {"is not a number", "text"};
}

Fault date_fault(std::string_view text, const DateFormat* format) {
  if (format != nullptr && !format->has_time()) {
    return {"is not a date (" + format->text() + ")", "text"};
  }
  std::string better = "text";
  if (auto stamp = parse_timestamp(text))
    better = stamp->offset_seconds ? "timestamptz" : "timestamp";
  return {"is not a date (YYYY-MM-DD)", better};
}

Fault timestamp_fault(std::string_view text, const Type& type, const DateFormat* format) {
  bool other_form = format != nullptr && format->has_time();
  auto stamp = other_form ? format->parse(text) : parse_timestamp(text);
  if (!stamp) {
    return {other_form ? "is not a timestamp (" + format->text() + ")"
                       : "is not a timestamp (YYYY-MM-DD HH:MM:SS)",
            "text"};
  }
  if (type.zone.empty() && stamp->offset_seconds) {
    return {"has a zone offset, which a " + type.to_string() + " cannot hold", "timestamptz"};
  }
  if (!type.zone.empty() && !stamp->offset_seconds) return {"has no zone offset", "text"};
  bool finer = type.unit != TimeUnit::kNano && to_unit(*stamp, TimeUnit::kNano);
  return {"does not fit " + type.to_string(),
          finer && type.zone.empty() ? "timestamp[ns]" : "text"};
}

Fault text_fault(std::string_view text) {
  return {text.find('\0') != text.npos ? "has a NUL byte" : "is not valid UTF-8", "binary"};
}

// Returns what the type would make of a text that it can represent; empty when it cannot.
std::string bent_text(std::string_view text, const Type& type) {
  std::string bent;
  if (type.id == TypeId::kInt64) {
    if (auto value = parse_int64(text)) bent = fmt::format("{}", *value);
  } else if (type.id == TypeId::kFloat64) {
    if (auto value = parse_float64(text)) append_float64(bent, *value);
  } else if (type.id == TypeId::kDecimal128) {
    auto value = parse_decimal(text, type.precision, type.scale);
    if (value) append_decimal(bent, *value, type.scale);
  }
  return bent;
}

// A value that a declared type would take, but inference did not; empty when there is another
// fault.
std::optional<Fault> bent_fault(std::string_view text, const Type& type, const DateFormat* format) {
  std::string bent = bent_text(text, type);
  if (bent.empty()) return std::nullopt;
  std::string name = type.to_string();
  if (format != nullptr && format->parse(text)) {
    return Fault{"is a date (" + format->text() + "), not a number", "text"};
  }
  NumberForm form = number_form(text);
  bool counts = form == NumberForm::kLong || form == NumberForm::kInteger;
  if (type.id == TypeId::kFloat64 && counts) return Fault{"would lose digits as " + name, "text"};
  std::string better = form == NumberForm::kFloat && type.id == TypeId::kInt64 ? "float64" : "text";
  return Fault{fmt::format("would become {} as {}", bent, name), better};
}

Fault fault_of(std::string_view text, const Type& type, const DateFormat* format) {
  if (is_integer(type.id)) return integer_fault(text, type);
  if (is_float(type.id)) return float_fault(text, type);
  if (is_text(type.id)) return text_fault(text);
  switch (type.id) {
    case TypeId::kDecimal128:
      return decimal_fault(text, type);
    case TypeId::kDate32:
      return date_fault(text, format);
    case TypeId::kTimestamp:
      return timestamp_fault(text, type, format);
    case TypeId::kTime32:
    case TypeId::kTime64:
      return {"is not a time (HH:MM:SS)", "text"};
    case TypeId::kBinary:
    case TypeId::kLargeBinary:
      return {"is not a binary (\\x and two hex digits a byte)", "text"};
    case TypeId::kBool:
      return {"is not a bool (true or false)", "text"};
    default:
      return {"is not a " + type.to_string(), "text"};
  }
}

}  // namespace

CsvProblem describe_fault(std::string_view text, const std::string& column, const Type& type,
                          TypeOrigin origin, const DateFormat* format, const ValueStyle& style) {
  const bool is_number = is_integer(type.id) || is_float(type.id) || is_decimal(type.id);
  std::string scratch;
  std::string_view value = text;
  // A text that is not a number of the style is one of no type.
  if (is_number && style.has_own_numbers()) value = style.usual_number(text, scratch).value_or("?");
  std::optional<Fault> bent;
  if (origin == TypeOrigin::kInferred) bent = bent_fault(value, type, format);
  Fault fault = bent ? *std::move(bent) : fault_of(value, type, format);
  CsvProblem problem;
  problem.reason = fmt::format("'{}' {}", printable(text), fault.reason);
  const bool is_other_text = is_text(type.id) && text.find('\0') == text.npos;
  problem.advice =
      fmt::format("use {}--types {}={} or --on-error=null",
                  is_other_text ? "--encoding (as latin1), " : "", column, fault.better);
  return problem;
}

}  // namespace penstock
