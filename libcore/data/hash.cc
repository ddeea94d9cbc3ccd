#include "libcore/data/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/datetime.h"
#include "libcore/data/number/float16.h"

namespace penstock {
namespace {

// Encodings are little-endian, as Arrow's buffers are.
static_assert(std::endian::native == std::endian::little);

// The numbers are a promise: tables and exchanges made by other versions and hosts place rows by
// these hashes. They never change. PARTITIONING.md has the encoding.
enum Tag : uint8_t {
  kNullTag = 0,
  kIntegerTag = 1,
  kUint64Tag = 2,
  kFloatTag = 3,
  kDecimalTag = 4,
  kBoolTag = 5,
  kDateTag = 6,
  kTimeTag = 7,
  kTimestampTag = 8,
  kBytesTag = 9,
  kDurationTag = 10,
};

// The longest encoding of a value that is not text or binary: that of a decimal.
constexpr size_t kMaxFixedBytes = 18;

template <typename T>
uint8_t* put(uint8_t* to, Tag tag, T value) {
  *to = tag;
  std::memcpy(to + 1, &value, sizeof value);
  return to + 1 + sizeof value;
}

uint8_t* put_integer(uint8_t* to, int64_t value) {
  return put(to, kIntegerTag, value);
}

uint8_t* put_float(uint8_t* to, double value) {
  // A join takes 2^63 as uint64, float64 and decimal for one key, so that all three must lie in one
  // partition: a whole number is encoded as an integer whatever its type. As int64 only below 2^63.
  if (value >= -0x1p63 && value < 0x1p63 && std::trunc(value) == value) {
    return put_integer(to, static_cast<int64_t>(value));
  }
  if (value >= 0x1p63 && value < 0x1p64) return put(to, kUint64Tag, static_cast<uint64_t>(value));
  // All NaNs are one key, whatever their bits. So are 0 and -0, which the test for whole numbers
  // above makes the integer 0.
  constexpr uint64_t kCanonicalNan = 0x7FF8000000000000U;
  return put(to, kFloatTag, std::isnan(value) ? kCanonicalNan : std::bit_cast<uint64_t>(value));
}

uint8_t* put_decimal(uint8_t* to, int128_t value, int32_t scale) {
  // Zeros at the end go: 1.50 and 1.5 are one key, and 2.00 is the integer 2.
  // Most decimals fit 64 bits, which the processor divides; 128 bits are divided by a call.
  if (static_cast<int64_t>(value) == value) {
    auto narrow = static_cast<int64_t>(value);
    while (scale > 0 && narrow % 10 == 0) {
      narrow /= 10;
      --scale;
      if (narrow == 0) scale = 0;
    }
    value = narrow;
  } else {
    while (scale > 0 && value % 10 == 0) {
      value /= 10;
      --scale;
    }
  }
  if (scale == 0 && static_cast<int64_t>(value) == value) {
    return put_integer(to, static_cast<int64_t>(value));
  }
  if (scale == 0 && value > 0 && value <= UINT64_MAX) {
    return put(to, kUint64Tag, static_cast<uint64_t>(value));
  }
  *to++ = kDecimalTag;
  *to++ = static_cast<uint8_t>(scale);
  std::memcpy(to, &value, sizeof value);
  return to + sizeof value;
}

// Encodes rows [begin, begin + cursors.size()) of one column, each at its cursor, and moves the
// cursors on. There is one loop for each column and block, so that a row costs no dispatch.
class ColumnEncoder {
 public:
  ColumnEncoder(const Column& column, int64_t begin, std::span<uint8_t*> cursors)
      : column_(column), begin_(begin), cursors_(cursors) {}

