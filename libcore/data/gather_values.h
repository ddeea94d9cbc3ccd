// The buffers of the rows that take.cc gathers: values, bits, offsets and bytes, before they are
// made a column. Nested types and dictionaries are put together there.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/column.h"
#include "libcore/data/gather_source.h"

namespace penstock {

// The rows of one source (gather_source.h), which must outlive it. kMayMiss: rows may be missing,
// which gives nulls; a missing row's value is zero, its string empty.
template <typename Source, bool kMayMiss>
class GatherValues {
 public:
  using Row = typename Source::Row;

  explicit GatherValues(const Source& source) : source_(source), rows_(source.rows) {}

  int64_t size() const { return static_cast<int64_t>(rows_.size()); }

  static bool missing(Row row) { return kMayMiss && Source::is_missing(row); }

  // Returns the bitmap of the rows that are not null; an empty one when no part has a null and no
  // row can be missing.
  Buffer validity() const {
    bool any_null = kMayMiss;
    for (size_t i = 0; i < source_.part_count(); ++i)
      any_null |= source_.part(i).null_count != 0;
    if (!any_null) return {};
    return bits(source_.template table<uint8_t>([](const Column& column) -> const uint8_t* {
      return column.null_count == 0 ? nullptr : column.validity.data();
    }));
  }

  // Returns the values of kBool.
  Buffer bools() const {
    return bits(
        source_.template table<uint8_t>([](const Column& column) { return column.values.data(); }));
  }

  // Returns the values of a type of `width` bytes.
  Buffer fixed(int32_t width) const {
    MutableBuffer out(size() * width);
    write_fixed(width, out.data());
    return out.freeze();
  }

  // Writes them to `to`, which has room for size() times as many bytes.
  void write_fixed(int32_t width, uint8_t* to) const {
    switch (width) {
      case 1:
        return write_values(at<uint8_t>(to));
      case 2:
        return write_values(at<uint16_t>(to));
      case 4:
        return write_values(at<uint32_t>(to));
      case 8:
        return write_values(at<uint64_t>(to));
      case 16:
        if (type().id != TypeId::kFixedSizeBinary) return write_values(at<Bytes16>(to));
        break;
      case 32:
        if (type().id != TypeId::kFixedSizeBinary) return write_values(at<Bytes32>(to));
        break;
      default:
        break;
    }
    write_wide(width, to);
  }

  // Returns the offsets of each part.
  template <typename Offset>
  auto offset_table() const {
    return source_.template table<Offset>(
        [](const Column& column) { return column.offsets.as<Offset>(); });
  }

  // Returns the result's offsets, from those of the parts. Throws Error when they cannot hold the
  // total.
  template <typename Offset, typename Table>
  MutableBuffer offsets_of_rows(const Table& offsets) const {
    MutableBuffer out((size() + 1) * static_cast<int64_t>(sizeof(Offset)));
    auto* to = out.as<Offset>();
    // Counted in 64 bits, so that one test after the loop finds a total which the offsets cannot
    // hold.
    uint64_t total = 0;
    to[0] = 0;
    for (size_t i = 0; i < rows_.size(); ++i) {
      Row row = rows_[i];
      if (!missing(row)) {
        const Offset* at = offsets[Source::part_of(row)] + Source::row_of(row);
        total += static_cast<uint64_t>(at[1] - at[0]);
      }
      to[i + 1] = static_cast<Offset>(total);
    }
    if (total > static_cast<uint64_t>(std::numeric_limits<Offset>::max())) {
      throw Error("a column of " + type().to_string() +
                  " would hold over 2 GiB in one batch; use fewer rows a batch");
    }
    return out;
  }

