#include "libcore/keys/packing.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "libcore/base/check.h"
#include "libcore/data/builder.h"
#include "libcore/keys/value.h"

namespace penstock {
namespace {

// Words are loaded from and stored to columns as they lie in memory.
static_assert(std::endian::native == std::endian::little);

constexpr int32_t kWordBytes = 8;
constexpr int32_t kWideWordBytes = 16;
alignas(16) constexpr uint8_t kNothing[kWideWordBytes] = {};

int32_t longest(const Column& column) {
  const int32_t* offsets = column.offsets.as<int32_t>();
  int32_t longest = 0;
  for (int64_t i = 0; i < column.length; ++i) {
    longest = std::max(longest, offsets[i + 1] - offsets[i]);
  }
  return longest;
}

template <typename Word>
Word shifted(Word word, int32_t bits) {
  return bits == static_cast<int32_t>(sizeof(Word) * 8) ? Word{0} : word << bits;
}

template <typename Word>
Word low_mask(int32_t bytes) {
  return shifted(Word{1}, bytes * 8) - 1;
}

// The first `length` bytes, the first one lowest. Reads a whole word: buffers are padded for that.
template <typename Word>
Word load_bytes(const uint8_t* bytes, int32_t length) {
  Word word;
  std::memcpy(&word, bytes, sizeof(Word));
  return word & low_mask<Word>(length);
}

// out[i] = out[i] next to slot(i) for each row; a null row's slot is 0.
template <typename Word, typename Value>
void append_slot(const Column& column, int64_t begin, int64_t rows, int32_t bits, Word present,
                 Value value, Word* out) {
  if (column.null_count == 0) {
    for (int64_t i = 0; i < rows; ++i) {
      out[i] = shifted(out[i], bits) | present | value(begin + i);
    }
    return;
  }
  for (int64_t i = 0; i < rows; ++i) {
    Word slot = column.is_null(begin + i) ? Word{0} : present | value(begin + i);
    out[i] = shifted(out[i], bits) | slot;
  }
}

}  // namespace

int32_t PackedLayout::total(std::span<const Slot> slots) {
  int32_t bytes = 0;
  for (const Slot& slot : slots)
    bytes += slot.bytes();
  return bytes;
}

std::optional<PackedLayout> PackedLayout::choose(std::span<const ColumnPtr> keys,
                                                 const PackedLayout* before) {
  std::vector<Slot> tight;
  for (size_t c = 0; c < keys.size(); ++c) {
    const Column& column = *keys[c];
    Slot slot{key_width(*column.type), is_variable_bytes(column.type->id), column.null_count != 0};
    if (slot.is_variable) slot.value_bytes = std::min(longest(column), kWideWordBytes);
    if (before != nullptr) {
      slot.value_bytes = std::max(slot.value_bytes, before->slots_[c].value_bytes);
      slot.may_be_null |= before->slots_[c].may_be_null;
    }
    tight.push_back(slot);
  }
  // Text gets room to grow where that does not cost a wider word, because changing a layout that
  // proves too small means packing all keys again.
  std::vector<Slot> roomy = tight;
  for (Slot& slot : roomy) {
    if (!slot.is_variable) continue;
    slot.value_bytes =
        static_cast<int32_t>(std::bit_ceil(static_cast<uint32_t>(slot.value_bytes) + 1)) - 1;
  }
  for (int32_t bytes : {kWordBytes, kWideWordBytes}) {
    for (const std::vector<Slot>* slots : {&roomy, &tight}) {
      if (total(*slots) > bytes) continue;
      PackedLayout layout;
      layout.slots_ = *slots;
      layout.bits_ = bytes * 8;
      return layout;
    }
  }
  return std::nullopt;
}

bool PackedLayout::holds(std::span<const ColumnPtr> keys) const {
  for (size_t c = 0; c < keys.size(); ++c) {
    const Slot& slot = slots_[c];
    if (keys[c]->null_count != 0 && !slot.may_be_null) return false;
    if (slot.is_variable && longest(*keys[c]) > slot.value_bytes) return false;
  }
  return true;
}

template <typename Word>
void PackedLayout::pack(std::span<const ColumnPtr> keys, int64_t begin, int64_t rows, Word* out,
                        uint8_t* fits) const {
  PENSTOCK_CHECK(static_cast<int32_t>(sizeof(Word) * 8) == bits_);
  std::fill(out, out + rows, Word{0});
  if (fits != nullptr) std::fill(fits, fits + rows, uint8_t{1});
  for (size_t c = 0; c < keys.size(); ++c) {
    const Column& column = *keys[c];
    const Slot& slot = slots_[c];
    int32_t bits = slot.bytes() * 8;
    if (bits == 0) continue;
    Word present = slot.may_be_null ? shifted(Word{1}, bits - 8) : Word{0};
    if (fits != nullptr && column.null_count != 0 && !slot.may_be_null) {
      for (int64_t i = 0; i < rows; ++i)
        fits[i] &= column.is_valid(begin + i);
    }
    if (slot.is_variable) {
      const int32_t* offsets = column.offsets.as<int32_t>();
      // A column of empty texts may have no bytes at all to load from.
      const uint8_t* values = column.values.empty() ? kNothing : column.values.data();
      int32_t room = slot.value_bytes;
      if (fits != nullptr) {
        for (int64_t i = begin; i < begin + rows; ++i) {
          fits[i - begin] &= offsets[i + 1] - offsets[i] <= room;
        }
      }
      append_slot(
          column, begin, rows, bits, present,
          [offsets, values, room](int64_t i) {
            int32_t length = std::min(offsets[i + 1] - offsets[i], room);
            return shifted(static_cast<Word>(length), room * 8) |
                   load_bytes<Word>(values + offsets[i], length);
          },
          out);
    } else if (slot.value_bytes <= kWordBytes && column.type->id != TypeId::kFixedSizeBinary) {
      with_key_codes(column, [&](auto code) {
        append_slot(
            column, begin, rows, bits, present,
            [code](int64_t i) { return static_cast<Word>(code(i)); }, out);
      });
    } else {
      // Values of no bytes may have no buffer.
      const uint8_t* values = column.values.empty() ? kNothing : column.values.data();
      int32_t width = slot.value_bytes;
      append_slot(
          column, begin, rows, bits, present,
          [values, width](int64_t i) { return load_bytes<Word>(values + i * width, width); }, out);
    }
  }
}

template <typename Word>
ColumnPtr PackedLayout::unpack(size_t c, const TypePtr& type, std::span<const Word> words) const {
  const Slot& slot = slots_[c];
  int64_t rows = static_cast<int64_t>(words.size());
  if (type->id == TypeId::kNull) return make_null_column(type, rows);
  int32_t shift = 8 * total(std::span(slots_).subspan(c + 1));
  int32_t null_shift = shift + 8 * (slot.bytes() - 1);
  Word mask = low_mask<Word>(slot.value_bytes);
  // A slot of no bytes may begin where the word ends.
  if (slot.bytes() == 0) shift = 0;
  ValidityBuilder validity;
  BytesBuilder bytes;
  MutableBuffer values;
  if (!slot.is_variable) values.resize_zeroed(rows * slot.value_bytes);
  if (type->id == TypeId::kBool) values = make_bitmap(rows, false);
  for (int64_t i = 0; i < rows; ++i) {
    Word word = words[static_cast<size_t>(i)];
    bool is_null = slot.may_be_null && ((word >> null_shift) & 1) == 0;
    Word value = (word >> shift) & mask;
    if (slot.is_variable) {
      if (is_null) {
        bytes.append_null();
        continue;
      }
      auto length = static_cast<size_t>((word >> (shift + 8 * slot.value_bytes)) & 0xFF);
      char text[kWideWordBytes];
      for (size_t b = 0; b < length; ++b)
        text[b] = static_cast<char>((value >> (8 * b)) & 0xFF);
      bytes.append({text, length});
      continue;
    }
    validity.append(!is_null);
    if (type->id == TypeId::kBool) {
      assign_bit(values.data(), i, value != 0);
    } else if (slot.value_bytes > 0) {
      std::memcpy(values.data() + i * slot.value_bytes, &value,
                  static_cast<size_t>(slot.value_bytes));
    }
  }
  if (slot.is_variable) return bytes.finish(type);
  return make_column(type, rows, values.freeze(), validity.finish());
}

template void PackedLayout::pack(std::span<const ColumnPtr>, int64_t, int64_t, uint64_t*,
                                 uint8_t*) const;
template void PackedLayout::pack(std::span<const ColumnPtr>, int64_t, int64_t, uint128_t*,
                                 uint8_t*) const;
template ColumnPtr PackedLayout::unpack(size_t, const TypePtr&, std::span<const uint64_t>) const;
template ColumnPtr PackedLayout::unpack(size_t, const TypePtr&, std::span<const uint128_t>) const;

}  // namespace penstock
