// What a file is, as a scan finds it before it reads rows: what a plan depends on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "libcore/data/type.h"
#include "libcore/ops/scan/scan.h"
#include "libcore/os/byte_source.h"
#include "libcore/os/planned_files.h"
#include "libcore/stage/stage.h"
#include "libcore/text/text_format.h"

namespace penstock {

// Whether a file can be read in parts.
enum class FileKind : uint8_t {
  kText,
  kArrowFile,
  kParquetFile,
  // Those below cannot.
  kEmpty,
  kJsonDocument,  // without a record a line
  kArrowStream,   // has no table of its batches
  kCompressedText,
  kCompressedArrow,
  kCompressedParquet,
  kOtherText,  // not in UTF-8
};
inline constexpr uint8_t kFileKinds = 10;

// Whether the file is text, compressed or not.
bool is_text(FileKind kind);
bool is_compressed(FileKind kind);

// Why a file of this kind cannot be read in parts, as in "f.csv.gz is compressed"; empty when it
// can.
std::string obstacle_of(FileKind kind, const std::string& name);

// Looks at the beginning of a file, whose name is `operand` and which is read with these options.
// Throws Error when it cannot be read.
FileKind look_at_kind(const std::string& operand, ByteSourcePtr source, const ScanOptions& options);

struct FoundFile {
  PlannedFile file;
  FileKind kind = FileKind::kText;
  Format format = Format::kCsv;
  SchemaPtr schema;  // as SurveyedInput has it (ops/scan/scan.h); null when it was not asked for
};

// How find_in_file() looks into a file.
struct FileSurvey {
  size_t inputs = 1;   // those of the scan, of which the file is one
  bool infers = true;  // finds the schema
};

// Looks into a file of this host, which is this input of the scan. Throws Error as a scan does.
FoundFile find_in_file(const Stage& scan, const StageInput& input, PlannedFile file,
                       const FileSurvey& survey);

}  // namespace penstock
