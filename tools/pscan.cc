// pscan: reads text, streams and files, with projection and selection pushed into the reading. The
// stage itself stands where planners make scans.
#include "libcore/stage/scan.h"
#include "tools/programs/stages.h"

namespace penstock {

const Tool& pscan_tool() {
  static const Tool kTool{scan_kind()};
  return kTool;
}

}  // namespace penstock
