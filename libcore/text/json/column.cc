#include "libcore/text/json/column.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/bitmap.h"
#include "libcore/text/csv/faults.h"
#include "libcore/text/json/object.h"
#include "libcore/text/json/text.h"

namespace penstock {
namespace {

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
    case TypeId::kFloat16:
    case TypeId::kFloat32:
    case TypeId::kDecimal128:
    case TypeId::kDecimal256:
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

JsonColumn::JsonColumn(TypePtr type, const JsonReading& reading, std::string path, std::string top)
    : type_(std::move(type)),
      kind_(kind_of(*type_, path)),
      reading_(reading),
      width_(kind_ == Kind::kBool ? 1 : fixed_width(*type_)),
      path_(std::move(path)),
      top_(std::move(top)) {
  if (kind_ == Kind::kText || kind_ == Kind::kBinary || kind_ == Kind::kList) {
    offsets_.push(int32_t{0});
  }
  if (kind_ == Kind::kList) {
    item_ = std::make_unique<JsonColumn>(type_->children[0].type, reading, path_ + "[]", top_);
  }
  if (kind_ == Kind::kStruct) {
    object_ = std::make_unique<JsonObject>(path_, top_);
    for (const Field& field : type_->children) {
      object_->add(field.name, std::make_unique<JsonColumn>(field.type, reading,
                                                            path_ + "." + field.name, top_));
    }
    object_->finish_keys();
  }
}

JsonColumn::~JsonColumn() = default;
JsonColumn::JsonColumn(JsonColumn&&) noexcept = default;

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
  // Most values are not null, and a comparison of texts is a call.
  if (c == 'n' && text == "null") {
    append_null();
    return token + 1;
  }
  const char* wrong = nullptr;
  if (append_scalar(text, wrong)) return token + 1;
  return append_wrong(context, token, wrong);
}

const uint32_t* JsonColumn::append_nested_text(JsonContext& context, const uint32_t* token) {
  const uint32_t* next = skip_json(context.data, token);
  if (next == nullptr) return nullptr;
  std::string_view text = json_value(context.data, token, next);
  if (text.find('\\') != text.npos) {
    const char* wrong = find_wrong_escape(context.data, token, next);
    if (wrong != nullptr) return append_wrong(context, token, wrong);
  }
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
    // A string keeps its quotes in the message if it is wrong because it is a string.
    std::string_view text = value;
    bool stringy = kind_ == Kind::kDate || kind_ == Kind::kTimestamp || kind_ == Kind::kOther;
    if (stringy && value[0] == '"') json_string_contents(value, text);
    CsvProblem fault = describe_fault(text, top_, *type_, reading_.origin, format());
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
