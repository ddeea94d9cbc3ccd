// Decodes the body of a batch into columns: slices of the body where the layouts agree, conversions
// where they do not.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "libcore/arrow/body_codec.h"
#include "libcore/arrow/metadata.h"
#include "libcore/data/column.h"

namespace penstock {

// The current dictionaries of a stream, by id.
using Dictionaries = std::unordered_map<int64_t, ColumnPtr>;

// Where a column begins in a batch's lists of nodes, buffers and variadic counts.
struct ColumnPlace {
  size_t node = 0;
  size_t buffer = 0;
  size_t variadic = 0;
};

// Returns the places of `fields` in a batch, and one more entry for the end after them. Throws
// Error when the batch has too few nodes, buffers or counts.
std::vector<ColumnPlace> place_columns(std::span<const WireField> fields,
                                       const BatchMetadata& batch, bool version4);

// Decodes columns of one batch. Their buffers have the right sizes and alignment and lie within the
// body, and null counts are exact; validate() must test the contents of the buffers. Not
// thread-safe. Everything that is passed to the constructor must outlive it.
class ColumnDecoder {
 public:
  ColumnDecoder(const BatchMetadata& batch, const Buffer& body, bool version4,
                const Dictionaries& dictionaries, ByteBudget& budget)
      : batch_(batch),
        body_(body),
        version4_(version4),
        dictionaries_(dictionaries),
        budget_(budget) {}

  // Decodes the column that begins at `place`. Throws an Error that says what is wrong, without the
  // column's name.
  ColumnPtr decode(const WireField& field, const ColumnPlace& place);

 private:
  ColumnPtr next(const WireField& field);
  ColumnPtr next_plain(const WireField& field, const WireNode& node);
  ColumnPtr next_bytes_view(const WireField& field, const WireNode& node);
  ColumnPtr next_list_view(const WireField& field, const WireNode& node);
  ColumnPtr next_run_ends(const WireField& field, const WireNode& node);
  void next_union(const WireField& field, Column& column);
  void next_children(const WireField& field, Column& column);
  WireNode next_node();
  Buffer next_buffer();
  Buffer next_buffer(int64_t count, int64_t width);
  void skip_validity4(const WireNode& node);
  void next_validity(const WireNode& node, Column& column);

  const BatchMetadata& batch_;
  const Buffer& body_;
  bool version4_;
  const Dictionaries& dictionaries_;
  ByteBudget& budget_;
  ColumnPlace at_;
};

}  // namespace penstock
