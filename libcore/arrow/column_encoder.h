// Encodes columns as the body of a batch: the buffers to write, in order, and their metadata.
#pragma once

#include <cstdint>
#include <vector>

#include "libcore/arrow/metadata.h"
#include "libcore/data/column.h"

namespace penstock {

// Returns the number to add to the indices of a dictionary column, where the dictionaries of
// several columns were put one after the other.
class IndexShift {
 public:
  virtual ~IndexShift() = default;
  // The shift for the dictionary field `id` (numbered as by encode_schema()) while it has this
  // dictionary.
  virtual int64_t shift(int64_t id, const Column& dictionary) const = 0;
};

// Returns the number of dictionary fields of a type, including nested ones.
int64_t count_dictionaries(const Type& type);

// Collects the columns of one message. Buffers are shared, not copied, unless the written form
// differs: offsets that do not begin at 0, shifted indices, compressed buffers. Only bytes that
// rows refer to are written. Not thread-safe.
class ColumnEncoder {
 public:
  // `first_dictionary` is the id of the first dictionary field that add() will encounter.
  ColumnEncoder(int64_t rows, BodyCompression compression, const IndexShift& shifts,
                int64_t first_dictionary);

  void add(const Column& column);
  // Adds a column of bare values (take.h) whose bytes are not available yet: its buffer has a size
  // but no data. REQUIRES no compression.
  void add_later(const Type& type);

  const BatchMetadata& metadata() const { return metadata_; }
  // The buffers, one for each buffer of the metadata. The caller must pad each with zeros to
  // kBufferAlignment.
  const std::vector<Buffer>& buffers() const { return buffers_; }
  int64_t body_size() const { return body_size_; }

 private:
  void add_buffer(const Buffer& buffer);
  void add_indices(const Column& column);
  void add_dense_union(const Column& column);
  template <typename Offset>
  void add_variable(const Column& column);

  BatchMetadata metadata_;
  std::vector<Buffer> buffers_;
  int64_t body_size_ = 0;
  const IndexShift& shifts_;
  int64_t next_dictionary_;
};

}  // namespace penstock
