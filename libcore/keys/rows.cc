#include "libcore/keys/rows.h"

#include <cstring>

#include "libcore/data/builder.h"
#include "libcore/keys/value.h"

namespace penstock {
namespace {

constexpr size_t kLengthBytes = sizeof(uint32_t);

void add_sizes(const Column& column, std::vector<size_t>& sizes) {
  bool is_variable = is_variable_bytes(column.type->id);
  auto width = static_cast<size_t>(key_width(*column.type));
  const int32_t* offsets = column.offsets.as<int32_t>();
  for (int64_t i = 0; i < column.length; ++i) {
    size_t size = 1;
    if (column.is_valid(i)) {
      size += is_variable ? kLengthBytes + static_cast<size_t>(offsets[i + 1] - offsets[i]) : width;
    }
    sizes[static_cast<size_t>(i)] += size;
  }
}

// Calls write(out, i), which returns where it stopped, for each row that is not null.
template <typename Write>
void append_values(const Column& column, std::vector<size_t>& cursors, uint8_t* bytes,
                   Write write) {
  for (int64_t i = 0; i < column.length; ++i) {
    size_t& cursor = cursors[static_cast<size_t>(i)];
    uint8_t* out = bytes + cursor;
    bool valid = column.is_valid(i);
    *out++ = valid ? 1 : 0;
    if (valid) out = write(out, i);
    cursor = static_cast<size_t>(out - bytes);
  }
}

void append_column(const Column& column, std::vector<size_t>& cursors, uint8_t* bytes) {
  auto width = static_cast<size_t>(key_width(*column.type));
  if (is_variable_bytes(column.type->id)) {
    append_values(column, cursors, bytes, [&column](uint8_t* out, int64_t i) {
      std::string_view value = column.bytes_at(i);
      auto length = static_cast<uint32_t>(value.size());
      std::memcpy(out, &length, kLengthBytes);
      if (length != 0) std::memcpy(out + kLengthBytes, value.data(), length);
      return out + kLengthBytes + length;
    });
  } else if (width <= sizeof(uint64_t) && column.type->id != TypeId::kFixedSizeBinary) {
    with_key_codes(column, [&](auto code) {
      append_values(column, cursors, bytes, [code, width](uint8_t* out, int64_t i) {
        uint64_t value = code(i);
        std::memcpy(out, &value, width);
        return out + width;
      });
    });
  } else {
    const uint8_t* values = column.values.data();
    append_values(column, cursors, bytes, [values, width](uint8_t* out, int64_t i) {
      if (width != 0) std::memcpy(out, values + static_cast<size_t>(i) * width, width);
      return out + width;
    });
  }
}

}  // namespace

void KeyRows::encode(std::span<const ColumnPtr> keys, int64_t rows) {
  auto count = static_cast<size_t>(rows);
  cursors_.assign(count, 0);
  for (const ColumnPtr& key : keys)
    add_sizes(*key, cursors_);
  starts_.resize(count + 1);
  starts_[0] = 0;
  for (size_t i = 0; i < count; ++i) {
    starts_[i + 1] = starts_[i] + cursors_[i];
    cursors_[i] = starts_[i];
  }
  bytes_.resize(static_cast<int64_t>(starts_[count]));
  for (const ColumnPtr& key : keys)
    append_column(*key, cursors_, bytes_.data());
}

ColumnPtr decode_next_column(const TypePtr& type, std::span<std::string_view> rows) {
  auto count = static_cast<int64_t>(rows.size());
  bool is_variable = is_variable_bytes(type->id);
  bool is_bool = type->id == TypeId::kBool;
  auto width = static_cast<size_t>(key_width(*type));
  ValidityBuilder validity;
  BytesBuilder bytes;
  MutableBuffer values;
  if (is_bool) {
    values = make_bitmap(count, false);
  } else {
    values.resize_zeroed(count * static_cast<int64_t>(width));
  }
  for (int64_t i = 0; i < count; ++i) {
    std::string_view& row = rows[static_cast<size_t>(i)];
    bool valid = row[0] != 0;
    row.remove_prefix(1);
    if (is_variable && !valid) {
      bytes.append_null();
    } else if (is_variable) {
      uint32_t length;
      std::memcpy(&length, row.data(), kLengthBytes);
      bytes.append(row.substr(kLengthBytes, length));
      row.remove_prefix(kLengthBytes + length);
    } else {
      validity.append(valid);
      if (!valid) continue;
      if (is_bool) {
        assign_bit(values.data(), i, row[0] != 0);
      } else if (width != 0) {
        std::memcpy(values.data() + static_cast<size_t>(i) * width, row.data(), width);
      }
      row.remove_prefix(width);
    }
  }
  if (type->id == TypeId::kNull) return make_null_column(type, count);
  if (is_variable) return bytes.finish(type);
  return make_column(type, count, values.freeze(), validity.finish());
}

}  // namespace penstock
