#include "libcore/flow/plan/input_size.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>

namespace penstock {
namespace {

// Returns what is left of a regular file; empty for anything else.
std::optional<int64_t> size_of(const StageInput& input) {
  struct stat status {};
  int64_t begin = 0;
  if (input.pipeline >= 0 || input.host) return std::nullopt;
  if (input.is_standard_input()) {
    if (fstat(STDIN_FILENO, &status) != 0) return std::nullopt;
    begin = std::max<int64_t>(lseek(STDIN_FILENO, 0, SEEK_CUR), 0);
  } else if (stat(input.file.c_str(), &status) != 0) {
    return std::nullopt;
  }
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return std::max<int64_t>(status.st_size - begin, 0);
}

}  // namespace

std::optional<int64_t> input_bytes(const PlanFragment& fragment) {
  if (fragment.edge || fragment.stages.empty()) return std::nullopt;
  if (fragment.division == Division::kChunks) {
    return std::accumulate(fragment.sizes.begin(), fragment.sizes.end(), int64_t{0});
  }
  const StagePtr& stage = fragment.stages[0].stage;
  if (stage == nullptr || stage->inputs().empty() || stage->reading().scan.follow) {
    return std::nullopt;
  }
  int64_t bytes = 0;
  for (const StageInput& input : stage->inputs()) {
    const std::optional<int64_t> size = size_of(input);
    if (!size) return std::nullopt;
    bytes += *size;
  }
  const CsvReadOptions& text = stage->reading().scan.text;
  if (text.partitions > 1) bytes /= text.partitions;
  return fragment.division == Division::kNone ? bytes * fragment.workers : bytes;
}

std::map<int64_t, int64_t> input_bytes(const std::vector<const PlanFragment*>& fragments) {
  std::map<int64_t, int64_t> all;
  for (size_t i = 0; i < fragments.size(); ++i) {
    const std::optional<int64_t> bytes = input_bytes(*fragments[i]);
    if (bytes) all[static_cast<int64_t>(i) + 1] = *bytes;
  }
  return all;
}

}  // namespace penstock
