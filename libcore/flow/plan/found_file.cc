#include "libcore/flow/plan/found_file.h"

#include <memory>
#include <utility>

#include "libcore/arrow/ipc_file.h"
#include "libcore/arrow/ipc_reader.h"
#include "libcore/ops/scan/scan.h"
#include "libcore/parquet/reader.h"
#include "libcore/stage/scan.h"
#include "libcore/text/format_guess.h"
#include "libcore/text/json/sample.h"

namespace penstock {
namespace {

constexpr int64_t kMagicBytes = 8;

}  // namespace

bool is_text(FileKind kind) {
  using enum FileKind;
  return kind == kText || kind == kEmpty || kind == kJsonDocument || kind == kCompressedText ||
         kind == kOtherText;
}

bool is_compressed(FileKind kind) {
  return kind == FileKind::kCompressedText || kind == FileKind::kCompressedArrow ||
         kind == FileKind::kCompressedParquet;
}

std::string obstacle_of(FileKind kind, const std::string& name) {
  switch (kind) {
    case FileKind::kText:
    case FileKind::kArrowFile:
    case FileKind::kParquetFile:
      return {};
    case FileKind::kEmpty:
      return name + " is empty";
    case FileKind::kJsonDocument:
      return name + " is JSON without a record a line";
    case FileKind::kArrowStream:
      return name + " is an Arrow stream, which has no table of its batches";
    case FileKind::kCompressedText:
    case FileKind::kCompressedArrow:
    case FileKind::kCompressedParquet:
      return name + " is compressed";
    case FileKind::kOtherText:
      return name + " is not in UTF-8";
  }
  return {};
}

FileKind look_at_kind(const std::string& operand, ByteSourcePtr source,
                      const ScanOptions& options) {
  auto raw = std::make_unique<PeekableSource>(std::move(source));
  if (raw->peek(1).empty()) return FileKind::kEmpty;
  std::unique_ptr<PeekableSource> unwrapped = open_unwrapped(std::move(raw));
  const bool is_arrow = looks_like_ipc(unwrapped->peek(kMagicBytes));
  const bool is_parquet_here = is_parquet(unwrapped->peek(kMagicBytes));
  if (!unwrapped->size()) {
    if (is_parquet_here) return FileKind::kCompressedParquet;
    return is_arrow ? FileKind::kCompressedArrow : FileKind::kCompressedText;
  }
  if (is_arrow) {
    bool is_file = unwrapped->peek(1)[0] == static_cast<uint8_t>(kFileMagic[0]);
    return is_file ? FileKind::kArrowFile : FileKind::kArrowStream;
  }
  if (is_parquet_here) return FileKind::kParquetFile;
  if (!encoding_of(*unwrapped, options).empty()) return FileKind::kOtherText;
  const Format text = options.from ? *options.from : guess_text_format(operand, *unwrapped);
  bool has_lines = text != Format::kNdjson ||
                   look_at_json(*unwrapped, kGuessPatience).layout == JsonLayout::kLines;
  return has_lines ? FileKind::kText : FileKind::kJsonDocument;
}

FoundFile find_in_file(const Stage& scan, const StageInput& input, PlannedFile file,
                       const FileSurvey& survey) {
  FoundFile found;
  found.file = std::move(file);
  const std::string& path = found.file.path;
  found.kind = look_at_kind(input.file, open_source(path), scan.reading().scan);
  if (!survey.infers) return found;
  SurveyedInput surveyed = survey_input_of(scan, input, survey.inputs, path);
  found.format = surveyed.format;
  found.schema = std::move(surveyed.schema);
  return found;
}

}  // namespace penstock
