#include "libcore/arrow/batch_assembler.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/compare.h"
#include "libcore/data/take.h"

namespace penstock {
namespace {

// The statements about the rows' order and placement are still true of some of the columns if their
// names remain: rows ordered by a, b are ordered by a.
Metadata projected_metadata(const Metadata& metadata, const std::vector<Field>& fields) {
  std::set<std::string_view> names;
  for (const Field& field : fields)
    names.insert(field.name);
  Metadata kept;
  for (const auto& [key, value] : metadata) {
    if (key != kOrderKey && key != kPartitioningKey) {
      kept.emplace_back(key, value);
      continue;
    }
    std::vector<SortKey> keys;
    try {
      keys = parse_sort_keys(value);
    } catch (const Error&) {
      continue;  // not ours to trust
    }
    size_t count = 0;
    while (count < keys.size() && names.count(keys[count].name) != 0)
      ++count;
    if (count == 0 || (key == kPartitioningKey && count < keys.size())) continue;
    keys.resize(count);
    kept.emplace_back(key, to_string(keys));
  }
  return kept;
}

}  // namespace

BatchAssembler::BatchAssembler(WireSchema schema,
                               const std::optional<std::vector<std::string>>& columns)
    : wire_(std::move(schema)), schema_(wire_.schema) {
  if (columns) {
    std::vector<Field> fields;
    for (const std::string& name : *columns) {
      wanted_.push_back(schema_->index_of(name));
      fields.push_back((*schema_)[wanted_.back()]);
    }
    Metadata metadata = projected_metadata(schema_->metadata(), fields);
    schema_ = make_schema(std::move(fields), std::move(metadata));
  } else {
    for (size_t i = 0; i < schema_->size(); ++i)
      wanted_.push_back(i);
  }
  std::vector<bool> is_wanted(wire_.fields.size());
  for (size_t i : wanted_)
    is_wanted[i] = true;
  for (size_t i = 0; i < wire_.fields.size(); ++i) {
    register_dictionaries(wire_.fields[i], is_wanted[i]);
  }
}

void BatchAssembler::register_dictionaries(const WireField& field, bool wanted) {
  if (field.layout == WireLayout::kDictionary) {
    const WireField& values = field.children[0];
    DictionaryField& entry = dictionary_fields_[field.dictionary_id];
    if (entry.values == nullptr) entry.values = &values;
    if (!equals(*entry.values->type, *values.type) || entry.values->layout != values.layout) {
      throw Error(fmt::format("dictionary {} is used for {} and for {}", field.dictionary_id,
                              entry.values->type->to_string(), values.type->to_string()));
    }
    entry.wanted = entry.wanted || wanted;
  }
  for (const WireField& child : field.children)
    register_dictionaries(child, wanted);
}

void BatchAssembler::add_dictionary(const MessageMetadata& message, const Buffer& body) {
  int64_t id = message.dictionary_id;
  auto found = dictionary_fields_.find(id);
  if (found == dictionary_fields_.end()) {
    throw Error(fmt::format("dictionary {} belongs to no column", id));
  }
  if (!found->second.wanted) return;
  const WireField& field = *found->second.values;
  ColumnPtr values;
  try {
    ByteBudget budget(kMaxMessageBodyBytes);
    std::vector<ColumnPlace> places = place_columns({&field, 1}, message.batch, message.version4);
    ColumnDecoder decoder(message.batch, body, message.version4, dictionaries_, budget);
    values = decoder.decode(field, places[0]);
    if (values->length != message.batch.rows) throw Error("its length is not that of its column");
    validate(*values, true);  // dictionaries within were when they came
  } catch (const Error& error) {
    throw Error(fmt::format("dictionary {}: {}", id, error.message()));
  }
  ColumnPtr& dictionary = dictionaries_[id];
  if (message.is_delta && dictionary) {
    std::array<ColumnPtr, 2> parts{dictionary, values};
    values = concatenate(parts);
  }
  dictionary = std::move(values);
}

bool BatchAssembler::lacks_dictionary() const {
  for (const auto& [id, field] : dictionary_fields_) {
    if (field.wanted && dictionaries_.count(id) == 0) return true;
  }
  return false;
}

Batch BatchAssembler::make_batch(const MessageMetadata& message, const Buffer& body) const {
  std::vector<ColumnPlace> places = place_columns(wire_.fields, message.batch, message.version4);
  ByteBudget budget(kMaxMessageBodyBytes);
  ColumnDecoder decoder(message.batch, body, message.version4, dictionaries_, budget);
  Batch batch;
  batch.schema = schema_;
  batch.rows = message.batch.rows;
  batch.metadata = message.said;
  batch.columns.reserve(wanted_.size());
  for (size_t i : wanted_) {
    try {
      ColumnPtr column = decoder.decode(wire_.fields[i], places[i]);
      if (column->length != batch.rows) {
        throw Error(fmt::format("{} rows in a batch of {}", column->length, batch.rows));
      }
      validate(*column, true);
      batch.columns.push_back(std::move(column));
    } catch (const Error& error) {
      throw Error(fmt::format("column '{}': {}", (*wire_.schema)[i].name, error.message()));
    }
  }
  return batch;
}

std::vector<BufferRange> BatchAssembler::wanted_ranges(const MessageMetadata& message) const {
  std::vector<ColumnPlace> places = place_columns(wire_.fields, message.batch, message.version4);
  std::vector<BufferRange> ranges;
  for (size_t i : wanted_) {
    for (size_t j = places[i].buffer; j < places[i + 1].buffer; ++j) {
      if (message.batch.buffers[j].size > 0) ranges.push_back(message.batch.buffers[j]);
    }
  }
  std::sort(ranges.begin(), ranges.end(),
            [](const BufferRange& a, const BufferRange& b) { return a.offset < b.offset; });
  return ranges;
}

}  // namespace penstock
