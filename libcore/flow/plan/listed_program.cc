// The seam to simdjson in this room.
#include "libcore/flow/plan/listed_program.h"

#include <simdjson.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

constexpr const char* kSystemFolder = "/etc/penstock/tools.d/";

// Empty for a variable that is not set, or that names no place of its own (XDG base directory
// specification: relative paths are to be ignored).
std::string folder_in(const char* variable, const std::string& below) {
  const char* value = std::getenv(variable);
  if (value == nullptr || value[0] != '/') return {};
  return std::string(value) + below;
}

std::vector<std::string> folders() {
  std::string user = folder_in("XDG_CONFIG_HOME", "/penstock/tools.d/");
  if (user.empty()) user = folder_in("HOME", "/.config/penstock/tools.d/");
  std::vector<std::string> folders;
  if (!user.empty()) folders.push_back(std::move(user));
  folders.emplace_back(kSystemFolder);
  return folders;
}

std::string read_listing_file(const std::string& path) {
  ByteSourcePtr source = open_source(path);
  std::string text(static_cast<size_t>(kMaxListingBytes) + 1, '\0');
  text.resize(static_cast<size_t>(read_fully(*source, text.data(), std::ssize(text))));
  if (std::ssize(text) > kMaxListingBytes) {
    throw Error(path + ": a listing of more than " + std::to_string(kMaxListingBytes) + " bytes");
  }
  return text;
}

std::string text_of(element value) {
  return std::string(std::string_view(value));
}

std::vector<std::string> texts_of(element value) {
  std::vector<std::string> texts;
  for (element text : array(value))
    texts.push_back(text_of(text));
  return texts;
}

// "any", or "hash" with at least one key.
Placement listed_placement(const std::string& kind, std::vector<std::string> keys) {
  if (kind != "any" && kind != "hash") {
    throw Error("'placement' is \"any\" or \"hash\", not \"" + kind + "\"");
  }
  if (kind == "hash" && keys.empty()) throw Error("placement by \"hash\" wants 'keys'");
  if (kind == "any" && !keys.empty()) throw Error("'keys' are for placement by \"hash\"");
  return {kind == "hash" ? Placement::Kind::kHash : Placement::Kind::kAny, std::move(keys)};
}

StageTraits read_parsed_listing(element root) {
  StageTraits traits;
  traits.operation = Operation::kProgram;
  std::optional<std::string> placement;
  std::vector<std::string> keys;
  for (auto [name, value] : simdjson::dom::object(root)) {
    if (name == "placement") {
      placement = text_of(value);
    } else if (name == "keys") {
      keys = texts_of(value);
    } else if (name == "keeps_order") {
      traits.keeps.order = bool(value);
    } else {
      throw Error("'" + std::string(name) + "' is not among 'placement', 'keys', 'keeps_order'");
    }
  }
  if (!placement) throw Error("'placement' is missing");
  traits.needs = {{listed_placement(*placement, std::move(keys))}};
  if (traits.needs[0][0].kind == Placement::Kind::kHash && traits.keeps.order) {
    throw Error("rows placed by \"hash\" have no order to keep");
  }
  return traits;
}

StageTraits read_listing(std::string_view json) {
  try {
    simdjson::dom::parser parser;
    simdjson::padded_string padded(json);
    return read_parsed_listing(parser.parse(padded));
  } catch (const simdjson::simdjson_error& error) {
    throw Error(std::string("not a listing: ") + error.what());
  }
}

}  // namespace

std::optional<StageTraits> listed_program(const std::string& command) {
  const std::string name = command.substr(command.rfind('/') + 1);
  if (name.empty()) return std::nullopt;
  for (const std::string& folder : folders()) {
    const std::string path = folder + name + ".json";
    if (access(path.c_str(), F_OK) != 0) continue;
    const std::string text = read_listing_file(path);
    try {
      return read_listing(text);
    } catch (const Error& error) {
      throw Error(path + ": " + error.message());
    }
  }
  return std::nullopt;
}

}  // namespace penstock
