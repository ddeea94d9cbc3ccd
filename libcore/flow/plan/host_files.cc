#include "libcore/flow/plan/host_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

// What stands before the first colon of a text that can only be meant as HOST:PATH; empty for all
// other texts.
std::string_view unknown_host(std::string_view operand) {
  std::string_view host = operand.substr(0, operand.find(':'));
  if (host.empty() || host.size() == operand.size()) return {};
  auto may_stand = [](char c) { return is_name_byte(c) || c == '.' || c == '-' || c == '@'; };
  if (!std::all_of(host.begin(), host.end(), may_stand)) return {};
  struct stat status {};
  return stat(std::string(operand).c_str(), &status) == 0 ? std::string_view() : host;
}

[[noreturn]] void refuse_host(const std::string& operand, std::string_view host, bool has_hosts) {
  throw Error::usage(fmt::format(
      "'{}': {}; a file of that name on this host is ./{}", printable(operand),
      has_hosts ? fmt::format("'{}' is not one of the hosts of --hosts", printable(host))
                : fmt::format("a file of the host '{}' needs --hosts", printable(host)),
      printable(operand)));
}

}  // namespace

StagePtr place_inputs(StagePtr stage, HostFiles* files, const std::vector<std::string>& outputs) {
  std::vector<StageInput> placed;
  bool is_changed = false;
  bool is_pattern = false;
  for (const StageInput& input : stage->inputs()) {
    placed.push_back(input);
    if (input.pipeline >= 0 || input.is_standard_input()) continue;
    std::optional<HostPath> there = files == nullptr ? std::nullopt : files->split(input.file);
    if (!there) {
      std::string_view host = unknown_host(input.file);
      bool is_written = std::find(outputs.begin(), outputs.end(), input.file) != outputs.end();
      if (!host.empty() && !is_written) refuse_host(input.file, host, files != nullptr);
      continue;
    }
    is_changed = true;
    std::vector<std::string> paths = files->find(there->host, there->path);
    placed.pop_back();
    if (paths.size() == 1) {
      placed.push_back({input.file, -1, there->host, paths[0]});
      continue;
    }
    is_pattern = true;
    // As it is written, up to the path.
    const std::string prefix = input.file.substr(0, input.file.size() - there->path.size());
    for (const std::string& path : paths)
      placed.push_back({prefix + path, -1, there->host, path});
  }
  if (!is_changed) return stage;
  const int most = stage->kind().max_inputs;
  if (is_pattern && most >= 0 && std::ssize(placed) > most) {
    throw Error::usage(
        fmt::format("with the files of the pattern there are {} inputs, and there can be {}",
                    placed.size(), most));
  }
  std::unique_ptr<Stage> changed = stage->clone();
  if (is_pattern) {
    changed->set_all_inputs(std::move(placed));
    return changed;
  }
  for (size_t i = 0; i < placed.size(); ++i) {
    if (placed[i].host) changed->place_input(i, *placed[i].host, placed[i].path_there);
  }
  return changed;
}

bool has_host_files(const Stage& stage) {
  return std::any_of(stage.inputs().begin(), stage.inputs().end(),
                     [](const StageInput& input) { return input.host.has_value(); });
}

}  // namespace penstock
