#include "libcore/text/json_column.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"
#include "libcore/data/bitmap.h"
#include "libcore/data/datetime.h"
#include "libcore/data/value_text.h"
#include "libcore/text/csv_faults.h"
#include "libcore/text/json_object.h"
#include "libcore/text/json_text.h"
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
  auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!is_digit(token[first]) || !is_digit(token.back())) return false;
  return token[first] != '0' || first + 1 == token.size() || !is_digit(token[first + 1]);
}

// Copies eight bytes at a time, up to 16 past the end, and tells whether a backslash is among them.
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

Buffer pack_bits(const MutableBuffer& bytes, int64_t length) {
  MutableBuffer bits = make_bitmap(length, false);
  for (int64_t i = 0; i < length; ++i) {
    if (bytes.data()[i] != 0) set_bit(bits.data(), i);
  }
  return bits.freeze();
}

}  // namespace

JsonColumn::Kind JsonColumn::kind_of(const Type& type, const std::string& path) {
  switch (type.id) {
    case TypeId::kBool:
      return Kind::kBool;
    case TypeId::kInt64:
      return Kind::kInt64;
    case TypeId::kFloat64:
      return Kind::kFloat64;
    case TypeId::kDate32:
      return Kind::kDate;
    case TypeId::kTimestamp:
      return Kind::kTimestamp;
    case TypeId::kUtf8:
      return Kind::kText;
    case TypeId::kBinary:
      return Kind::kBinary;
    case TypeId::kList:
      return Kind::kList;
    case TypeId::kStruct:
      return Kind::kStruct;
    case TypeId::kInt8:
    case TypeId::kInt16:
    case TypeId::kInt32:
    case TypeId::kUint8:
    case TypeId::kUint16:
    case TypeId::kUint32:
    case TypeId::kUint64:
    case TypeId::kFloat32:
    case TypeId::kDecimal128:
    case TypeId::kDate64:
    case TypeId::kTime32:
    case TypeId::kTime64:
    case TypeId::kDuration:
      return Kind::kOther;
    default:
      throw Error(fmt::format("column '{}': JSON is not read as type {}; use another --types", path,
                              type.to_string()));
  }
}

JsonColumn::JsonColumn(TypePtr type, bool declared, std::string path, std::string top)
    : type_(std::move(type)),
      kind_(kind_of(*type_, path)),
      declared_(declared),
      width_(kind_ == Kind::kBool ? 1 : fixed_width(*type_)),
      path_(std::move(path)),
      top_(std::move(top)) {
  if (kind_ == Kind::kText || kind_ == Kind::kBinary || kind_ == Kind::kList) {
    offsets_.push(int32_t{0});
  }
  if (kind_ == Kind::kList) {
    item_ = std::make_unique<JsonColumn>(type_->children[0].type, declared, path_ + "[]", top_);
  }
  if (kind_ == Kind::kStruct) {
    object_ = std::make_unique<JsonObject>(path_, top_);
    for (const Field& field : type_->children) {
      object_->add(field.name, std::make_unique<JsonColumn>(field.type, declared,
                                                            path_ + "." + field.name, top_));
    }
    object_->finish_keys();
  }
}

JsonColumn::~JsonColumn() = default;
JsonColumn::JsonColumn(JsonColumn&&) noexcept = default;

void JsonColumn::append_valid() {
  if (validity_.size() != 0) validity_.push(uint8_t{1});
  ++length_;
}

void JsonColumn::append_null() {
  if (validity_.size() == 0) {
    validity_.resize(length_);
    if (length_ != 0) std::memset(validity_.data(), 1, static_cast<size_t>(length_));
  }
  validity_.push(uint8_t{0});
  ++length_;
  ++null_count_;
  if (kind_ == Kind::kStruct) {
    object_->append_null();
  } else if (offsets_.size() != 0) {
    auto end = kind_ == Kind::kList ? item_->length() : values_.size();
    offsets_.push(static_cast<int32_t>(end));
  } else {
    values_.resize_zeroed(values_.size() + width_);
  }
}

