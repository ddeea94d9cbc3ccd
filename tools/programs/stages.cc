#include "tools/programs/stages.h"

#include <array>

namespace penstock {

std::span<const StageProgram> stage_programs() {
  static constexpr std::array kPrograms{
      StageProgram{"pagg", run_pagg},
      StageProgram{"pexchange", run_pexchange},
      StageProgram{"pfilter", run_pfilter},
      StageProgram{"phead", run_phead},
      StageProgram{"pjoin", run_pjoin},
      StageProgram{"pmerge", run_pmerge},
      StageProgram{"ppartition", run_ppartition},
      StageProgram{"pprint", run_pprint},
      StageProgram{"pproject", run_pproject},
      StageProgram{"pscan", run_pscan},
      StageProgram{"psort", run_psort},
  };
  return kPrograms;
}

}  // namespace penstock
