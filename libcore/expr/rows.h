// Loops over rows, for kernels: for values of columns and constants alike, and results of every
// kind.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/expr/node.h"

namespace penstock {

// Reads the rows of one operand as T: fixed-width values, bool or std::string_view. A constant is
// read with step 0, so that it needs a loop of its own only where speed requires one.
template <typename T>
class Reader {
 public:
  explicit Reader(const Operand& operand)
      : data_(operand.column->data<T>()), step_(operand.constant ? 0 : 1) {}
  T operator[](int64_t i) const { return data_[i * step_]; }

 private:
  const T* data_;
  int64_t step_;
};

template <>
class Reader<bool> {
 public:
  explicit Reader(const Operand& operand)
      : bits_(operand.column->values.data()), step_(operand.constant ? 0 : 1) {}
  bool operator[](int64_t i) const { return get_bit(bits_, i * step_); }

 private:
  const uint8_t* bits_;
  int64_t step_;
};

template <>
class Reader<std::string_view> {
 public:
  explicit Reader(const Operand& operand)
      : offsets_(operand.column->offsets.as<int32_t>()),
        bytes_(reinterpret_cast<const char*>(operand.column->values.data())),
        step_(operand.constant ? 0 : 1) {}
  std::string_view operator[](int64_t i) const {
    const int32_t* o = offsets_ + i * step_;
    return {bytes_ + o[0], static_cast<size_t>(o[1] - o[0])};
  }

 private:
  const int32_t* offsets_;
  const char* bytes_;
  int64_t step_;
};

// Packs 8 bytes of 0 or 1 into bits: byte j becomes bit 56 + j of the product.
inline uint8_t pack_flags(const uint8_t* flags) {
  uint64_t bytes;
  std::memcpy(&bytes, flags, sizeof bytes);
  return static_cast<uint8_t>((bytes * 0x0102040810204080U) >> 56U);
}

// Packs `count` flags, of which the last has 7 bytes of 0 behind it, into bits from `out` on.
// Returns the place behind them.
[[gnu::noinline]] inline uint8_t* pack_block(const uint8_t* flags, int64_t count, uint8_t* out) {
  for (int64_t i = 0; i < count; i += 8)
    *out++ = pack_flags(flags + i);
  return out;
}

// Returns the bits of predicate(i) for each row. The flags go through a block of bytes, which
// compilers turn into vector compares; they do not do so for bits that are set one by one. One loop
// of any length, for where its length is a constant they write it out for each of the hundreds of
// predicates: 0.5 MB of the program.
template <typename Predicate>
MutableBuffer make_bits(int64_t rows, Predicate predicate) {
  MutableBuffer bits(bitmap_bytes(rows));
  uint8_t* out = bits.data();
  constexpr int64_t kBlock = 64;
  uint8_t flags[kBlock + 8];
  for (int64_t i = 0; i < rows; i += kBlock) {
    const int64_t count = std::min(kBlock, rows - i);
    for (int64_t j = 0; j < count; ++j)
      flags[j] = predicate(i + j) ? 1 : 0;
    std::memset(flags + count, 0, 8);
    out = pack_block(flags, count, out);
  }
  return bits;
}

inline ColumnPtr bool_result(const KernelCall& call, MutableBuffer bits) {
  return make_column(bool_type(), call.rows, bits.freeze(), call.validity);
}
inline ColumnPtr fixed_result(const KernelCall& call, MutableBuffer values) {
  return make_column(call.type(), call.rows, values.freeze(), call.validity);
}

// Returns a bool column of predicate(values…) for the call's valid rows.
template <typename... A, typename F>
ColumnPtr test_rows(const KernelCall& call, F f) {
  return [&]<size_t... I>(std::index_sequence<I...>) {
    auto readers = std::make_tuple(Reader<A>(call.arguments[I])...);
    auto test = [&](int64_t i) { return f(std::get<I>(readers)[i]...); };
    if (call.validity.empty()) return bool_result(call, make_bits(call.rows, test));
    return bool_result(
        call, make_bits(call.rows, [&](int64_t i) { return call.is_valid(i) && test(i); }));
  }
  (std::index_sequence_for<A...>{});
}

// Validity in which rows become null one by one.
class ValidityBits {
 public:
  ValidityBits(const Buffer& validity, int64_t rows) : given_(validity), rows_(rows) {}
  void set_null(int64_t i) {
    if (own_.size() == 0) {
      if (given_.empty()) {
        own_ = make_bitmap(rows_, true);
      } else {
        own_.append(given_.data(), bitmap_bytes(rows_));
      }
    }
    clear_bit(own_.data(), i);
  }
  Buffer finish() { return own_.size() == 0 ? given_ : own_.freeze(); }

