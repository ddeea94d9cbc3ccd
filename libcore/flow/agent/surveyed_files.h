// What scans find in files of another host before they read rows: the host's end, and the values
// that come of it.
#pragma once

#include <string>

#include "libcore/flow/agent/messages.h"
#include "libcore/flow/plan/found_file.h"

namespace penstock {

// Looks into files of this host. What is wrong with a file is in the answer. Throws Error when the
// message is not about a scan of as many files.
FilesSurveyed survey_own_files(const SurveyFiles& asked);

// Returns what a host has found in a file. Throws Error when the schema is not one.
FoundFile found_in(SurveyedFile&& surveyed);

}  // namespace penstock
