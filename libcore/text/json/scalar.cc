// Strings, numbers and words as values of a JsonColumn.
#include <cmath>
#include <cstring>
#include <optional>

#include "libcore/base/ascii.h"
#include "libcore/base/number.h"
#include "libcore/data/datetime.h"
#include "libcore/data/value_text.h"
#include "libcore/text/json/column.h"
#include "libcore/text/json/inference.h"
#include "libcore/text/json/text.h"
#include "libcore/text/number_form.h"
#include "libcore/text/text_number.h"

namespace penstock {
namespace {

const uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// Whether a token that the quick readers took has the digits that JSON wants of a number: one
// before and after the point, no zero before others.
bool has_json_digits(std::string_view token) {
  size_t first = token[0] == '-' ? 1 : 0;
  if (!is_digit(token[first]) || !is_digit(token.back())) return false;
  return token[first] != '0' || first + 1 == token.size() || !is_digit(token[first + 1]);
}

// Copies eight bytes at a time, up to 16 past the end, and returns whether a backslash is among
// them.
bool copy_finding_backslash(uint8_t* out, const uint8_t* from, int64_t size) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kSlashes = kOnes * '\\';
  uint64_t found = 0;
  int64_t i = 0;
  for (; i + 8 <= size; i += 8) {
    uint64_t word = load_eight(from + i);
    std::memcpy(out + i, from + i, 8);
    uint64_t differing = word ^ kSlashes;
    found |= (differing - kOnes) & ~differing;
  }
  if (i < size) {
    uint64_t word = load_eight(from + i);
    std::memcpy(out + i, from + i, 8);
    uint64_t differing = word ^ kSlashes;
    // Bytes past the end do not count. Borrows run upwards only.
    uint64_t inside = (uint64_t{1} << (8 * (size - i))) - 1;
    found |= (differing - kOnes) & ~differing & inside;
  }
  return (found & kHighBits) != 0;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool JsonColumn::append_scalar(std::string_view token, const char*& wrong) {
  if (token.empty()) return false;
  switch (kind_) {
    case Kind::kInt64:
      if (append_int64(token)) return true;
      break;
    case Kind::kFloat64:
      if (append_float64(token)) return true;
      break;
    case Kind::kDate:
      if (append_date(token)) return true;
      break;
    case Kind::kTimestamp:
      if (append_timestamp(token)) return true;
      break;
    case Kind::kBool:
      if (append_bool(token)) return true;
      break;
    case Kind::kText: {
      std::string_view contents;
      if (token[0] == '"') {
        return json_string_contents(token, contents) && append_text(contents, wrong);
      }
      if (!is_json_scalar(token)) return false;
      values_.append(token.data(), static_cast<int64_t>(token.size()));
      end_text();
      return true;
    }
    case Kind::kBinary:
      return append_binary(token);
    case Kind::kOther:
      return append_other(token);
    case Kind::kList:
    case Kind::kStruct:
      return false;
  }
  return is_declared() && format() == nullptr && append_string_as_declared(token);
}

bool JsonColumn::append_int64(std::string_view token) {
  int64_t value = 0;
  auto size = static_cast<int64_t>(token.size());
  bool quick = quick_int64(bytes_of(token), size, value) && has_json_digits(token);
  // Zero with a sign is rare.
  if (quick && (value != 0 || size == 1)) {
    push(value);
    return true;
  }
  if (!is_json_number(token)) return false;
  std::optional<int64_t> parsed = parse_int64(token);
  if (!parsed || !(is_declared() || is_plain_integer(token))) return false;
  push(*parsed);
  return true;
}

bool JsonColumn::append_float64(std::string_view token) {
  double value = 0;
  auto size = static_cast<int64_t>(token.size());
  if (quick_float64(bytes_of(token), size, value) && has_json_digits(token)) {
    push(value);
    return true;
  }
  std::string_view contents;
  bool quoted = json_string_contents(token, contents);
  if (!quoted && !is_json_number(token)) return false;
  std::optional<double> parsed = parse_float64(quoted ? contents : token);
  if (!parsed || (quoted && std::isfinite(*parsed))) return false;
  bool taken = is_declared() || (!quoted && is_plain_float(token, *parsed)) ||
               JsonGuess::takes(token, *type_);
  if (taken) push(*parsed);
  return taken;
}

const DateFormat* JsonColumn::format() const {
  if (reading_.dates == nullptr) return nullptr;
  Kind described = reading_.dates->has_time() ? Kind::kTimestamp : Kind::kDate;
  return kind_ == described ? reading_.dates : nullptr;
}

bool JsonColumn::append_date(std::string_view token) {
  std::string_view contents;
  if (!json_string_contents(token, contents)) return false;
  int32_t days = 0;
  const DateFormat* const dates = format();
  if (dates == nullptr &&
      quick_date(bytes_of(contents), static_cast<int64_t>(contents.size()), days)) {
    push(days);
    return true;
  }
  std::optional<int32_t> parsed =
      dates == nullptr ? parse_date(contents) : dates->parse_days(unescaped(contents));
  if (parsed) push(*parsed);
  return parsed.has_value();
}

bool JsonColumn::append_timestamp(std::string_view token) {
  std::string_view contents;
  if (!json_string_contents(token, contents)) return false;
  const DateFormat* const dates = format();
  std::optional<ParsedTimestamp> parsed =
      dates == nullptr ? parse_timestamp(contents) : dates->parse(unescaped(contents));
  if (!parsed || parsed->offset_seconds.has_value() != !type_->zone.empty()) return false;
  std::optional<int64_t> value = to_unit(*parsed, type_->unit);
  if (value) push(*value);
  return value.has_value();
}

std::string_view JsonColumn::unescaped(std::string_view contents) {
  if (contents.find('\\') == contents.npos) return contents;
  scratch_.clear();
  append_unescaped(scratch_, contents);
  return scratch_;
}

bool JsonColumn::append_bool(std::string_view token) {
  if (token != "true" && token != "false") return false;
  push(static_cast<uint8_t>(token == "true" ? 1 : 0));
  return true;
}

bool JsonColumn::append_other(std::string_view token) {
  if (token[0] == '"') return is_declared() && append_string_as_declared(token);
  bool inferred_decimal = !is_declared() && is_decimal(type_->id);
  if (!is_json_number(token) || (inferred_decimal && !JsonGuess::takes(token, *type_)) ||
      !append_parsed(values_, *type_, token)) {
    return false;
  }
  append_valid();
  return true;
}

bool JsonColumn::append_string_as_declared(std::string_view token) {
  std::string_view contents;
  if (!json_string_contents(token, contents)) return false;
  scratch_.clear();
  if (append_unescaped(scratch_, contents) != nullptr) return false;
  if (!append_parsed(values_, *type_, scratch_)) return false;
  append_valid();
  return true;
}

bool JsonColumn::append_binary(std::string_view token) {
  std::string_view contents;
  if (!json_string_contents(token, contents)) return false;
  if (contents.size() % 2 != 0) return false;
  int64_t before = values_.size();
  for (size_t i = 0; i < contents.size(); i += 2) {
    int high = hex_value(contents[i]);
    int low = hex_value(contents[i + 1]);
    if (high < 0 || low < 0) {
      values_.resize(before);
      return false;
    }
    values_.push(static_cast<uint8_t>(high * 16 + low));
  }
  end_text();
  return true;
}

bool JsonColumn::append_text(std::string_view contents, const char*& wrong) {
  auto size = static_cast<int64_t>(contents.size());
  int64_t before = values_.size();
  values_.resize(before + size + 16);
  if (!copy_finding_backslash(values_.data() + before, bytes_of(contents), size)) {
    values_.resize(before + size);
    end_text();
    return true;
  }
  values_.resize(before);
  scratch_.clear();
  wrong = append_unescaped(scratch_, contents);
  if (wrong != nullptr) return false;
  values_.append(scratch_.data(), static_cast<int64_t>(scratch_.size()));
  end_text();
  return true;
}

}  // namespace penstock
