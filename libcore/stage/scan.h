// The scan as a stage: what pscan is, and what a planner puts before a stage that reads a file.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libcore/data/type.h"
#include "libcore/os/byte_source.h"
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

// The same with files that `open` opens (ScanOptions::open). Throws Error where they cannot be
// read.
SchemaPtr schema_of_scan(const Stage& scan, std::function<ByteSourcePtr(const std::string&)> open);

}  // namespace penstock
