// Turns messages into batches, for streams and files alike.
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

// Holds the schema, the projection and the current dictionaries. Not thread-safe.
class BatchAssembler {
 public:
  // Throws Error when a wanted column does not exist, when its name is that of several columns, and
  // when one dictionary id is used for different types.
  BatchAssembler(WireSchema schema, const std::optional<std::vector<std::string>>& columns);

  // The schema of the wanted columns.
  const SchemaPtr& schema() const { return schema_; }

  // Adds a dictionary: a new one, one that replaces another, or one that extends it. Throws Error
  // when the message is damaged.
  void add_dictionary(const MessageMetadata& message, const Buffer& body);

  // Returns whether a wanted column still lacks a dictionary.
  bool lacks_dictionary() const;

  // Returns the batch of a message, with every invariant tested. Throws an Error that names the
  // column.
  Batch make_batch(const MessageMetadata& message, const Buffer& body) const;

  // Returns the parts of the body that make_batch() will read, in ascending order. Throws Error
  // when the message is damaged.
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
