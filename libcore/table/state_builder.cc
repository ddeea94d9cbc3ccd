#include "libcore/table/state_builder.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/table/schema_text.h"

namespace penstock {
namespace {

void refuse_repeats(const VersionActions& actions) {
  std::unordered_set<std::string_view> seen;
  for (const DataFile& file : actions.added) {
    if (seen.insert(file.path).second) continue;
    throw Error("the file '" + printable(file.path) + "' is added twice");
  }
}

// What is read of the metaData alone, once the last one is known.
void finish(TableState& state) {
  try {
    state.schema = decode_schema_text(state.metadata.schema_text);
  } catch (const Error& error) {
    throw error.prefixed("the schema: ");
  }
  for (const std::string& column : state.metadata.partition_columns)
    (void)state.schema->index_of(column);
}

}  // namespace

void StateBuilder::begin(int64_t version, const VersionActions& actions, int64_t schemas) {
  apply(actions);
  state_.version = version;
  state_.schemas = schemas;
}

void StateBuilder::apply(const VersionActions& actions) {
  refuse_repeats(actions);
  ++state_.version;
  state_.timestamp = actions.info ? actions.info->timestamp : std::nullopt;
  if (actions.protocol) state_.protocol = *actions.protocol;
  if (actions.metadata) {
    if (actions.metadata->schema_text != state_.metadata.schema_text) ++state_.schemas;
    state_.metadata = *actions.metadata;
  }
  for (const ApplicationTransaction& transaction : actions.transactions)
    state_.transactions[transaction.application] = transaction;
  for (const RemovedFile& file : actions.removed) {
    remove(file.path);
    state_.removed[file.path] = file;
  }
  for (const DataFile& file : actions.added) {
    add(file);
    state_.removed.erase(file.path);
  }
}

TableState StateBuilder::take() {
  if (state_.metadata.id.empty()) throw Error("no version says what columns it has (metaData)");
  require_readable(state_.protocol);
  finish(state_);
  std::erase_if(state_.files, [](const DataFile& file) { return file.path.empty(); });
  return std::move(state_);
}

void StateBuilder::add(const DataFile& file) {
  // The same file with other statistics or tags takes its own place.
  const auto [place, is_new] = places_.try_emplace(file.path, state_.files.size());
  if (!is_new) {
    state_.files[place->second] = file;
    return;
  }
  if (std::ssize(places_) > most_files_) {
    throw Error(fmt::format("the table has more than {} files", most_files_));
  }
  state_.files.push_back(file);
}

void StateBuilder::remove(const std::string& path) {
  const auto place = places_.find(path);
  if (place == places_.end()) return;
  state_.files[place->second].path.clear();
  places_.erase(place);
}

}  // namespace penstock
