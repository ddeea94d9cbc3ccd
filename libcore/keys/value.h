// The values of key columns as bits that are equal exactly when the keys are.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "libcore/data/column.h"

namespace penstock {

// Returns whether values of a plain type (take.h) can be keys. Nested types and types without an
// order (unions, maps, intervals) cannot.
bool is_key_type(const Type& type);

// Throws Error "column 'NAME' of type T cannot be a key; …" when it cannot. The message begins with
// "PLACE: " when a place is given.
void require_key_type(const Field& field, std::string_view place = {});

// Makes equal floats equal bits: -0 becomes 0, and every NaN the same NaN.
inline uint64_t canonical_bits(double value) {
  if (value != value) return uint64_t{0x7FF8} << 48;
  return std::bit_cast<uint64_t>(value == 0 ? 0.0 : value);
}
inline uint32_t canonical_bits(float value) {
  if (value != value) return uint32_t{0x7FC0} << 16;
  return std::bit_cast<uint32_t>(value == 0 ? 0.0F : value);
}
// The same for IEEE half precision as Arrow stores it.
inline uint16_t canonical_half_bits(uint16_t bits) {
  uint16_t magnitude = bits & 0x7FFF;
  if (magnitude > 0x7C00) return 0x7E00;
  return magnitude == 0 ? uint16_t{0} : bits;
}

// Bytes of the value of a fixed-width key. A bool counts as one; 0 for variable-size types and the
// null type.
int32_t key_width(const Type& type);

// Calls use(code), where code(i) is the value of row i as unsigned bits. REQUIRES a key_width() of
// 1 to 8. So the switch over types stays outside of the caller's loop over rows.
template <typename Use>
void with_key_codes(const Column& column, Use&& use) {
  const uint8_t* bytes = column.values.data();
  switch (column.type->id) {
    case TypeId::kBool:
      return use([bytes](int64_t i) { return static_cast<uint64_t>(get_bit(bytes, i)); });
    case TypeId::kFloat16:
      return use([values = column.values.as<uint16_t>()](int64_t i) {
        return static_cast<uint64_t>(canonical_half_bits(values[i]));
      });
    case TypeId::kFloat32:
      return use([values = column.values.as<float>()](int64_t i) {
        return static_cast<uint64_t>(canonical_bits(values[i]));
      });
    case TypeId::kFloat64:
      return use(
          [values = column.values.as<double>()](int64_t i) { return canonical_bits(values[i]); });
    default:
      break;
  }
  switch (fixed_width(*column.type)) {
    case 1:
      return use([bytes](int64_t i) { return static_cast<uint64_t>(bytes[i]); });
    case 2:
      return use([values = column.values.as<uint16_t>()](int64_t i) {
        return static_cast<uint64_t>(values[i]);
      });
    case 4:
      return use([values = column.values.as<uint32_t>()](int64_t i) {
        return static_cast<uint64_t>(values[i]);
      });
    default:
      return use([values = column.values.as<uint64_t>()](int64_t i) { return values[i]; });
  }
}

}  // namespace penstock
