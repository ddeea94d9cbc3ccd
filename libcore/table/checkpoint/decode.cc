#include "libcore/table/checkpoint/decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/json_writer.h"
#include "libcore/table/checkpoint/schema.h"

namespace penstock {
namespace {

// An action that names a file with further actions.
constexpr const char* kSidecar = "sidecar";
// A member of `add` by which rows of the file are removed. It is read to be refused.
constexpr const char* kDeletionVector = "deletionVector";

bool is_text(const Type& type) {
  return type.id == TypeId::kUtf8 || type.id == TypeId::kLargeUtf8;
}

bool is_list(const Type& type) {
  return type.id == TypeId::kList || type.id == TypeId::kLargeList;
}

bool is_integer(const Type& type) {
  return type.id == TypeId::kInt32 || type.id == TypeId::kInt64;
}

bool is_text_map(const Type& type) {
  if (type.id != TypeId::kMap) return false;
  const std::vector<Field>& entry = type.children[0].type->children;
  return is_text(*entry[0].type) && is_text(*entry[1].type);
}

void require_kind(TypeId wanted, const Type& there, const std::string& name) {
  const auto require = [&](bool fits, const char* what) {
    if (fits) return;
    throw Error(
        fmt::format("'{}' has the type {}, and should be {}", name, there.to_string(), what));
  };
  switch (wanted) {
    case TypeId::kUtf8:
      return require(is_text(there), "a text");
    case TypeId::kBool:
      return require(there.id == TypeId::kBool, "true or false");
    case TypeId::kList:
      return require(is_list(there) && is_text(*there.children[0].type), "a list of texts");
    case TypeId::kMap:
      return require(is_text_map(there), "a map of texts");
    case TypeId::kStruct:
      return require(there.id == TypeId::kStruct, "a struct");
    default:
      return require(is_integer(there), "an integer");
  }
}

std::pair<int64_t, int64_t> items_of(const Column& list, int64_t row) {
  if (list.type->id == TypeId::kLargeList) {
    const int64_t* ends = list.offsets.as<int64_t>();
    return {ends[row], ends[row + 1]};
  }
  const int32_t* ends = list.offsets.as<int32_t>();
  return {ends[row], ends[row + 1]};
}

void write_text(JsonWriter& json, const Column& texts, int64_t row) {
  if (texts.is_null(row)) return json.word("null");
  json.text(any_bytes_at(texts, row));
}

void write_texts(JsonWriter& json, const Column& list, int64_t row) {
  json.open('[');
  const auto [begin, end] = items_of(list, row);
  for (int64_t item = begin; item < end; ++item)
    write_text(json, *list.children[0], item);
  json.close(']');
}

void write_text_map(JsonWriter& json, const Column& map, int64_t row) {
  json.open('{');
  const Column& entries = *map.children[0];
  const auto [begin, end] = items_of(map, row);
  for (int64_t entry = begin; entry < end; ++entry) {
    if (entries.is_null(entry) || entries.children[0]->is_null(entry)) {
      throw Error("a map has an entry without a key");
    }
    json.key(any_bytes_at(*entries.children[0], entry));
    write_text(json, *entries.children[1], entry);
  }
  json.close('}');
}

int64_t integer_at(const Column& column, int64_t row) {
  return column.type->id == TypeId::kInt32 ? column.data<int32_t>()[row]
                                           : column.data<int64_t>()[row];
}

}  // namespace

// Writes a row as the line of a version's file.
class CheckpointDecoder::LineOf {
 public:
  LineOf(const Member& action, const Column& column, int64_t row) {
    json_.open('{');
    json_.key(action.name);
    write(action, column, row);
    json_.close('}');
  }
  std::string take() { return json_.take(); }

