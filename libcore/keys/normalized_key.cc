#include "libcore/keys/normalized_key.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/keys/value.h"

namespace penstock {
namespace {

// Words are turned from big-endian to the machine's by a byte swap.
static_assert(std::endian::native == std::endian::little);

// Beside its length in the eighth byte: the whole text is one word.
constexpr int64_t kShortTextBytes = 7;
constexpr uint8_t kEscape = 0xFF;  // follows a 0x00 that is text; 0x00 follows one that ends it

// Codes that compare as unsigned the way the values do.
template <typename T>
uint64_t ordered_integer(T value) {
  using Unsigned = std::make_unsigned_t<T>;
  auto bits = static_cast<Unsigned>(value);
  if constexpr (std::is_signed_v<T>) {
    bits = static_cast<Unsigned>(bits ^ (Unsigned{1} << (sizeof(T) * 8 - 1)));
  }
  return bits;
}
// The greater a negative float's bits are as a number, the less it is: they are inverted. The
// others get the sign bit, which puts them above.
template <typename Bits>
uint64_t ordered_float(Bits bits) {
  constexpr int kSign = static_cast<int>(sizeof(Bits) * 8 - 1);
  bool negative = (bits >> kSign) != 0;
  return static_cast<Bits>(negative ? ~bits : static_cast<Bits>(bits | (Bits{1} << kSign)));
}
uint128_t ordered_decimal(int128_t value) {
  return static_cast<uint128_t>(value) ^ (uint128_t{1} << 127);
}
// Of at most kShortTextBytes bytes, when none is longer than `longest`.
uint64_t ordered_text(std::string_view text, int64_t longest) {
  uint64_t code = 0;
  for (char c : text)
    code = (code << 8) | static_cast<uint8_t>(c);
  // Zeros fill up a shorter text; the length after them tells it from one that ends in zeros.
  auto missing = static_cast<int>(longest - static_cast<int64_t>(text.size()));
  return (code << (8 * missing)) << 8 | text.size();
}

uint128_t greatest_of(int32_t bytes) {
  return bytes == 16 ? ~uint128_t{0} : (uint128_t{1} << (8 * bytes)) - 1;
}

void store_big_endian(uint8_t* out, uint64_t code, int32_t bytes) {
  if (bytes == 0) return;
  uint64_t turned = __builtin_bswap64(code << (64 - 8 * bytes));
  std::memcpy(out, &turned, static_cast<size_t>(bytes));
}

// Text with its zeros escaped and its end marked; returns past it.
uint8_t* store_text(uint8_t* out, std::string_view text, uint8_t invert) {
  uint8_t* begin = out;
  while (true) {
    const void* zero = text.empty() ? nullptr : std::memchr(text.data(), 0, text.size());
    // The end must compare below every byte that could follow, and a zero within a text above it:
    // hence 00 00 for the end and 00 FF for a zero. "a" < "a\0" < "ab" then holds byte by byte.
    // Zeros are rare in text: what lies between them is found and copied as a whole.
    size_t plain = zero == nullptr
                       ? text.size()
                       : static_cast<size_t>(static_cast<const char*>(zero) - text.data());
    if (plain != 0) std::memcpy(out, text.data(), plain);
    out += plain;
    *out++ = 0;
    if (zero == nullptr) break;
    *out++ = kEscape;
    text.remove_prefix(plain + 1);
  }
  *out++ = 0;
  // Descending is every byte inverted, the end mark too: a shorter text then comes after the longer
  // ones that begin with it.
  if (invert != 0) {
    for (uint8_t* at = begin; at != out; ++at)
      *at = static_cast<uint8_t>(*at ^ invert);
  }
  return out;
}

}  // namespace

KeyCoding::KeyCoding(TypePtr type, KeyDirection direction)
    : type_(std::move(type)), direction_(direction) {
  value_bytes_ = key_width(*type_);
  switch (type_->id) {
    case TypeId::kNull:
      form_ = Form::kNone;
      break;
    case TypeId::kUtf8:
    case TypeId::kBinary:
      form_ = Form::kText;
      break;
    case TypeId::kDecimal128:
      form_ = Form::kWide;
      break;
    case TypeId::kDecimal256:
      form_ = Form::kSwapped;
      break;
    case TypeId::kFixedSizeBinary:
      form_ = Form::kRaw;
      break;
    default:
      form_ = Form::kCode;
  }
  if (form_ == Form::kCode || form_ == Form::kWide) greatest_ = greatest_of(value_bytes_);
}

// Calls use(code) where code(i) is the ordered number of row i: uint128_t for kWide, else uint64_t.
template <typename Use>
void KeyCoding::with_codes(const Column& column, Use&& use) const {
  auto integers = [&use](auto* values) {
    use([values](int64_t i) { return ordered_integer(values[i]); });
  };
  switch (column.type->id) {
    case TypeId::kBool:
      return use([bits = column.values.data()](int64_t i) { return uint64_t{get_bit(bits, i)}; });
    case TypeId::kFloat16:
      return use([values = column.data<uint16_t>()](int64_t i) {
        uint16_t bits = canonical_half_bits(values[i]);
        return ordered_float(bits);
      });
    case TypeId::kFloat32:
      return use([values = column.data<float>()](int64_t i) {
        return ordered_float(canonical_bits(values[i]));
      });
    case TypeId::kFloat64:
      if (is_scaled_) {
        return use([values = column.data<double>(), scale = scale_](int64_t i) {
          return ordered_integer(scale.whole(values[i]));
        });
      }
      return use([values = column.data<double>()](int64_t i) {
        return ordered_float(canonical_bits(values[i]));
      });
    case TypeId::kDecimal128:
      return use(
          [values = column.data<int128_t>()](int64_t i) { return ordered_decimal(values[i]); });
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return use([&column, longest = longest_](int64_t i) {
        return ordered_text(column.bytes_at(i), longest);
      });
    case TypeId::kUint8:
      return integers(column.data<uint8_t>());
    case TypeId::kUint16:
      return integers(column.data<uint16_t>());
    case TypeId::kUint32:
      return integers(column.data<uint32_t>());
    case TypeId::kUint64:
      return integers(column.data<uint64_t>());
    default:
      break;
  }
  switch (fixed_width(*column.type)) {
    case 1:
      return integers(column.data<int8_t>());
    case 2:
      return integers(column.data<int16_t>());
    case 4:
      return integers(column.data<int32_t>());
    default:
      return integers(column.data<int64_t>());
  }
}

void KeyCoding::observe(const Column& column) {
  saw_null_ |= column.null_count != 0;
  if (form_ == Form::kText) {
    // Nulls have a length of 0 or some other; it only makes the estimate larger.
    const int32_t* offsets = column.offsets.as<int32_t>();
    for (int64_t i = 0; i < column.length; ++i) {
      longest_ = std::max<int64_t>(longest_, offsets[i + 1] - offsets[i]);
    }
  }
  if (form_ != Form::kCode && form_ != Form::kWide) return;
  if (column.null_count == column.length) return;
  if (type_->id == TypeId::kFloat64) scale_.observe(column);
  with_codes(column, [&](auto code) {
    using Code = decltype(code(0));
    Code least = ~Code{0};
    Code greatest = 0;
    for (int64_t i = 0; i < column.length; ++i) {
      if (column.is_null(i)) continue;
      least = std::min(least, code(i));
      greatest = std::max(greatest, code(i));
    }
    seen_least_ = saw_value_ ? std::min(seen_least_, uint128_t{least}) : uint128_t{least};
    seen_greatest_ = std::max(seen_greatest_, uint128_t{greatest});
    saw_value_ = true;
  });
}

void KeyCoding::merge(const KeyCoding& other) {
  saw_null_ |= other.saw_null_;
  longest_ = std::max(longest_, other.longest_);
  scale_.merge(other.scale_);
  if (!other.saw_value_) return;
  seen_least_ = saw_value_ ? std::min(seen_least_, other.seen_least_) : other.seen_least_;
  seen_greatest_ = std::max(seen_greatest_, other.seen_greatest_);
  saw_value_ = true;
}

void KeyCoding::narrow() {
  null_bytes_ = saw_null_ ? 1 : 0;
  if (form_ == Form::kCode || form_ == Form::kWide) {
    least_ = seen_least_;
    greatest_ = seen_greatest_;
    is_scaled_ = type_->id == TypeId::kFloat64 && saw_value_ && scale_.fits();
    if (is_scaled_) {
      least_ = ordered_integer(scale_.least());
      greatest_ = ordered_integer(scale_.greatest());
    }
    // Only as many bytes as the values that occur need: a year, a flag and a small number together
    // are one word, and the sort needs fewer passes.
    uint128_t range = greatest_ - least_;
    value_bytes_ = 0;
    while (value_bytes_ < 16 && (range >> (8 * value_bytes_)) != 0)
      ++value_bytes_;
    if (value_bytes_ <= 8) form_ = Form::kCode;
    // Written as two words.
    if (value_bytes_ > 8) value_bytes_ = 16;
  } else if (form_ == Form::kText && longest_ <= kShortTextBytes) {
    form_ = Form::kShortText;
    value_bytes_ = static_cast<int32_t>(longest_) + 1;
    least_ = 0;
    greatest_ = greatest_of(value_bytes_);
  }
}

void KeyCoding::append_codes(const Column& column, uint64_t* codes) const {
  PENSTOCK_CHECK(is_code());
  const int bits = 8 * code_bytes();
  const int value_bits = 8 * value_bytes_;
  if (bits == 0) return;
  // A shift by all 64 bits is undefined.
  // Earlier columns move up, so that the first key counts most.
  auto append = [codes, bits](int64_t i, uint64_t code) {
    codes[i] = bits == 64 ? code : (codes[i] << bits) | code;
  };
  // No byte for nulls where none was seen.
  const uint64_t present = null_bytes_ == 0 ? 0 : uint64_t{null_byte(false)} << value_bits;
  const uint64_t absent = null_bytes_ == 0 ? 0 : uint64_t{null_byte(true)} << value_bits;
  if (value_bytes_ == 0) {
    for (int64_t i = 0; i < column.length; ++i)
      append(i, column.is_null(i) ? absent : present);
    return;
  }
  with_codes(column, [&](auto code) {
    using Code = decltype(code(0));
    const auto least = static_cast<Code>(least_);
    const auto greatest = static_cast<Code>(greatest_);
    const bool descending = direction_.descending;
    for (int64_t i = 0; i < column.length; ++i) {
      // Not the inverted code: a distance from the greatest takes as few bytes as one from the
      // least.
      Code distance = descending ? greatest - code(i) : code(i) - least;
      append(i, column.is_null(i) ? absent : present | static_cast<uint64_t>(distance));
    }
  });
}

void KeyCoding::add_sizes(const Column& column, uint64_t* sizes) const {
  if (form_ != Form::kText) {
    const auto width = static_cast<uint64_t>(null_bytes_ + value_bytes_);
    for (int64_t i = 0; i < column.length; ++i)
      sizes[i] += width;
    return;
  }
  for (int64_t i = 0; i < column.length; ++i) {
    sizes[i] += static_cast<uint64_t>(null_bytes_);
    if (column.is_null(i)) continue;
    std::string_view text = column.bytes_at(i);
    sizes[i] += text.size() + 2 + static_cast<uint64_t>(std::count(text.begin(), text.end(), '\0'));
  }
}

// write(out, i) writes the value of a row and returns past it.
template <typename Write>
void KeyCoding::append_each(const Column& column, uint8_t* bytes, uint64_t* ends,
                            Write write) const {
  for (int64_t i = 0; i < column.length; ++i) {
    uint8_t* out = bytes + ends[i];
    bool is_null = column.is_null(i);
    if (null_bytes_ != 0) *out++ = null_byte(is_null);
    if (!is_null) {
      out = write(out, i);
    } else if (form_ != Form::kText) {
      // Zeros, so that nulls are equal, and so that every row has the same width.
      std::memset(out, 0, static_cast<size_t>(value_bytes_));
      out += value_bytes_;
    }
    ends[i] = static_cast<uint64_t>(out - bytes);
  }
}

void KeyCoding::append_bytes(const Column& column, uint8_t* bytes, uint64_t* ends) const {
  const uint8_t invert = direction_.descending ? 0xFF : 0;
  const int32_t width = value_bytes_;
  switch (form_) {
    case Form::kNone:
      return append_each(column, bytes, ends, [](uint8_t* out, int64_t) { return out; });
    case Form::kText:
      return append_each(column, bytes, ends, [&column, invert](uint8_t* out, int64_t i) {
        return store_text(out, column.bytes_at(i), invert);
      });
    case Form::kRaw:
    case Form::kSwapped: {
      const uint8_t* values = column.values.data();
      const bool swapped = form_ == Form::kSwapped;
      return append_each(column, bytes, ends, [=](uint8_t* out, int64_t i) {
        const uint8_t* value = values + i * width;
        for (int32_t b = 0; b < width; ++b) {
          uint8_t byte = swapped ? value[width - 1 - b] : value[b];
          if (swapped && b == 0) byte ^= 0x80;
          out[b] = byte ^ invert;
        }
        return out + width;
      });
    }
    default:
      break;
  }
  with_codes(column, [&](auto code) {
    using Code = decltype(code(0));
    const auto least = static_cast<Code>(least_);
    const auto greatest = static_cast<Code>(greatest_);
    append_each(column, bytes, ends, [&](uint8_t* out, int64_t i) {
      Code distance = invert != 0 ? greatest - code(i) : code(i) - least;
      if constexpr (sizeof(Code) == sizeof(uint128_t)) {
        if (width == 16) {
          store_big_endian(out, static_cast<uint64_t>(distance >> 64), 8);
          store_big_endian(out + 8, static_cast<uint64_t>(distance), 8);
          return out + width;
        }
      }
      store_big_endian(out, static_cast<uint64_t>(distance), width);
      return out + width;
    });
  });
}

void NormalizedKeys::encode(std::span<const KeyCoding> codings, std::span<const ColumnPtr> columns,
                            int64_t rows) {
  auto count = static_cast<size_t>(rows);
  ends_.assign(count, 0);
  for (size_t c = 0; c < codings.size(); ++c)
    codings[c].add_sizes(*columns[c], ends_.data());
  starts_.resize(count + 1);
  starts_[0] = 0;
  for (size_t i = 0; i < count; ++i) {
    starts_[i + 1] = starts_[i] + ends_[i];
    ends_[i] = starts_[i];
  }
  // Sizes first, bytes second: rows have keys of different lengths, and each column appends to all
  // rows before the next column does. ends_ is where each row's key has got to.
  bytes_.resize(static_cast<int64_t>(starts_[count]));
  for (size_t c = 0; c < codings.size(); ++c) {
    codings[c].append_bytes(*columns[c], bytes_.data(), ends_.data());
  }
}

void NormalizedKeys::drop_scratch() {
  ends_ = {};
}

}  // namespace penstock
