#include "libcore/flow/plan/file_choice.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <map>

#include "libcore/stage/traits.h"

namespace penstock {
namespace {

// Each file once, as two stages may read it.
void collect_sizes(const FlowPipeline& pipeline, std::map<std::string, int64_t>& sizes) {
  for (const FlowStage& stage : pipeline.stages) {
    for (const FlowWord& word : stage.words) {
      if (word.input != nullptr) collect_sizes(*word.input, sizes);
      struct stat about {};
      if (stat(word.text.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) continue;
      sizes[word.text] = about.st_size;
    }
  }
}

bool is_work(const PlanStage& stage) {
  if (stage.stage == nullptr) return true;
  switch (stage.stage->traits().operation) {
    case Operation::kScan:
    case Operation::kFilter:
    case Operation::kProject:
    case Operation::kMerge:
    case Operation::kHead:
    case Operation::kPrint:
    case Operation::kExchange:
    case Operation::kPartition:
      return false;
    default:
      return true;
  }
}

// `is_kept`: what comes out of the pipeline is written to a file, too.
const PlanStage* find_kept(const PlanPipeline& pipeline, bool is_kept) {
  for (const PlanFragment& fragment : pipeline.fragments) {
    const bool is_written = is_kept || &fragment != &pipeline.fragments.back();
    for (const PlanStage& stage : fragment.stages) {
      if (is_written && is_work(stage)) return &stage;
      for (const auto& [number, input] : stage.pipelines) {
        const PlanStage* kept = find_kept(*input, stage.reads_file(number));
        if (kept != nullptr) return kept;
      }
    }
  }
  return nullptr;
}

}  // namespace

int64_t named_bytes(const FlowStatement& statement) {
  std::map<std::string, int64_t> sizes;
  collect_sizes(statement.pipeline, sizes);
  int64_t bytes = 0;
  for (const auto& [path, size] : sizes)
    bytes += size;
  return bytes;
}

std::string why_too_small(const FlowStatement& statement, int64_t least_bytes) {
  if (named_bytes(statement) >= least_bytes) return {};
  return fmt::format("the files that it names have less than {} MiB", least_bytes >> 20);
}

const PlanStage* find_kept_work(const PlanPipeline& pipeline) {
  return find_kept(pipeline, false);
}

}  // namespace penstock