  // Returns the bytes of strings: `offsets` are those of the parts, `ends` the result's.
  template <typename Offset, typename Table>
  Buffer bytes(const Table& offsets, const Offset* ends) const {
    static constexpr std::array<uint8_t, kBufferPadding> kNothing{};
    // A copy in registers: the bytes written below could be those of the member.
    const std::span<const Row> rows = rows_;
    int64_t total = ends[rows.size()];
    auto from = source_.template table<uint8_t>([](const Column& column) {
      return column.values.data() == nullptr ? kNothing.data() : column.values.data();
    });
    MutableBuffer out(total + kCopySlack);
    uint8_t* to = out.data();
    for (size_t i = 0; i < rows.size(); ++i) {
      Row row = rows[i];
      if (missing(row)) continue;
      size_t part = Source::part_of(row);
      copy_bytes(to + ends[i], from[part] + offsets[part][Source::row_of(row)],
                 ends[i + 1] - ends[i]);
    }
    out.resize(total);
    return out.freeze();
  }

 private:
  struct Bytes16 {
    uint64_t words[2];
  };
  struct Bytes32 {
    uint64_t words[4];
  };

  // Copies a string into a buffer with kCopySlack bytes to spare, from one with padding: the usual
  // short ones take two or four moves and no call.
  static constexpr int64_t kCopySlack = 32;
  static void copy_bytes(uint8_t* to, const uint8_t* from, int64_t size) {
    if (size <= 16) {
      std::memcpy(to, from, 16);
    } else if (size <= 32) {
      std::memcpy(to, from, 32);
    } else {
      std::memcpy(to, from, static_cast<size_t>(size));
    }
  }

  // Returns a bit for each row; a part without a bitmap counts as all set, a missing row as clear.
  template <typename Table>
  Buffer bits(const Table& bitmaps) const {
    // Eight rows make a byte in a register and are stored at once: a bit set in memory would be a
    // load and a store of its byte for each row.
    MutableBuffer out(bitmap_bytes(size()));
    uint8_t* to = out.data();
    size_t count = rows_.size();
    for (size_t begin = 0; begin < count; begin += 8) {
      size_t end = std::min(begin + 8, count);
      unsigned byte = 0;
      for (size_t i = begin; i < end; ++i) {
        Row row = rows_[i];
        bool bit = false;
        if (!missing(row)) {
          const uint8_t* bitmap = bitmaps[Source::part_of(row)];
          bit = bitmap == nullptr || get_bit(bitmap, Source::row_of(row));
        }
        byte |= static_cast<unsigned>(bit) << (i - begin);
      }
      to[begin / 8] = static_cast<uint8_t>(byte);
    }
    return out.freeze();
  }

  template <typename T>
  void write_values(T* to) const {
    auto from =
        source_.template table<T>([](const Column& column) { return column.values.as<T>(); });
    if constexpr (Source::kInTurn) {
      // Rows that come part by part look up their part's values once, not once a row.
      source_.each_part([&, rows = rows_.data()](size_t part, size_t begin, size_t end) {
        const T* values = from[part];
        for (size_t i = begin; i < end; ++i)
          to[i] = values[rows[i].row];
      });
      return;
    }
    for (size_t i = 0; i < rows_.size(); ++i) {
      Row row = rows_[i];
      if (missing(row)) {
        to[i] = T{};
      } else {
        to[i] = from[Source::part_of(row)][Source::row_of(row)];
      }
    }
  }

  void write_wide(int64_t width, uint8_t* to) const {
    auto from =
        source_.template table<uint8_t>([](const Column& column) { return column.values.data(); });
    if (width == 0) return;
    for (Row row : rows_) {
      if (missing(row)) {
        std::memset(to, 0, static_cast<size_t>(width));
      } else {
        std::memcpy(to, from[Source::part_of(row)] + Source::row_of(row) * width,
                    static_cast<size_t>(width));
      }
      to += width;
    }
  }

  template <typename T>
  static T* at(uint8_t* to) {
    return reinterpret_cast<T*>(to);
  }

  const Type& type() const { return *source_.part(0).type; }

  const Source& source_;
  std::span<const Row> rows_;
};

}  // namespace penstock
