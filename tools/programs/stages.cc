#include "tools/programs/stages.h"

#include <array>
#include <string>
#include <vector>

#include "libcore/base/check.h"

namespace penstock {

#define PENSTOCK_STAGE(name) StageProgram{#name, run_##name},
#define PENSTOCK_MANAGER(name) PENSTOCK_STAGE(name)
std::span<const StageProgram> all_programs() {
  static constexpr std::array kPrograms{
#include "tools/programs/registry.def"
  };
  return kPrograms;
}
#undef PENSTOCK_MANAGER

#define PENSTOCK_MANAGER(name)
std::span<const StageProgram> stage_programs() {
  static constexpr std::array kPrograms{
#include "tools/programs/registry.def"
  };
  return kPrograms;
}
#undef PENSTOCK_MANAGER
#undef PENSTOCK_STAGE

namespace {

void ask(const std::vector<std::string>& words, std::string* description, SchemaPtr* schema) {
  std::vector<const char*> argv;
  for (const std::string& word : words)
    argv.push_back(word.c_str());
  for (const StageProgram& program : stage_programs()) {
    if (program.name != words[0]) continue;
    program.run({static_cast<int>(argv.size()), argv.data(), nullptr, description, schema});
    return;
  }
  PENSTOCK_CHECK(false);
}

}  // namespace

ToolQuestions stage_questions() {
  ToolQuestions questions;
  questions.describe = [](const std::vector<std::string>& words) {
    std::string description;
    ask(words, &description, nullptr);
    return description;
  };
  questions.schema = [](const std::vector<std::string>& words) {
    SchemaPtr schema;
    ask(words, nullptr, &schema);
    return schema;
  };
  return questions;
}

}  // namespace penstock
