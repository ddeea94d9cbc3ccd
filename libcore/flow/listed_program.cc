#include "libcore/flow/listed_program.h"

#include <unistd.h>

#include <cstdlib>

#include "libcore/base/error.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

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

}  // namespace

std::optional<StageDescription> listed_program(const std::vector<std::string>& command) {
  const std::string name = command[0].substr(command[0].rfind('/') + 1);
  if (name.empty()) return std::nullopt;
  for (const std::string& folder : folders()) {
    const std::string path = folder + name + ".json";
    if (access(path.c_str(), F_OK) != 0) continue;
    const std::string text = read_listing_file(path);
    try {
      StageDescription stage = read_listing(text);
      stage.operation = kListedOperation;
      stage.inputs = {"-"};
      stage.words.assign(command.begin() + 1, command.end());
      return stage;
    } catch (const Error& error) {
      throw Error(path + ": " + error.message());
    }
  }
  return std::nullopt;
}

}  // namespace penstock
