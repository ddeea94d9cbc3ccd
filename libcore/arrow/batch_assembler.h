// Messages as batches: what reading a stream and reading a file have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "libcore/arrow/column_decoder.h"
#include "libcore/arrow/ipc_reader.h"
#include "libcore/arrow/message.h"

namespace penstock {

// Holds the schema, the projection and the dictionaries as they stand. Not thread-safe.
class BatchAssembler {
 public:
  // Throws Error when a wanted column is not there or its name stands for several, and when one
  // dictionary id is used for different types.
  BatchAssembler(WireSchema schema, const std::optional<std::vector<std::string>>& columns);

  // Of the wanted columns.
  const SchemaPtr& schema() const { return schema_; }

  // Takes a dictionary in: a new one, one that replaces another, or one that extends it. Throws
  // Error.
  void add_dictionary(const MessageMetadata& message, const Buffer& body);

  // Whether a dictionary of a wanted column has not come yet.
  bool lacks_dictionary() const;

  // The batch that a message holds, tested throughout. Throws Error that names the column.
  Batch make_batch(const MessageMetadata& message, const Buffer& body) const;

  // The parts of the body that make_batch() will look at, ascending. Throws Error.
  std::vector<BufferRange> wanted_ranges(const MessageMetadata& message) const;

 private:
  void register_dictionaries(const WireField& field, bool wanted);

  struct DictionaryField {
    const WireField* values = nullptr;  // into wire_
    bool wanted = false;
  };

  WireSchema wire_;
  SchemaPtr schema_;
  std::vector<size_t> wanted_;  // for each column of schema_, its number in wire_
  std::unordered_map<int64_t, DictionaryField> dictionary_fields_;
  Dictionaries dictionaries_;
};

}  // namespace penstock
