// What is found out about a flow before it goes into the background.
#pragma once

#include "libcore/flow/flow_text.h"
#include "libcore/stage/registry.h"

namespace penstock {

// Whether a flow reads the standard input of pflow.
enum class ReadsInput {
  kNo,
  kPerhaps,  // its first stage is a program outside the family
  kYes,
};

// Checks the stages of all statements, and that the files which stages of the family read are there
// or are written by an earlier statement. A name with a colon may be HOST:PATH, which planning
// looks at. Throws a usage Error for a stage whose command line is wrong, as planning does, and for
// a descriptor besides standard input (`refusal` begins what is said of it: "a detached run keeps
// no descriptor …"); Error for a file that cannot be read.
ReadsInput check_flow(const Flow& flow, const StageRegistry& tools,
                      const char* refusal = "a detached run keeps");

}  // namespace penstock
