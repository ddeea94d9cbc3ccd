#include "libcore/flow/stage_process.h"

#include <fmt/format.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "libcore/base/number.h"

namespace penstock {
namespace {

constexpr std::string_view kBetween = "|";

// Takes the first stage off `words`, and the word behind it. Empty when `length` cannot be its.
std::span<char*> take_stage(std::span<char*>& words, std::string_view length) {
  auto count = parse_int64(length);
  if (!count || *count < 1 || *count > std::ssize(words)) return {};
  auto size = static_cast<size_t>(*count);
  std::span<char*> stage = words.first(size);
  words = words.subspan(size);
  if (words.empty()) return stage;
  if (words[0] != kBetween) return {};
  words = words.subspan(1);
  return stage;
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

uintptr_t loader_address() {
  return getauxval(AT_BASE);
}

std::string tool_path(const std::string& program) {
  static const std::string kFolder = own_folder();
  std::string beside = kFolder + program;
  return !kFolder.empty() && access(beside.c_str(), X_OK) == 0 ? beside : program;
}

// Then /proc/self/exe is the loader, and lies beside the tools.
void use_own_loader(ProcessSpec& spec) {
  if (loader_address() != 0) return;
  const std::string program = spec.program.empty() ? spec.words[0] : spec.program;
  std::vector<std::string> words = {spec.words[0], "--inhibit-cache", "--library-path",
                                    own_folder(),  "--argv0",         spec.words[0],
                                    program};
  words.insert(words.end(), spec.words.begin() + 1, spec.words.end());
  spec.words = std::move(words);
  spec.program = tool_path(kOwnLoader);
}

void set_stages(ProcessSpec& spec, const std::vector<std::vector<std::string>>& commands,
                bool are_tools) {
  spec.words.clear();
  if (commands.size() == 1) {
    spec.words = commands[0];
    if (!are_tools) return;
    spec.words[0] = tool_path(spec.words[0]);
    return;
  }
  spec.program = tool_path("pflow");
  std::string lengths;
  for (const std::vector<std::string>& command : commands) {
    if (!lengths.empty()) {
      lengths += ',';
      spec.words.emplace_back(kBetween);
    }
    lengths += std::to_string(command.size());
    spec.words.insert(spec.words.end(), command.begin(), command.end());
  }
  spec.environment.push_back(fmt::format("{}={}", kStagesVariable, lengths));
}

std::vector<std::span<char*>> stages_of_process(std::span<char*> argv) {
  const char* value = std::getenv(kStagesVariable);
  if (value == nullptr) return {};
  std::string lengths = value;
  unsetenv(kStagesVariable);
  std::vector<std::span<char*>> stages;
  std::string_view left = lengths;
  while (!argv.empty()) {
    size_t comma = left.find(',');
    stages.push_back(take_stage(argv, left.substr(0, comma)));
    if (stages.back().empty()) return {};
    left = comma == left.npos ? std::string_view() : left.substr(comma + 1);
  }
  return left.empty() ? stages : std::vector<std::span<char*>>();
}

}  // namespace penstock
