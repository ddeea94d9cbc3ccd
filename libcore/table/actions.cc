#include "libcore/table/actions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/table/data_path.h"
#include "libcore/table/log_json.h"
#include "libcore/table/schema_text.h"

namespace penstock {
namespace {

// From these versions on, features say what a table asks.
constexpr int64_t kReaderWithFeatures = 3;
constexpr int64_t kWriterWithFeatures = 7;
// Below them: reader 2 is column mapping; writer 3 is CHECK constraints, 4 generated columns and
// the change feed, 5 column mapping, 6 identity columns. A table of writer version 2 may be made
// append-only, which a writer must keep.
constexpr int64_t kMostReader = 1;
constexpr int64_t kMostWriter = 2;

constexpr std::array kReaderFeatures{kArrowFeature, kGroupsFeature, kZonelessFeature};
// What asks nothing of those who only add and remove whole files. `appendOnly` is looked at by
// those who remove.
constexpr std::array kWriterFeatures{kArrowFeature, kGroupsFeature, kZonelessFeature, "appendOnly"};

void require_features(const std::vector<std::string>& asked, std::span<const char* const> known,
                      const char* to) {
  for (const std::string& feature : asked) {
    if (std::find(known.begin(), known.end(), feature) != known.end()) continue;
    throw Error(fmt::format("the table has the feature '{}', which Penstock cannot {}",
                            printable(feature), to));
  }
}

void add_features(std::vector<std::string>& features, const std::vector<std::string>& more) {
  std::set<std::string> all(features.begin(), features.end());
  all.insert(more.begin(), more.end());
  features.assign(all.begin(), all.end());
}

TableProtocol protocol_of(const LogValue& value) {
  TableProtocol protocol;
  protocol.reader = value.at("minReaderVersion").number("minReaderVersion");
  protocol.writer = value.at("minWriterVersion").number("minWriterVersion");
  const auto features = [&](const char* name, std::vector<std::string>& into) {
    const std::optional<LogValue> list = value.find(name);
    if (!list) return;
    for (const LogValue& feature : list->items(name))
      into.push_back(feature.text(name));
  };
  features("readerFeatures", protocol.reader_features);
  features("writerFeatures", protocol.writer_features);
  return protocol;
}

std::string text_if_there(const LogValue& value, const char* name) {
  const std::optional<LogValue> text = value.find(name);
  return text ? text->text(name) : std::string();
}

std::optional<int64_t> number_if_there(const LogValue& value, const char* name) {
  const std::optional<LogValue> number = value.find(name);
  if (!number) return std::nullopt;
  return number->number(name);
}

TextMap texts_if_there(const LogValue& value, const char* name) {
  const std::optional<LogValue> object = value.find(name);
  if (!object) return {};
  const auto members = text_members(*object, name);
  return {members.begin(), members.end()};
}

PartitionValues partition_values_of(const LogValue& value) {
  PartitionValues values;
  const std::optional<LogValue> object = value.find("partitionValues");
  if (!object) return values;
  for (const auto& [name, text] : object->members("partitionValues")) {
    std::optional<std::string>& here = values[name];
    if (!text.is_null()) here = text.text(name);
  }
  return values;
}

TableMetadata metadata_of(const LogValue& value) {
  TableMetadata metadata;
  metadata.id = value.at("id").text("id");
  metadata.name = text_if_there(value, "name");
  metadata.description = text_if_there(value, "description");
  metadata.schema_text = value.at("schemaString").text("schemaString");
  const std::string provider = value.at("format").at("provider").text("provider");
  if (provider != "parquet") {
    throw Error("data of the format '" + printable(provider) + "' is not known");
  }
  for (const LogValue& column : value.at("partitionColumns").items("partitionColumns"))
    metadata.partition_columns.push_back(column.text("partitionColumns"));
  metadata.configuration = texts_if_there(value, "configuration");
  metadata.created = number_if_there(value, "createdTime");
  return metadata;
}

int64_t require_size(int64_t size) {
  if (size < 0) throw Error("'size' is negative");
  return size;
}

// Takes the files of the groups from the tags of an action.
std::vector<GroupFile> take_groups(TextMap& tags, const std::string& path) {
  const auto found = tags.find(kGroupFilesTag);
  if (found == tags.end()) return {};
  std::vector<GroupFile> groups = decode_group_files(found->second, path);
  tags.erase(found);
  return groups;
}

DataFile added_file(const LogValue& value) {
  DataFile file;
  file.path = decode_data_path(value.at("path").text("path"));
  file.partition_values = partition_values_of(value);
  file.size = require_size(value.at("size").number("size"));
  file.modified = value.at("modificationTime").number("modificationTime");
  file.changes_data = value.at("dataChange").flag("dataChange");
  file.stats = text_if_there(value, "stats");
  file.tags = texts_if_there(value, "tags");
  file.groups = take_groups(file.tags, file.path);
  if (!file.groups.empty() && bytes_of(file.groups) != file.size) {
    throw Error("'" + printable(file.path) + "' has another size than its column groups together");
  }
  if (value.find("deletionVector")) {
    throw Error("'" + printable(file.path) + "' has a deletion vector, which Penstock cannot read");
  }
  return file;
}

RemovedFile removed_file(const LogValue& value) {
  RemovedFile file;
  file.path = decode_data_path(value.at("path").text("path"));
  file.removed = number_if_there(value, "deletionTimestamp");
  file.changes_data = value.at("dataChange").flag("dataChange");
  file.partition_values = partition_values_of(value);
  file.size = number_if_there(value, "size");
  TextMap tags = texts_if_there(value, "tags");
  file.groups = take_groups(tags, file.path);
  return file;
}

// Written for people by many programs, in many ways: what is of another kind is left out.
CommitInfo info_of(const LogValue& value) {
  using Kind = LogValue::Kind;
  CommitInfo info;
  for (const auto& [name, member] : value.members("commitInfo")) {
    const Kind kind = member.kind();
    if (name == "timestamp" && kind == Kind::kNumber) info.timestamp = member.number(name);
    if (name == "operation" && kind == Kind::kText) info.operation = member.text(name);
    if (name == "engineInfo" && kind == Kind::kText) info.engine = member.text(name);
    if (name == "isBlindAppend" && kind == Kind::kFlag) info.only_adds = member.flag(name);
    if (name == "readVersion" && kind == Kind::kNumber) info.read_version = member.number(name);
    if (name != "operationParameters" || kind != Kind::kObject) continue;
    for (const auto& [parameter, set_to] : member.members(name)) {
      info.parameters[parameter] =
          set_to.kind() == Kind::kText ? set_to.text(parameter) : set_to.json();
    }
  }
  return info;
}

void take_action(const std::string& kind, const LogValue& value, VersionActions& actions) {
  if (kind == "add") {
    actions.added.push_back(added_file(value));
  } else if (kind == "remove") {
    actions.removed.push_back(removed_file(value));
  } else if (kind == "protocol") {
    actions.protocol = protocol_of(value);
  } else if (kind == "metaData") {
    actions.metadata = metadata_of(value);
  } else if (kind == "commitInfo") {
    actions.info = info_of(value);
  } else if (kind == "txn") {
    actions.transactions.push_back({value.at("appId").text("appId"),
                                    value.at("version").number("version"),
                                    number_if_there(value, "lastUpdated")});
  }
}

}  // namespace

std::string TableMetadata::configured(const std::string& key) const {
  const auto found = configuration.find(key);
  return found == configuration.end() ? std::string() : found->second;
}

std::string DataFile::tag(const std::string& key) const {
  const auto found = tags.find(key);
  return found == tags.end() ? std::string() : found->second;
}

void decode_action(LogText& parser, std::string_view line, VersionActions& actions) {
  if (std::ssize(line) > kMaxLogLineBytes) {
    throw Error(fmt::format("is longer than {} bytes", kMaxLogLineBytes));
  }
  for (const auto& [kind, value] : parser.parse(line).members("a line")) {
    if (!value.is_null()) take_action(kind, value, actions);
  }
}

VersionActions decode_actions(std::string_view text) {
  if (std::ssize(text) > kMaxVersionBytes) {
    throw Error(fmt::format("has more than {} bytes", kMaxVersionBytes));
  }
  VersionActions actions;
  LogText parser;
  int64_t number = 0;
  while (!text.empty()) {
    ++number;
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    try {
      decode_action(parser, line, actions);
    } catch (const Error& error) {
      throw error.prefixed(fmt::format("line {}: ", number));
    }
  }
  return actions;
}

void require_readable(const TableProtocol& protocol) {
  if (protocol.reader > kReaderWithFeatures ||
      (protocol.reader > kMostReader && protocol.reader < kReaderWithFeatures)) {
    throw Error(fmt::format("the table asks for readers of version {}, which Penstock is not",
                            protocol.reader));
  }
  require_features(protocol.reader_features, kReaderFeatures, "read");
}

void require_writable(const TableProtocol& protocol) {
  require_readable(protocol);
  if (protocol.writer > kWriterWithFeatures ||
      (protocol.writer > kMostWriter && protocol.writer < kWriterWithFeatures)) {
    throw Error(fmt::format("the table asks for writers of version {}, which Penstock is not",
                            protocol.writer));
  }
  require_features(protocol.writer_features, kWriterFeatures, "write");
}

TableProtocol new_protocol(const ProtocolNeeds& needs, const Schema& schema) {
  TableProtocol protocol;
  std::vector<std::string> features;
  if (needs.is_arrow) features.emplace_back(kArrowFeature);
  if (needs.has_groups) features.emplace_back(kGroupsFeature);
  if (has_zoneless_timestamp(schema)) features.emplace_back(kZonelessFeature);
  if (features.empty()) return protocol;
  return {kReaderWithFeatures, kWriterWithFeatures, features, features};
}

TableProtocol widened(const TableProtocol& protocol, const ProtocolNeeds& needs,
                      const Schema& schema) {
  const TableProtocol needed = new_protocol(needs, schema);
  TableProtocol both = protocol;
  both.reader = std::max(both.reader, needed.reader);
  both.writer = std::max(both.writer, needed.writer);
  add_features(both.reader_features, needed.reader_features);
  add_features(both.writer_features, needed.writer_features);
  return both;
}

}  // namespace penstock