  void run() {
    const Type& type = *column_.type;
    switch (type.id) {
      case TypeId::kNull:
        // Every row is null, and the null's tag is written by encode().
        encode([](uint8_t* to, int64_t) { return to; });
        return;
      case TypeId::kBool:
        encode([this](uint8_t* to, int64_t row) {
          return put(to, kBoolTag, static_cast<uint8_t>(column_.bool_at(row)));
        });
        return;
      case TypeId::kInt8:
        encode_integers<int8_t>();
        return;
      case TypeId::kInt16:
        encode_integers<int16_t>();
        return;
      case TypeId::kInt32:
        encode_integers<int32_t>();
        return;
      case TypeId::kInt64:
        encode_integers<int64_t>();
        return;
      case TypeId::kUint8:
        encode_integers<uint8_t>();
        return;
      case TypeId::kUint16:
        encode_integers<uint16_t>();
        return;
      case TypeId::kUint32:
        encode_integers<uint32_t>();
        return;
      case TypeId::kUint64:
        encode_integers<uint64_t>();
        return;
      case TypeId::kFloat16:
      case TypeId::kFloat32:
      case TypeId::kFloat64:
        encode_floats();
        return;
      case TypeId::kDecimal128:
        encode([this, from = column_.data<int128_t>()](uint8_t* to, int64_t row) {
          return put_decimal(to, from[row], column_.type->scale);
        });
        return;
      case TypeId::kUtf8:
      case TypeId::kBinary:
        encode_bytes([this](int64_t row) { return column_.bytes_at(row); });
        return;
      case TypeId::kLargeUtf8:
      case TypeId::kLargeBinary:
      case TypeId::kFixedSizeBinary:
        encode_bytes([this](int64_t row) { return any_bytes_at(column_, row); });
        return;
      default:
        encode_times();
        return;
    }
  }

 private:
  template <typename Put>
  void encode(Put put_value) {
    for (size_t k = 0; k < cursors_.size(); ++k) {
      int64_t row = begin_ + static_cast<int64_t>(k);
      if (column_.is_null(row)) {
        *cursors_[k]++ = kNullTag;
      } else {
        cursors_[k] = put_value(cursors_[k], row);
      }
    }
  }

  template <typename T>
  void encode_integers() {
    encode([from = column_.data<T>()](uint8_t* to, int64_t row) {
      T value = from[row];
      if constexpr (std::is_same_v<T, uint64_t>) {
        if (value > static_cast<uint64_t>(INT64_MAX)) return put(to, kUint64Tag, value);
      }
      return put_integer(to, static_cast<int64_t>(value));
    });
  }

  void encode_floats() {
    if (column_.type->id == TypeId::kFloat16) {
      encode([from = column_.data<uint16_t>()](uint8_t* to, int64_t row) {
        return put_float(to, float_from_half(from[row]));
      });
    } else if (column_.type->id == TypeId::kFloat32) {
      encode([from = column_.data<float>()](uint8_t* to, int64_t row) {
        return put_float(to, from[row]);
      });
    } else {
      encode([from = column_.data<double>()](uint8_t* to, int64_t row) {
        return put_float(to, from[row]);
      });
    }
  }

  template <typename Get>
  void encode_bytes(Get get) {
    encode([get](uint8_t* to, int64_t row) {
      std::string_view bytes = get(row);
      // The length comes first: 'a' beside 'bc' is another key than 'ab' beside 'c'.
      to = put(to, kBytesTag, uint64_t{bytes.size()});
      if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
      return to + bytes.size();
    });
  }

  template <typename T>
  void encode_scaled(Tag tag, int64_t by) {
    encode([from = column_.data<T>(), tag, by](uint8_t* to, int64_t row) {
      // In nanoseconds, so that timestamps of any unit are one key; 128 bits, because seconds times
      // 10^9 leave 64.
      return put(to, tag, int128_t{from[row]} * by);
    });
  }

  void encode_times() {
    const Type& type = *column_.type;
    int64_t nanoseconds = 1'000'000'000 / units_per_second(type.unit);
    switch (type.id) {
      case TypeId::kDate32:
        encode_scaled<int32_t>(kDateTag, 1);
        return;
      case TypeId::kDate64:
        // A date64 hashes as the date32 of its day.
        encode([from = column_.data<int64_t>()](uint8_t* to, int64_t row) {
          return put(to, kDateTag, int128_t{floor_divide(from[row], kSecondsPerDay * 1000)});
        });
        return;
      case TypeId::kTime32:
        encode_scaled<int32_t>(kTimeTag, nanoseconds);
        return;
      case TypeId::kTime64:
        encode_scaled<int64_t>(kTimeTag, nanoseconds);
        return;
      case TypeId::kTimestamp:
        encode_scaled<int64_t>(kTimestampTag, nanoseconds);
        return;
      case TypeId::kDuration:
        encode_scaled<int64_t>(kDurationTag, nanoseconds);
        return;
      default:
        PENSTOCK_CHECK(false);
    }
  }

