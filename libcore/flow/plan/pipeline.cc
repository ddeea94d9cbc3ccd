#include "libcore/flow/plan/pipeline.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "libcore/flow/plan/input.h"
#include "libcore/flow/plan/rules.h"

namespace penstock {
namespace {

// Takes the fragments of a pipeline as they come. The first divides the input.
class Fragments {
 public:
  Fragments(const PlanOptions& options, DividedInput input)
      : options_(options), input_(std::move(input)) {
    if (!input_.obstacle.empty()) {
      current_.reason = input_.obstacle;
      return;
    }
    current_.workers = options.workers;
    current_.schema = input_.schema;
    current_.files = input_.files.files;
  }

  int64_t workers() const { return current_.workers; }
  void add(PlanStage stage) { current_.stages.push_back(std::move(stage)); }
  void add_file(const std::string& file) { current_.files.push_back(look_at_file(file)); }

  // Ends the fragment, and begins the one that the edge brings its rows to. `by_parts`: the order
  // of its workers is that of the rows.
  void begin_behind(Edge edge, bool by_parts) {
    edge.location = current_.location();
    if (done_.empty()) divide(by_parts);
    done_.push_back(std::move(current_));
    current_ = {};
    bool gathers = edge.kind == Edge::Kind::kGather;
    current_.workers = gathers ? 1 : options_.workers;
    current_.reason = gathers ? "one worker" : "each has some of the rows";
    current_.edge = std::move(edge);
  }

  PlanPipeline finish() {
    done_.push_back(std::move(current_));
    return {std::move(done_)};
  }

 private:
  void divide(bool by_parts) {
    if (by_parts) {
      current_.division = Division::kParts;
      current_.reason = fmt::format("each reads one of {} parts of the input", current_.workers);
      return;
    }
    current_.division = Division::kChunks;
    current_.chunks = chunk_count(input_.files, current_.workers);
    current_.sizes = input_.files.sizes;
    current_.reason = chunks_reason(current_.chunks);
  }

  const PlanOptions& options_;
  DividedInput input_;
  std::vector<PlanFragment> done_;
  PlanFragment current_;
};

void apply(Decision decision, Fragments& fragments) {
  if (decision.before) {
    fragments.begin_behind(*std::move(decision.before), decision.before_by_parts);
  }
  if (decision.file) fragments.add_file(*decision.file);
  if (decision.in_workers) fragments.add(*std::move(decision.in_workers));
  if (decision.behind) {
    fragments.begin_behind(*std::move(decision.behind), decision.behind_by_parts);
  }
  if (decision.after) fragments.add(*std::move(decision.after));
}

}  // namespace

PlanPipeline plan_pipeline(std::vector<DescribedStage> stages, const PlanOptions& options) {
  DividedInput input;
  if (options.workers == 1) {
    input.obstacle = "one worker was asked for";
  } else {
    input = divide_input(stages, options);
  }
  const PipelinePlan plan{stages, options, input.files.bytes};
  Fragments fragments(options, std::move(input));
  fragments.add(stages[0].plan);
  size_t at = 1;
  SharedRows rows;
  std::vector<GivenOption> writing;
  std::string gathered = "the rows of all are the result";
  while (at < stages.size() && fragments.workers() > 1) {
    Decision decision = decide(plan, at, rows);
    if (decision.refusal) {
      gathered = *decision.refusal;
      break;
    }
    rows = decision.rows;
    writing = decision.writing;
    apply(std::move(decision), fragments);
    ++at;
  }
  if (fragments.workers() > 1) {
    Edge edge = gather_rows(options, rows, gathered);
    edge.options = writing;
    bool by_parts = edge.in_turn;
    fragments.begin_behind(std::move(edge), by_parts);
  }
  for (; at < stages.size(); ++at)
    fragments.add(stages[at].plan);
  return fragments.finish();
}

}  // namespace penstock
