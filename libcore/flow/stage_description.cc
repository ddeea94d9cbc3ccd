// The seam to simdjson in this room.
#include "libcore/flow/stage_description.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>

#include "libcore/base/error.h"
#include "libcore/data/compare.h"

namespace penstock {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

constexpr std::string_view kTools[] = {"pscan",  "pfilter",   "pproject",  "pagg",
                                       "psort",  "pjoin",     "pmerge",    "phead",
                                       "pprint", "pexchange", "ppartition"};

std::string text_of(element value) {
  return std::string(std::string_view(value));
}

std::vector<std::string> texts_of(element value) {
  std::vector<std::string> texts;
  for (element text : array(value))
    texts.push_back(text_of(text));
  return texts;
}

StageDescription read_parsed(element root) {
  StageDescription stage;
  stage.operation = text_of(root["operation"]);
  for (element alternative : array(root["needs"])) {
    std::vector<StageDescription::Placement> placements;
    for (element input : array(alternative)) {
      StageDescription::Placement placement{text_of(input["placement"]), {}};
      if (placement.kind == "hash") placement.keys = texts_of(input["keys"]);
      placements.push_back(std::move(placement));
    }
    stage.needs.push_back(std::move(placements));
  }
  stage.keeps_order = bool(root["keeps_order"]);
  stage.keeps_placement = bool(root["keeps_placement"]);
  stage.keeps_columns = bool(root["keeps_columns"]);
  stage.uses_order = bool(root["uses_order"]);
  stage.group_keys = texts_of(root["group_keys"]);
  if (std::string order = text_of(root["order"]); !order.empty()) {
    for (const SortKey& key : parse_sort_keys(order))
      stage.order.push_back(key.name);
  }
  element split = root["split"];
  if (!split.is_null()) {
    stage.split = {texts_of(split["local"]), text_of(split["merge"]), texts_of(split["final"]),
                   bool(split["in_turn"])};
  }
  element columns = root["columns"];
  if (!columns.is_null()) stage.columns = texts_of(columns);
  stage.expressions = texts_of(root["expressions"]);
  stage.words = texts_of(root["words"]);
  stage.inputs = texts_of(root["inputs"]);
  for (element given : array(root["given"])) {
    StageDescription::Given option{text_of(given["heading"]), text_of(given["name"]), {}};
    element value;
    if (given["value"].get(value) == simdjson::SUCCESS) option.value = text_of(value);
    // That one is ours: it asked.
    if (option.name != "describe") stage.given.push_back(std::move(option));
  }
  return stage;
}

// "any", or "hash" with at least one key.
StageDescription::Placement listed_placement(const std::string& kind,
                                             std::vector<std::string> keys) {
  if (kind != "any" && kind != "hash") {
    throw Error("'placement' is \"any\" or \"hash\", not \"" + kind + "\"");
  }
  if (kind == "hash" && keys.empty()) throw Error("placement by \"hash\" wants 'keys'");
  if (kind == "any" && !keys.empty()) throw Error("'keys' are for placement by \"hash\"");
  return {kind, std::move(keys)};
}

StageDescription read_parsed_listing(element root) {
  StageDescription stage;
  std::optional<std::string> placement;
  std::vector<std::string> keys;
  for (auto [name, value] : simdjson::dom::object(root)) {
    if (name == "placement") {
      placement = text_of(value);
    } else if (name == "keys") {
      keys = texts_of(value);
    } else if (name == "keeps_order") {
      stage.keeps_order = bool(value);
    } else {
      throw Error("'" + std::string(name) + "' is not among 'placement', 'keys', 'keeps_order'");
    }
  }
  if (!placement) throw Error("'placement' is missing");
  stage.needs = {{listed_placement(*placement, std::move(keys))}};
  if (*placement == "hash" && stage.keeps_order) {
    throw Error("rows placed by \"hash\" have no order to keep");
  }
  return stage;
}

// `read` of the JSON; an Error that begins with `fault` when it is none, or another one.
template <typename Read>
StageDescription read_json(std::string_view json, const std::string& fault, Read read) {
  try {
    simdjson::dom::parser parser;
    simdjson::padded_string padded(json);
    return read(parser.parse(padded));
  } catch (const simdjson::simdjson_error& error) {
    throw Error(fault + ": " + error.what());
  }
}

// The folder of the program that runs.
std::string own_folder() {
  std::array<char, PATH_MAX> path;
  ssize_t size = readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0) return {};
  std::string_view whole(path.data(), static_cast<size_t>(size));
  return std::string(whole.substr(0, whole.rfind('/') + 1));
}

}  // namespace

const StageDescription::Given* StageDescription::find(std::string_view option) const {
  auto found = std::find_if(given.begin(), given.end(),
                            [&](const Given& candidate) { return candidate.name == option; });
  return found == given.end() ? nullptr : &*found;
}

bool StageDescription::can_hash() const {
  return !needs.empty() && needs[0].size() == 1 && needs[0][0].kind == "hash" && !uses_order;
}

std::string StageDescription::why_in_one_place() const {
  if (can_hash()) return "groups come in the order of their first rows";
  if (uses_order) return "what comes out depends on the order of the rows";
  return fmt::format("{} without halves needs all rows in one place",
                     operation == "aggregate" ? "an aggregate" : "a " + operation);
}

std::vector<std::string> StageDescription::options_of(std::string_view heading) const {
  std::vector<std::string> options;
  for (const Given& option : given) {
    if (option.heading != heading) continue;
    options.push_back("--" + option.name + (option.value ? "=" + *option.value : ""));
  }
  return options;
}

StageDescription read_description(std::string_view json) {
  return read_json(json, "--describe gave no description", read_parsed);
}

StageDescription read_listing(std::string_view json) {
  return read_json(json, "not a listing", read_parsed_listing);
}

bool is_tool(std::string_view program) {
  return std::find(std::begin(kTools), std::end(kTools), program) != std::end(kTools);
}

std::string tool_path(const std::string& program) {
  static const std::string kFolder = own_folder();
  std::string beside = kFolder + program;
  return !kFolder.empty() && access(beside.c_str(), X_OK) == 0 ? beside : program;
}

StageDescription describe_stage(const std::vector<std::string>& command, const ToolQuestions& ask) {
  try {
    return read_description(ask.describe(command));
  } catch (const Error& error) {
    throw error.prefixed(command[0] + ": ").as_usage();
  }
}

}  // namespace penstock