  const Column& column_;
  int64_t begin_;
  std::span<uint8_t*> cursors_;
};

bool has_bytes(const Type& type) {
  return is_variable_bytes(type.id) || type.id == TypeId::kFixedSizeBinary;
}

// A block of rows is encoded together: small enough for a first-level cache when keys are short.
constexpr size_t kBlockRows = 256;

// Sets each row's cursor to where its encoding may begin, so that encodings cannot overlap.
void place_cursors(std::span<const ColumnPtr> columns, int64_t begin, std::span<uint8_t*> cursors,
                   std::vector<uint8_t>& bytes) {
  // The longest encoding of any number or time, not the exact one: only texts need a pass over
  // their sizes then, and bytes that are not used are not touched.
  std::array<size_t, kBlockRows> sizes;
  sizes.fill(kMaxFixedBytes * columns.size());
  for (const ColumnPtr& column : columns) {
    if (!has_bytes(*column->type)) continue;
    for (size_t k = 0; k < cursors.size(); ++k) {
      sizes[k] += any_bytes_at(*column, begin + static_cast<int64_t>(k)).size();
    }
  }
  size_t total = 0;
  for (size_t k = 0; k < cursors.size(); ++k)
    total += sizes[k];
  if (bytes.size() < total) bytes.resize(total);
  uint8_t* at = bytes.data();
  for (size_t k = 0; k < cursors.size(); ++k) {
    cursors[k] = at;
    at += sizes[k];
  }
}

// For one column of signed integers without nulls, the most common key: its encodings have one
// size, so nothing has to be placed and the hash has no branch (key_hashes() took 5 % of an
// exchange's time).
template <typename T>
void hash_integers(const Column& column, std::span<uint64_t> hashes) {
  constexpr size_t kSize = 1 + sizeof(int64_t);
  constexpr size_t kStride = 16;
  std::array<uint8_t, kBlockRows * kStride> bytes;
  const T* from = column.data<T>();
  for (size_t begin = 0; begin < hashes.size(); begin += kBlockRows) {
    const size_t count = std::min(kBlockRows, hashes.size() - begin);
    for (size_t k = 0; k < count; ++k)
      put_integer(&bytes[k * kStride], int64_t{from[begin + k]});
    for (size_t k = 0; k < count; ++k)
      hashes[begin + k] = XXH3_64bits(&bytes[k * kStride], kSize);
  }
}

// Returns false for columns of another kind.
bool hash_integers(std::span<const ColumnPtr> columns, std::span<uint64_t> hashes) {
  if (columns.size() != 1 || columns[0]->null_count != 0) return false;
  switch (columns[0]->type->id) {
    case TypeId::kInt32:
      hash_integers<int32_t>(*columns[0], hashes);
      return true;
    case TypeId::kInt64:
      hash_integers<int64_t>(*columns[0], hashes);
      return true;
    default:
      return false;
  }
}

}  // namespace

std::vector<uint64_t> key_hashes(std::span<const ColumnPtr> columns) {
  PENSTOCK_CHECK(!columns.empty());
  for (const ColumnPtr& column : columns) {
    if (!is_hashable(*column->type)) {
      throw Error("a column of " + column->type->to_string() + " cannot be a key");
    }
  }
  auto rows = static_cast<size_t>(columns[0]->length);
  std::vector<uint64_t> hashes(rows);
  if (hash_integers(columns, hashes)) return hashes;
  std::vector<uint8_t> bytes;
  std::array<uint8_t*, kBlockRows> starts;
  std::array<uint8_t*, kBlockRows> ends;
  for (size_t begin = 0; begin < rows; begin += kBlockRows) {
    size_t count = std::min(kBlockRows, rows - begin);
    place_cursors(columns, static_cast<int64_t>(begin), {starts.data(), count}, bytes);
    ends = starts;
    for (const ColumnPtr& column : columns) {
      ColumnEncoder(*column, static_cast<int64_t>(begin), {ends.data(), count}).run();
    }
    for (size_t k = 0; k < count; ++k) {
      hashes[begin + k] = XXH3_64bits(starts[k], static_cast<size_t>(ends[k] - starts[k]));
    }
  }
  return hashes;
}

bool is_hashable(const Type& type) {
  switch (type.id) {
    case TypeId::kDecimal256:
    case TypeId::kIntervalMonths:
    case TypeId::kIntervalDayTime:
    case TypeId::kIntervalMonthDayNano:
      return false;
    case TypeId::kDictionary:
      return is_hashable(*type.value_type);
    default:
      return type.id < TypeId::kList;
  }
}

uint64_t hash_bytes(const void* bytes, size_t size) {
  return XXH3_64bits(bytes, size);
}

}  // namespace penstock
