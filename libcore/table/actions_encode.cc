#include <fmt/format.h>

#include <span>

#include "libcore/base/error.h"
#include "libcore/data/json_writer.h"
#include "libcore/table/actions.h"
#include "libcore/table/data_path.h"

namespace penstock {
namespace {

void write_texts(JsonWriter& json, const char* name, const TextMap& texts) {
  json.key(name);
  json.open('{');
  for (const auto& [key, value] : texts)
    json.member(key, std::string_view(value));
  json.close('}');
}

TextMap with_groups(TextMap tags, const std::vector<GroupFile>& groups) {
  if (!groups.empty()) tags[kGroupFilesTag] = encode_group_files(groups);
  return tags;
}

void write_partition_values(JsonWriter& json, const PartitionValues& values) {
  json.key("partitionValues");
  json.open('{');
  for (const auto& [column, value] : values) {
    if (value && std::ssize(*value) > kMaxPartitionValueBytes) {
      throw Error(fmt::format("a value of the partition column '{}' has more than {} bytes", column,
                              kMaxPartitionValueBytes));
    }
    json.key(column);
    if (value) {
      json.text(*value);
    } else {
      json.word("null");
    }
  }
  json.close('}');
}

// Writes an action as a line of its own.
class ActionLine {
 public:
  explicit ActionLine(const char* kind) {
    json.open('{');
    json.key(kind);
    json.open('{');
  }
  void append_to(std::string& text) {
    json.close('}');
    json.close('}');
    const std::string line = json.take();
    if (std::ssize(line) > kMaxLogLineBytes) {
      throw Error(
          fmt::format("an action of the table's log has more than {} bytes", kMaxLogLineBytes));
    }
    text += line;
    text += '\n';
  }

  JsonWriter json;
};

void append(std::string& text, const CommitInfo& info) {
  ActionLine line("commitInfo");
  if (info.timestamp) line.json.member("timestamp", *info.timestamp);
  line.json.member("operation", std::string_view(info.operation));
  write_texts(line.json, "operationParameters", info.parameters);
  if (info.read_version) line.json.member("readVersion", *info.read_version);
  if (info.only_adds) line.json.member("isBlindAppend", *info.only_adds);
  line.json.member("engineInfo", std::string_view(info.engine));
  line.append_to(text);
}

void append(std::string& text, const TableProtocol& protocol) {
  ActionLine line("protocol");
  line.json.member("minReaderVersion", protocol.reader);
  line.json.member("minWriterVersion", protocol.writer);
  const std::span<const std::string> readers = protocol.reader_features;
  const std::span<const std::string> writers = protocol.writer_features;
  if (!readers.empty()) line.json.member("readerFeatures", readers);
  if (!writers.empty()) line.json.member("writerFeatures", writers);
  line.append_to(text);
}

void append(std::string& text, const TableMetadata& metadata) {
  ActionLine line("metaData");
  line.json.member("id", std::string_view(metadata.id));
  if (!metadata.name.empty()) line.json.member("name", std::string_view(metadata.name));
  if (!metadata.description.empty()) {
    line.json.member("description", std::string_view(metadata.description));
  }
  line.json.key("format");
  line.json.open('{');
  line.json.member("provider", std::string_view("parquet"));
  write_texts(line.json, "options", {});
  line.json.close('}');
  line.json.member("schemaString", std::string_view(metadata.schema_text));
  line.json.member("partitionColumns", std::span<const std::string>(metadata.partition_columns));
  write_texts(line.json, "configuration", metadata.configuration);
  if (metadata.created) line.json.member("createdTime", *metadata.created);
  line.append_to(text);
}

void append(std::string& text, const DataFile& file) {
  ActionLine line("add");
  line.json.member("path", std::string_view(encode_data_path(file.path)));
  write_partition_values(line.json, file.partition_values);
  line.json.member("size", file.size);
  line.json.member("modificationTime", file.modified);
  line.json.member("dataChange", file.changes_data);
  if (!file.stats.empty()) line.json.member("stats", std::string_view(file.stats));
  const TextMap tags = with_groups(file.tags, file.groups);
  if (!tags.empty()) write_texts(line.json, "tags", tags);
  line.append_to(text);
}

void append(std::string& text, const RemovedFile& file) {
  ActionLine line("remove");
  line.json.member("path", std::string_view(encode_data_path(file.path)));
  if (file.removed) line.json.member("deletionTimestamp", *file.removed);
  line.json.member("dataChange", file.changes_data);
  // The members below are there only together.
  if (file.size) {
    line.json.member("extendedFileMetadata", true);
    write_partition_values(line.json, file.partition_values);
    line.json.member("size", *file.size);
  }
  if (!file.groups.empty()) write_texts(line.json, "tags", with_groups({}, file.groups));
  line.append_to(text);
}

void append(std::string& text, const ApplicationTransaction& transaction) {
  ActionLine line("txn");
  line.json.member("appId", std::string_view(transaction.application));
  line.json.member("version", transaction.version);
  if (transaction.updated) line.json.member("lastUpdated", *transaction.updated);
  line.append_to(text);
}

}  // namespace

std::string encode_actions(const VersionActions& actions) {
  std::string text;
  if (actions.info) append(text, *actions.info);
  if (actions.protocol) append(text, *actions.protocol);
  if (actions.metadata) append(text, *actions.metadata);
  for (const ApplicationTransaction& transaction : actions.transactions)
    append(text, transaction);
  for (const RemovedFile& file : actions.removed)
    append(text, file);
  for (const DataFile& file : actions.added)
    append(text, file);
  if (std::ssize(text) > kMaxVersionBytes) {
    throw Error(fmt::format("a version of the table's log would have more than {} bytes",
                            kMaxVersionBytes));
  }
  return text;
}

}  // namespace penstock