 private:
  void write(const Member& member, const Column& column, int64_t row) {
    switch (member.kind) {
      case TypeId::kUtf8:
        return json_.text(any_bytes_at(column, row));
      case TypeId::kBool:
        return json_.word(column.bool_at(row) ? "true" : "false");
      case TypeId::kList:
        return write_texts(json_, column, row);
      case TypeId::kMap:
        return write_text_map(json_, column, row);
      case TypeId::kStruct:
        break;
      default:
        return json_.word(std::to_string(integer_at(column, row)));
    }
    json_.open('{');
    for (const Member& inner : member.members) {
      const Column& values = *column.children[inner.place];
      if (values.is_null(row)) continue;
      json_.key(inner.name);
      write(inner, values, row);
    }
    json_.close('}');
  }

  JsonWriter json_;
};

std::vector<CheckpointDecoder::Member> CheckpointDecoder::members_of(
    const std::vector<Field>& wanted, const std::vector<Field>& there, const std::string& within) {
  std::vector<Member> members;
  for (const Field& field : wanted) {
    const std::string name = within + field.name;
    std::optional<size_t> place;
    for (size_t i = 0; i < there.size(); ++i) {
      if (there[i].name != field.name) continue;
      if (place) throw Error("'" + name + "' is there twice");
      place = i;
    }
    if (!place || there[*place].type->id == TypeId::kNull) continue;
    const Type& type = *there[*place].type;
    require_kind(field.type->id, type, name);
    Member& member = members.emplace_back(Member{field.name, *place, field.type->id, {}});
    if (field.type->id != TypeId::kStruct) continue;
    member.members = members_of(field.type->children, type.children, name + ".");
    for (size_t i = 0; i < type.children.size(); ++i) {
      if (type.children[i].name == kDeletionVector && type.children[i].type->id == TypeId::kStruct)
        member.members.push_back({kDeletionVector, i, TypeId::kStruct, {}});
    }
  }
  return members;
}

void CheckpointDecoder::begin(const Schema& schema) {
  members_ = members_of(checkpoint_schema()->fields(), schema.fields(), "");
  at_.assign(schema.size(), std::nullopt);
  for (size_t i = 0; i < members_.size(); ++i)
    at_[members_[i].place] = i;
  rows_ = 0;
}

void CheckpointDecoder::take(const Batch& batch) {
  for (int64_t row = 0; row < batch.rows; ++row) {
    ++rows_;
    try {
      take_row(batch, row);
    } catch (const Error& error) {
      throw error.prefixed(fmt::format("row {}: ", rows_));
    }
  }
}

void CheckpointDecoder::take_row(const Batch& batch, int64_t row) {
  std::optional<size_t> found;
  for (size_t i = 0; i < batch.columns.size(); ++i) {
    if (batch.columns[i]->is_null(row)) continue;
    if (found) throw Error("has more than one action");
    found = i;
  }
  if (!found) throw Error("has no action");
  if (!at_[*found]) {
    if ((*batch.schema)[*found].name != kSidecar) return;
    throw Error("names a file with further actions (v2Checkpoint), which Penstock cannot read");
  }
  const Member& action = members_[*at_[*found]];
  VersionActions one;
  decode_action(parser_, LineOf(action, *batch.columns[*found], row).take(), one);
  if ((one.protocol && actions_.protocol) || (one.metadata && actions_.metadata)) {
    throw Error("has the " + action.name + " a second time");
  }
  take_one(std::move(one));
  if (std::max(std::ssize(actions_.added), std::ssize(actions_.removed)) > most_files_) {
    throw Error(fmt::format("the table has more than {} files", most_files_));
  }
}

// Of an action's vectors at most one has an element.
void CheckpointDecoder::take_one(VersionActions one) {
  if (one.protocol) actions_.protocol = std::move(one.protocol);
  if (one.metadata) actions_.metadata = std::move(one.metadata);
  for (DataFile& file : one.added)
    actions_.added.push_back(std::move(file));
  for (RemovedFile& file : one.removed)
    actions_.removed.push_back(std::move(file));
  for (ApplicationTransaction& transaction : one.transactions)
    actions_.transactions.push_back(std::move(transaction));
}

VersionActions CheckpointDecoder::finish() {
  if (!actions_.protocol) throw Error("has no protocol");
  if (!actions_.metadata) throw Error("has no metaData");
  return std::move(actions_);
}

}  // namespace penstock
