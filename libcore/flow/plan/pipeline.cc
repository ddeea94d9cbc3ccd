#include "libcore/flow/plan/pipeline.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "libcore/flow/plan/input.h"
#include "libcore/flow/plan/push_down.h"
#include "libcore/flow/plan/rules.h"
#include "libcore/flow/plan/scan_shares.h"

namespace penstock {
namespace {

// Takes the fragments of a pipeline as they come. The first divides the input.
class Fragments {
 public:
  Fragments(const PlanOptions& options, DividedInput input)
      : options_(options), input_(std::move(input)) {
    if (!input_.obstacle.empty() && !input_.is_at_hosts) {
      current_.reason = input_.obstacle;
      return;
    }
    current_.workers = options.workers;
    current_.schema = input_.schema;
    if (!input_.is_at_hosts) current_.files = input_.files.files;
  }

  // The scan's rows must lie as the parts of its table do.
  void keep_placement() { keeps_placement_ = true; }
  // Whether the rows must still come together: several workers have them, or another host.
  bool is_spread() const { return current_.workers > 1 || (done_.empty() && input_.is_at_hosts); }
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
    if (input_.is_at_hosts) {
      divide_at_hosts(by_parts);
      return;
    }
    divide_scan(input_.files, options_, by_parts || keeps_placement_, current_);
    if (keeps_placement_) current_.reason = placement_reason(input_.files, current_.workers);
  }

  // A file is read by workers of the host that alone has it.
  void divide_at_hosts(bool by_parts) {
    const std::vector<StageInput> inputs = current_.stages[0].stage->inputs();
    const ScanPlaces places{inputs, input_.files.sizes, options_.hosts, options_.workers};
    bool is_whole = !input_.obstacle.empty();
    if (by_parts || is_whole || options_.over_files) {
      share_in_order(places, is_whole, current_);
    } else {
      current_.workers = options_.workers;
      share_in_chunks(places, current_);
      current_.chunks = chunk_count(input_.files, current_.workers);
    }
    for (size_t i = 0; i < inputs.size(); ++i) {
      const std::optional<size_t>& host = inputs[i].host;
      std::vector<PlannedFile>& of_host = host ? current_.files_there[*host] : current_.files;
      of_host.push_back(input_.files.files[i]);
    }
    // A scan of all that is not cut infers as it does in a shell.
    if (is_whole && current_.workers == 1) current_.schema = nullptr;
    current_.reason = shares_reason(inputs, current_);
    if (is_whole) current_.reason += "; " + input_.obstacle;
  }

  const PlanOptions& options_;
  DividedInput input_;
  bool keeps_placement_ = false;
  std::vector<PlanFragment> done_;
  PlanFragment current_;
};

// What is known of where the rows of a table lie when its readers have whole partitions. A run over
// files may have more tasks than workers.
SharedRows rows_of_table(const DividedInput& input, const PlanOptions& options) {
  SharedRows rows;
  if (options.over_files || !input.files.lie_together(options.workers)) return rows;
  rows.together_by = input.files.table_keys;
  if (input.files.lie_by_hash(options.workers)) rows.hashed_by = input.files.table_keys;
  return rows;
}

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

// Takes the options for writing from a stage.
std::vector<GivenOption> take_writing(DescribedStage& stage) {
  std::vector<GivenOption> writing = stage.plan.stage->given(OptionGroup::kWriting);
  stage.rewrite([](Stage& changed) { changed.forget_writing(); });
  return writing;
}

}  // namespace

PlanPipeline plan_pipeline(std::vector<DescribedStage> stages, const PlanOptions& options) {
  DividedInput input;
  bool may_divide = options.workers > 1 || options.host_files != nullptr;
  if (may_divide) {
    input = divide_input(stages, options);
  } else {
    input.obstacle = "one worker was asked for";
  }
  scan_where_files_are(stages, input.is_at_hosts, options.host_files);
  std::vector<GivenOption> writing;
  // Where a scan of files of other hosts gives text, that is written where its rows come together.
  if (input.is_at_hosts) writing = take_writing(stages[0]);
  bool is_text = !writing.empty();
  const PipelinePlan plan{stages, options, input.files.bytes};
  SharedRows rows = rows_of_table(input, options);
  const bool keeps_placement = !rows.together_by.empty() && uses_placement(plan, rows);
  Fragments fragments(options, std::move(input));
  if (keeps_placement) {
    fragments.keep_placement();
  } else {
    rows = {};
  }
  fragments.add(stages[0].plan);
  size_t at = 1;
  std::string gathered = "the rows of all are the result";
  while (at < stages.size() && options.workers > 1 && fragments.is_spread() && !is_text) {
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
  if (fragments.is_spread()) {
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
