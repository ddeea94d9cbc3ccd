#include "libcore/text/json/inference.h"

#include "libcore/base/number.h"
#include "libcore/data/datetime.h"
#include "libcore/text/json/text.h"
#include "libcore/text/number_form.h"
#include "libcore/text/text_format.h"

namespace penstock {

JsonGuess::JsonGuess(const DateFormat* dates) : dates_(dates) {}
JsonGuess::~JsonGuess() = default;
JsonGuess::JsonGuess(JsonGuess&&) noexcept = default;

const uint32_t* JsonGuess::add(const uint8_t* data, const uint32_t* token) {
  uint8_t c = data[*token];
  if (c == '{') return add_object(data, token);
  if (c == '[') {
    seen_ |= kArray;
    if (!item_) item_ = std::make_unique<JsonGuess>(dates_);
    ++token;
    if (data[*token] == ']') return token + 1;
    for (;;) {
      token = item_->add(data, token);
      if (data[*token++] == ']') return token;
    }
  }
  add_scalar(json_token(data, token));
  return token + 1;
}

const uint32_t* JsonGuess::add_object(const uint8_t* data, const uint32_t* token) {
  seen_ |= kObject;
  ++token;
  if (data[*token] == '}') return token + 1;
  std::string unescaped;
  // Keys come in the same order in most objects.
  size_t guess = 0;
  for (;;) {
    std::string_view name;
    json_string_contents(json_token(data, token), name);
    if (name.find('\\') != name.npos) {
      unescaped.clear();
      // A key that cannot be resolved is refused when its record is read.
      append_unescaped(unescaped, name);
      name = unescaped;
    }
    bool expected = guess < names_.size() && names_[guess] == name;
    JsonGuess& value = expected ? values_[guess] : key(name);
    guess = static_cast<size_t>(&value - values_.data()) + 1;
    token = value.add(data, token + 2);
    if (data[*token++] == '}') return token;
  }
}

JsonGuess& JsonGuess::key(std::string_view name) {
  auto [at, fresh] = by_name_.try_emplace(std::string(name), names_.size());
  if (fresh) {
    names_.emplace_back(name);
    values_.emplace_back(dates_);
  }
  return values_[at->second];
}

void JsonGuess::add_scalar(std::string_view token) {
  std::string_view contents;
  if (json_string_contents(token, contents)) {
    add_string(contents);
  } else if (token == "true" || token == "false") {
    seen_ |= kTrueOrFalse;
  } else if (token == "null") {
    return;
  } else {
    add_number(token);
  }
}

void JsonGuess::add_number(std::string_view token) {
  constexpr int64_t kLargestExact = int64_t{1} << 53;
  switch (number_form(token)) {
    case NumberForm::kInteger: {
      int64_t value = parse_int64(token).value_or(0);
      bool exact = value >= -kLargestExact && value <= kLargestExact;
      seen_ |= exact ? kWhole : kLargeWhole;
      break;
    }
    case NumberForm::kFloat:
    case NumberForm::kCode:  // in JSON it is certainly a number
      seen_ |= kFraction;
      break;
    case NumberForm::kLong:
      seen_ |= kLong;
      break;
    case NumberForm::kNone:
      seen_ |= kText;
      return;
  }
  decimal_.see(token);
}

void JsonGuess::add_string(std::string_view contents) {
  // Once it is text, it stays text.
  if ((seen_ & kText) != 0) return;
  if (is_float_word(contents)) {
    seen_ |= kNotFinite;
    return;
  }
  std::string unescaped;
  // Only a user's own format can have characters that JSON escapes.
  if (dates_ != nullptr && contents.find('\\') != contents.npos) {
    append_unescaped(unescaped, contents);
    contents = unescaped;
  }
  TimeGuess time = guess_time(contents, dates_);
  if (time.form == TimeForm::kNone) {
    seen_ |= kText;
  } else if (time.form == TimeForm::kDate) {
    seen_ |= kDate;
  } else {
    timestamp_.see(time.stamp);
    seen_ |= time.form == TimeForm::kInstant ? kZoned : kTimestamp;
  }
}

bool JsonGuess::takes(std::string_view token, const Type& type) {
  JsonGuess guess(nullptr);
  guess.seen_ = type.id == TypeId::kInt64 ? kWhole : kFraction;
  bool decimal = type.id == TypeId::kDecimal128;
  if (decimal) guess.decimal_ = DecimalGuess(type);
  guess.add_scalar(token);
  return equals(*guess.type(decimal), type);
}

TypePtr JsonGuess::type(bool decimals) const {
  constexpr uint32_t kNumbers = kWhole | kLargeWhole | kFraction | kLong;
  if (decimals && seen_ != 0 && (seen_ & ~kNumbers) == 0) {
    if (TypePtr decimal = decimal_.type()) return decimal;
  }
  TypePtr timestamp;
  switch (seen_) {
    case kTrueOrFalse:
      return bool_type();
    case kWhole:
    case kLargeWhole:
    case kWhole | kLargeWhole:
      return int64_type();
    case kFraction:
    case kWhole | kFraction:
    case kFraction | kNotFinite:
    case kWhole | kNotFinite:
    case kWhole | kFraction | kNotFinite:
      return float64_type();
    case kDate:
      return date_type();
    case kTimestamp:
      timestamp = timestamp_.type("");
      break;
    case kZoned:
      timestamp = timestamp_.type("UTC");
      break;
    case kObject:
      return names_.empty() ? utf8_type() : struct_type(fields(decimals));
    case kArray:
      return list_type(item_->type(decimals));
    default:
      break;
  }
  return timestamp ? timestamp : utf8_type();
}

std::vector<Field> JsonGuess::fields(bool decimals) const {
  std::vector<Field> fields;
  for (size_t i = 0; i < names_.size(); ++i) {
    Field field;
    field.name = names_[i];
    field.type = values_[i].type(decimals);
    if (!values_[i].has_value()) field.metadata.emplace_back(kEmptySampleKey, "1");
    fields.push_back(std::move(field));
  }
  return fields;
}

}  // namespace penstock