const uint32_t* JsonColumn::append(JsonContext& context, const uint32_t* token) {
  uint8_t c = context.data[*token];
  if (c == '{' || c == '[') {
    if (c == '[' && kind_ == Kind::kList) return append_list(context, token);
    if (c == '{' && kind_ == Kind::kStruct) {
      const uint32_t* next = object_->append(context, token);
      if (next != nullptr) append_valid();
      return next;
    }
    if (kind_ == Kind::kText) return append_nested_text(context, token);
    return append_wrong(context, token, nullptr);
  }
  std::string_view text = json_token(context.data, token);
  if (text == "null") {
    append_null();
    return token + 1;
  }
  const char* wrong = nullptr;
  if (append_scalar(text, wrong)) return token + 1;
  return append_wrong(context, token, wrong);
}

bool JsonColumn::append_scalar(std::string_view token, const char*& wrong) {
  if (token.empty()) return false;
  switch (kind_) {
    case Kind::kInt64:
      if (append_int64(token)) return true;
      break;
    case Kind::kFloat64:
      if (append_float64(token, wrong)) return true;
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
  return declared_ && append_string_as_declared(token);
}

bool JsonColumn::append_int64(std::string_view token) {
  int64_t value = 0;
  auto size = static_cast<int64_t>(token.size());
  if (quick_int64(bytes_of(token), size, value) && has_json_digits(token)) {
    push(value);
    return true;
  }
  if (!is_json_number(token)) return false;
  std::optional<int64_t> parsed = parse_int64(token);
  if (parsed) push(*parsed);
  return parsed.has_value();
}

bool JsonColumn::append_float64(std::string_view token, const char*& wrong) {
  double value = 0;
  auto size = static_cast<int64_t>(token.size());
  if (quick_float64(bytes_of(token), size, value) && has_json_digits(token)) {
    push(value);
    return true;
  }
  std::string_view contents;
  bool quoted = token[0] == '"' && json_string_contents(token, contents);
  if (!quoted && !is_json_number(token)) return false;
  std::optional<double> parsed = parse_float64(quoted ? contents : token);
  if (!parsed || (quoted && std::isfinite(*parsed))) return false;
  // A whole number that was taken for a float must not lose digits unasked.
  constexpr double kLargestExact = 9007199254740992;
  if (!declared_ && !quoted && std::fabs(*parsed) >= kLargestExact && is_json_integer(token)) {
    auto whole = parse_int64(token);
    bool exact = whole && std::fabs(*parsed) < 9e18 && static_cast<int64_t>(*parsed) == *whole;
    if (!exact) wrong = "would lose digits as float64";
    if (!exact) return false;
  }
  push(*parsed);
  return true;
}

bool JsonColumn::append_date(std::string_view token) {
  std::string_view contents;
  if (token[0] != '"' || !json_string_contents(token, contents)) return false;
  int32_t days = 0;
  if (quick_date(bytes_of(contents), static_cast<int64_t>(contents.size()), days)) {
    push(days);
    return true;
  }
  std::optional<int32_t> parsed = parse_date(contents);
  if (parsed) push(*parsed);
  return parsed.has_value();
}

bool JsonColumn::append_timestamp(std::string_view token) {
  std::string_view contents;
  if (token[0] != '"' || !json_string_contents(token, contents)) return false;
  std::optional<ParsedTimestamp> parsed = parse_timestamp(contents);
  if (!parsed || parsed->offset_seconds.has_value() != !type_->zone.empty()) return false;
  std::optional<int64_t> value = to_unit(*parsed, type_->unit);
  if (value) push(*value);
  return value.has_value();
}

bool JsonColumn::append_bool(std::string_view token) {
  if (token != "true" && token != "false") return false;
  push(static_cast<uint8_t>(token == "true" ? 1 : 0));
  return true;
}

bool JsonColumn::append_other(std::string_view token) {
  if (token[0] == '"') return append_string_as_declared(token);
  if (!is_json_number(token) || !append_parsed(values_, *type_, token)) return false;
  append_valid();
  return true;
}

bool JsonColumn::append_string_as_declared(std::string_view token) {
  std::string_view contents;
  if (token[0] != '"' || !json_string_contents(token, contents)) return false;
  scratch_.clear();
  if (append_unescaped(scratch_, contents) != nullptr) return false;
  if (!append_parsed(values_, *type_, scratch_)) return false;
  append_valid();
  return true;
}

bool JsonColumn::append_binary(std::string_view token) {
  std::string_view contents;
  if (token[0] != '"' || !json_string_contents(token, contents)) return false;
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

const uint32_t* JsonColumn::append_nested_text(JsonContext& context, const uint32_t* token) {
  const uint32_t* next = skip_json(context.data, token);
  if (next == nullptr) return nullptr;
  std::string_view text = json_value(context.data, token, next);
  values_.append(text.data(), static_cast<int64_t>(text.size()));
  end_text();
  return next;
}

const uint32_t* JsonColumn::append_list(JsonContext& context, const uint32_t* token) {
  ++token;
  bool empty = context.data[*token] == ']';
  if (empty) ++token;
  while (!empty) {
    token = item_->append(context, token);
    if (token == nullptr) return nullptr;
    uint8_t separator = context.data[*token++];
    if (separator == ']') break;
    if (separator != ',') return nullptr;
  }
  offsets_.push(static_cast<int32_t>(item_->length()));
  append_valid();
  return token;
}

const uint32_t* JsonColumn::append_wrong(JsonContext& context, const uint32_t* token,
                                         const char* wrong) {
  const uint32_t* next = skip_json(context.data, token);
  if (next == nullptr) return nullptr;
  std::string_view value = json_value(context.data, token, next);
  JsonProblem problem;
  problem.column = path_;
  if (wrong != nullptr) {
    problem.reason = fmt::format("'{}' {}", printable(value), wrong);
    problem.advice = kind_ == Kind::kText
                         ? std::string("use --on-error=null")
                         : fmt::format("use --types {}=text or --on-error=null", top_);
  } else {
    // Strings stand with their quotes where they are wrong for being strings.
    std::string_view text = value;
    bool stringy = kind_ == Kind::kDate || kind_ == Kind::kTimestamp || kind_ == Kind::kOther;
    if (stringy && value[0] == '"') json_string_contents(value, text);
    CsvProblem fault = describe_fault(text, top_, *type_, nullptr);
    problem.reason = std::move(fault.reason);
    problem.advice = path_ == top_ ? std::move(fault.advice)
                                   : fmt::format("use --types {}=text or --on-error=null", top_);
  }
  context.problems.push_back(std::move(problem));
  append_null();
  return next;
}

void JsonColumn::truncate(int64_t length) {
  if (item_) {
    item_->truncate(offsets_.as<int32_t>()[length]);
  } else if (object_) {
    object_->truncate(length);
  } else if (offsets_.size() != 0) {
    values_.resize(offsets_.as<int32_t>()[length]);
  } else {
    values_.resize(length * width_);
  }
  if (offsets_.size() != 0) offsets_.resize((length + 1) * static_cast<int64_t>(sizeof(int32_t)));
  if (length == length_) return;
  length_ = length;
  if (validity_.size() == 0) return;
  validity_.resize(length);
  null_count_ = 0;
  for (int64_t i = 0; i < length; ++i)
    null_count_ += validity_.data()[i] == 0 ? 1 : 0;
}

ColumnPtr JsonColumn::finish() {
  auto column = std::make_shared<Column>();
  column->type = type_;
  column->length = length_;
  column->null_count = null_count_;
  if (null_count_ != 0) column->validity = pack_bits(validity_, length_);
  if (item_) column->children.push_back(item_->finish());
  if (object_) column->children = object_->finish();
  if (kind_ == Kind::kBool) {
    column->values = pack_bits(values_, length_);
    values_.resize(0);
  } else if (!item_ && !object_) {
    column->values = values_.freeze();
  }
  if (offsets_.size() != 0) {
    column->offsets = offsets_.freeze();
    offsets_.push(int32_t{0});
  }
  validity_.resize(0);
  length_ = null_count_ = 0;
  return column;
}

}  // namespace penstock