 private:
  Buffer given_;
  int64_t rows_;
  MutableBuffer own_;
};

// Returns a fixed-width column of f(values…), computed for valid rows only. f returns R, or
// std::optional<R> where empty is null.
template <typename R, typename... A, typename F>
ColumnPtr map_rows(const KernelCall& call, F f) {
  return [&]<size_t... I>(std::index_sequence<I...>) {
    auto readers = std::make_tuple(Reader<A>(call.arguments[I])...);
    MutableBuffer values(call.rows * static_cast<int64_t>(sizeof(R)));
    R* out = values.as<R>();
    ValidityBits validity(call.validity, call.rows);
    for (int64_t i = 0; i < call.rows; ++i) {
      out[i] = R{};
      if (!call.is_valid(i)) continue;
      auto result = f(std::get<I>(readers)[i]...);
      if constexpr (std::is_same_v<decltype(result), std::optional<R>>) {
        if (result) {
          out[i] = *result;
        } else {
          validity.set_null(i);
        }
      } else {
        out[i] = static_cast<R>(result);
      }
    }
    return make_column(call.type(), call.rows, values.freeze(), validity.finish());
  }
  (std::index_sequence_for<A...>{});
}

// The bytes to which a text function appends its rows.
class TextOut {
 public:
  void append(std::string_view bytes) {
    bytes_.append(bytes.data(), static_cast<int64_t>(bytes.size()));
  }
  void push(char c) { bytes_.push(c); }
  // Appends `count` bytes, to be written by the caller.
  char* extend(size_t count) {
    int64_t at = bytes_.size();
    bytes_.resize(at + static_cast<int64_t>(count));
    return reinterpret_cast<char*>(bytes_.data()) + at;
  }
  void reserve(int64_t count) { bytes_.reserve(count); }
  int64_t size() const { return bytes_.size(); }
  void truncate(int64_t size) { bytes_.resize(size); }
  Buffer freeze() { return bytes_.freeze(); }

 private:
  MutableBuffer bytes_;
};

// The most bytes of text in one batch that 32-bit offsets can address.
inline constexpr int64_t kMaxTextBytes = INT32_MAX;

// Returns a text column: f(values…, out) appends the text of each valid row; if it returns bool,
// false is null. Throws Error past 2 GiB.
template <typename... A, typename F>
ColumnPtr map_text(const KernelCall& call, F f) {
  return [&]<size_t... I>(std::index_sequence<I...>) {
    auto readers = std::make_tuple(Reader<A>(call.arguments[I])...);
    MutableBuffer offsets((call.rows + 1) * static_cast<int64_t>(sizeof(int32_t)));
    int32_t* ends = offsets.as<int32_t>();
    ends[0] = 0;
    TextOut out;
    ValidityBits validity(call.validity, call.rows);
    for (int64_t i = 0; i < call.rows; ++i) {
      if (call.is_valid(i)) {
        if constexpr (std::is_same_v<decltype(f(std::get<I>(readers)[i]..., out)), bool>) {
          int64_t before = out.size();
          if (!f(std::get<I>(readers)[i]..., out)) {
            out.truncate(before);
            validity.set_null(i);
          }
        } else {
          f(std::get<I>(readers)[i]..., out);
        }
        if (out.size() > kMaxTextBytes) call.fail("over 2 GiB of text in one batch");
      }
      ends[i + 1] = static_cast<int32_t>(out.size());
    }
    return make_bytes_column(call.type(), call.rows, offsets.freeze(), out.freeze(),
                             validity.finish());
  }
  (std::index_sequence_for<A...>{});
}

// Returns a fixed-width column of f(a) over every row, null or not, in a loop fit for vectors.
template <typename R, typename A, typename F>
MutableBuffer unary_loop(const KernelCall& call, F f) {
  MutableBuffer values(call.rows * static_cast<int64_t>(sizeof(R)));
  R* out = values.as<R>();
  Reader<A> a(call.arguments[0]);
  for (int64_t i = 0; i < call.rows; ++i)
    out[i] = f(a[i]);
  return values;
}

// The same over two operands, with a loop each for column∘column, column∘constant, constant∘column.
template <typename R, typename A, typename B, typename F>
MutableBuffer binary_loop(const KernelCall& call, F f) {
  MutableBuffer values(call.rows * static_cast<int64_t>(sizeof(R)));
  R* __restrict out = values.as<R>();
  const A* a = call.arguments[0].column->data<A>();
  const B* b = call.arguments[1].column->data<B>();
  const int64_t rows = call.rows;
  if (call.arguments[0].constant) {
    const A c = *a;
    const int64_t step = call.arguments[1].constant ? 0 : 1;
    for (int64_t i = 0; i < rows; ++i)
      out[i] = f(c, b[i * step]);
  } else if (call.arguments[1].constant) {
    const B c = *b;
    for (int64_t i = 0; i < rows; ++i)
      out[i] = f(a[i], c);
  } else {
    for (int64_t i = 0; i < rows; ++i)
      out[i] = f(a[i], b[i]);
  }
  return values;
}

}  // namespace penstock
