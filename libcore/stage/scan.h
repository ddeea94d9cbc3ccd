// The scan as a stage: what pscan is, and what a planner puts before a stage that reads a file.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "libcore/data/type.h"
#include "libcore/ops/scan/scan.h"
#include "libcore/stage/stage.h"

namespace penstock {

const StageKind& scan_kind();

// A scan of all rows and columns of these files, read as `like` reads its inputs.
std::unique_ptr<Stage> make_scan_stage(const Stage& like, std::vector<StageInput> files);
// A scan of a file that is read as it shows itself.
std::unique_ptr<Stage> make_scan_stage(StageInput file);

// Looks into the files and returns the schema of what a scan gives, its columns marked where their
// types are inferred (TypeOrigin); null where the files cannot be read, which the scan itself will
// report. REQUIRES a stage of scan_kind() whose inputs are files.
SchemaPtr schema_of_scan(const Stage& scan);

// Returns what a scan finds in `input`, one of its `inputs` inputs, which is the file `path` here.
// Messages have the name that the scan gives it. Throws Error as open_scan() does.
SurveyedInput survey_input_of(const Stage& scan, const StageInput& input, size_t inputs,
                              const std::string& path);

// The same as schema_of_scan() where all inputs have been surveyed, wherever they are. Throws Error
// when they cannot be read together.
SchemaPtr schema_of_scan(const Stage& scan, const std::vector<SurveyedInput>& inputs);

}  // namespace penstock
