#include "libcore/table/value_column.h"

#include <fmt/format.h>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/builder.h"
#include "libcore/data/value_text.h"
#include "libcore/table/layout.h"

namespace penstock {
namespace {

ColumnPtr bytes_column(const Field& field, std::span<const std::optional<std::string>> texts) {
  BytesBuilder values;
  for (const std::optional<std::string>& text : texts) {
    if (text) {
      values.append(*text);
    } else {
      values.append_null();
    }
  }
  ColumnPtr column = values.finish(field.type);
  validate(*column);
  return column;
}

// Appends the value to `bytes`. False when the text is not one.
bool append_value(MutableBuffer& bytes, const Type& type, const std::string& text) {
  if (append_parsed(bytes, type, text)) return true;
  return type.id == TypeId::kTimestamp && !type.zone.empty() &&
         append_parsed(bytes, type, text + "Z");
}

}  // namespace

bool has_text_values(const Type& type) {
  return type.id == TypeId::kUtf8 || type.id == TypeId::kBinary ||
         (type.id != TypeId::kNull && is_parseable(type));
}

ColumnPtr column_of_texts(const Field& field, std::span<const std::optional<std::string>> texts) {
  const Type& type = *field.type;
  if (!has_text_values(type)) {
    throw Error(fmt::format("column '{}': values of type {} are not written as text", field.name,
                            type.to_string()));
  }
  if (type.id == TypeId::kUtf8 || type.id == TypeId::kBinary) return bytes_column(field, texts);
  const bool is_bool = type.id == TypeId::kBool;
  MutableBuffer bytes;
  BoolBuilder flags;
  ValidityBuilder validity;
  const size_t width = is_bool ? 1 : static_cast<size_t>(fixed_width(type));
  const std::string nothing(width, '\0');
  for (const std::optional<std::string>& text : texts) {
    validity.append(text.has_value());
    if (!text) {
      bytes.append(nothing.data(), std::ssize(nothing));
      if (is_bool) flags.append_null();
      continue;
    }
    if (!append_value(bytes, type, *text)) {
      throw Error(fmt::format("column '{}': '{}' is not a value of type {}", field.name,
                              printable(*text), type.to_string()));
    }
    if (is_bool) flags.append(bytes.data()[bytes.size() - 1] != 0);
  }
  if (is_bool) return flags.finish();
  return make_column(field.type, std::ssize(texts), bytes.freeze(), validity.finish());
}

ColumnPtr partition_column(std::span<const DataFile> files, const Field& field) {
  std::vector<std::optional<std::string>> texts;
  for (const DataFile& file : files) {
    const auto value = file.partition_values.find(field.name);
    if (value == file.partition_values.end()) {
      throw Error(fmt::format("'{}': the log has no value of the partition column '{}'",
                              printable(file.path), field.name));
    }
    texts.push_back(value->second);
    // Delta Lake has no empty text: it stands for null.
    const bool is_ours = file.tags.contains(kChecksumTag);
    if (texts.back() && texts.back()->empty() && !is_ours) texts.back().reset();
  }
  return column_of_texts(field, texts);
}

}  // namespace penstock
