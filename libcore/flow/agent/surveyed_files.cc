#include "libcore/flow/agent/surveyed_files.h"

#include <memory>
#include <utility>
#include <vector>

#include "libcore/arrow/ipc_reader.h"
#include "libcore/arrow/ipc_writer.h"
#include "libcore/base/error.h"
#include "libcore/flow/agent/own_files.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"
#include "libcore/stage/scan.h"

namespace penstock {
namespace {

std::string stream_of(const SchemaPtr& schema) {
  std::string bytes;
  if (schema == nullptr) return bytes;
  ByteSinkPtr sink = sink_to_string(bytes);
  make_ipc_writer(*sink, schema)->finish();
  return bytes;
}

SurveyedFile survey_own_file(const Stage& scan, size_t i, const SurveyFiles& asked) {
  SurveyedFile surveyed;
  surveyed.seen = look_at_own_file(asked.paths[i]);
  if (!surveyed.seen.refusal.empty()) return surveyed;
  try {
    FoundFile found = find_in_file(scan, scan.inputs()[i], surveyed.seen.file,
                                   {static_cast<size_t>(asked.inputs), asked.infers});
    surveyed.kind = found.kind;
    surveyed.format = found.format;
    surveyed.schema = stream_of(found.schema);
  } catch (const Error& error) {
    surveyed.refusal = error.message();
    surveyed.is_usage = error.kind() == Error::Kind::kUsage;
  }
  return surveyed;
}

}  // namespace

FilesSurveyed survey_own_files(const SurveyFiles& asked) {
  std::vector<StageWord> words;
  for (const std::string& word : asked.scan)
    words.push_back({word});
  std::unique_ptr<Stage> scan = parse_stage(scan_kind(), words);
  if (scan->inputs().size() != asked.paths.size()) {
    throw Error("a scan to be surveyed that has another number of files");
  }
  FilesSurveyed surveyed;
  for (size_t i = 0; i < asked.paths.size(); ++i)
    surveyed.files.push_back(survey_own_file(*scan, i, asked));
  return surveyed;
}

FoundFile found_in(SurveyedFile&& surveyed) {
  FoundFile found;
  found.kind = surveyed.kind;
  found.format = surveyed.format;
  if (!surveyed.schema.empty()) {
    const std::string& name = surveyed.seen.file.path;
    ByteSourcePtr source = source_from_bytes(std::move(surveyed.schema), name);
    found.schema = open_ipc(std::make_unique<PeekableSource>(std::move(source)))->schema();
  }
  found.file = std::move(surveyed.seen.file);
  return found;
}

}  // namespace penstock
