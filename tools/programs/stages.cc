#include "tools/programs/stages.h"

namespace penstock {
namespace {

StageProgram program_of(const Tool& tool) {
  return {tool.kind.text.name,
          [&tool](const Invocation& invocation) { return run_tool(tool, invocation); }};
}

}  // namespace

#define PENSTOCK_STAGE(name) program_of(name##_tool()),
#define PENSTOCK_MANAGER(name) StageProgram{#name, run_##name},
std::span<const StageProgram> all_programs() {
  static const std::vector<StageProgram> kPrograms{
#include "tools/programs/registry.def"
  };
  return kPrograms;
}
#undef PENSTOCK_MANAGER

#define PENSTOCK_MANAGER(name)
std::span<const StageProgram> stage_programs() {
  static const std::vector<StageProgram> kPrograms{
#include "tools/programs/registry.def"
  };
  return kPrograms;
}
#undef PENSTOCK_STAGE

#define PENSTOCK_STAGE(name) &name##_tool().kind,
StageRegistry stage_registry() {
  static const std::vector<const StageKind*> kKinds{
#include "tools/programs/registry.def"
  };
  return StageRegistry(kKinds);
}
#undef PENSTOCK_MANAGER
#undef PENSTOCK_STAGE

}  // namespace penstock
