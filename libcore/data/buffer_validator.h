// What must hold of a column that comes from outside, as far as its own buffers go; validate.cc
// tests its type and the columns inside it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/column.h"

namespace penstock {

// What must hold of one column, which must outlive it. Throws Error, which names the column's type,
// where it does not.
class ColumnClaims {
 public:
  explicit ColumnClaims(const Column& column) : column_(column) {}

  const Type& type() const { return *column_.type; }

  void require(bool holds, const char* what) const {
    if (!holds) [[unlikely]]
      fail(what);
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error("a column" +
                (column_.type == nullptr ? std::string() : " of " + type().to_string()) +
                " is damaged: " + what);
  }

 private:
  const Column& column_;
};

// Tests the lengths, alignment and values of a column's own buffers. The column must outlive it.
class BufferValidator {
 public:
  explicit BufferValidator(const Column& column) : column_(column), claims_(column) {}

  // Tests values of a fixed number of whole bytes.
  void check_fixed() const {
    int64_t width = fixed_width(type());
    require(column_.values.size() >= column_.length * width, "its values are too short");
    if (type().id == TypeId::kFixedSizeBinary) return;
    // decimal256 is read as words of 8 bytes.
    int64_t alignment = width == 32 ? 8 : width;
    if (type().id == TypeId::kIntervalMonthDayNano) alignment = 8;
    if (type().id == TypeId::kIntervalDayTime) alignment = 4;
    check_alignment(column_.values, alignment);
  }

  // Tests offsets and bytes of strings, each of which must be UTF-8 by itself.
  template <typename Offset>
  void check_text() const {
    if (!check_offsets<Offset>(column_.values.size())) return;
    const auto* offsets = column_.offsets.as<Offset>();
    Offset begin = offsets[0];
    Offset end = offsets[column_.length];
    if (begin == end) return;
    const uint8_t* bytes = column_.values.data();
    require(
        is_utf8({reinterpret_cast<const char*>(bytes) + begin, static_cast<size_t>(end - begin)}),
        "its text is not UTF-8");
    // Although the text as a whole is valid, a value may begin inside a character. The byte after
    // the end may be read, as padding, but does not matter.
    bool splits = false;
    for (int64_t i = 0; i < column_.length; ++i) {
      bool inside = (bytes[offsets[i]] & 0xC0) == 0x80;
      splits |= inside && offsets[i] < end;
    }
    require(!splits, "its text is not UTF-8");
  }

  // Tests that offsets ascend from at least 0 to at most `most`. Returns false for a column without
  // rows and offsets.
  template <typename Offset>
  bool check_offsets(int64_t most) const {
    if (column_.length == 0 && column_.offsets.empty()) return false;
    require(column_.offsets.size() >= (column_.length + 1) * static_cast<int64_t>(sizeof(Offset)),
            "its offsets are too short");
    check_alignment(column_.offsets, sizeof(Offset));
    const auto* offsets = column_.offsets.as<Offset>();
    bool falls = false;
    for (int64_t i = 0; i < column_.length; ++i)
      falls |= offsets[i + 1] < offsets[i];
    require(!falls && offsets[0] >= 0, "its offsets do not ascend");
    require(offsets[column_.length] <= most, "its offsets reach past its values");
    return true;
  }

  // Tests that a dictionary's indices have room for all rows.
  void check_index_room() const {
    int64_t width = fixed_width(type());
    require(column_.values.size() >= column_.length * width, "its indices are too short");
    check_alignment(column_.values, width);
  }

  // Tests that no index reaches past the dictionary. REQUIRES check_index_room() and a valid
  // dictionary.
  void check_indices() const {
    switch (fixed_width(type())) {
      case 1:
        check_indices_of<uint8_t>();
        return;
      case 2:
        check_indices_of<uint16_t>();
        return;
      case 4:
        check_indices_of<uint32_t>();
        return;
      default:
        check_indices_of<uint64_t>();
        return;
    }
  }

  void check_alignment(const Buffer& buffer, int64_t alignment) const {
    require(reinterpret_cast<uintptr_t>(buffer.data()) % static_cast<uintptr_t>(alignment) == 0,
            "a buffer is not aligned");
  }

 private:
  const Type& type() const { return claims_.type(); }

  void require(bool holds, const char* what) const { claims_.require(holds, what); }

  template <typename Unsigned>
  void check_indices_of() const {
    // A negative index of a signed type is an unsigned one past any dictionary that it can number.
    auto size = static_cast<uint64_t>(column_.dictionary->length);
    if (is_signed_integer(type().index_type->id)) {
      size = std::min(size, uint64_t{std::numeric_limits<Unsigned>::max() / 2} + 1);
    }
    const auto* indices = column_.values.as<Unsigned>();
    bool past = false;
    for (int64_t i = 0; i < column_.length; ++i)
      past |= indices[i] >= size;
    if (!past) return;
    for (int64_t i = 0; i < column_.length; ++i) {
      require(indices[i] < size || column_.is_null(i), "an index reaches past its dictionary");
    }
  }

  const Column& column_;
  ColumnClaims claims_;
};

}  // namespace penstock
