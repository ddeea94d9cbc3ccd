#include <fmt/format.h>
#include <sys/stat.h>

#include <map>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/flow/plan/file_choice.h"
#include "libcore/flow/plan/file_edges.h"
#include "libcore/flow/plan/host_files.h"
#include "libcore/flow/plan/listed_program.h"
#include "libcore/flow/plan/pipeline.h"
#include "libcore/flow/plan/placement.h"
#include "libcore/flow/plan/plan.h"

namespace penstock {
namespace {

// Reads the stages of a statement and plans its pipelines, the inner ones first.
class StatementPlanner {
 public:
  StatementPlanner(const Flow& flow, const PlanOptions& options) : flow_(flow), options_(options) {}

  PlanStatement plan(const FlowStatement& statement) {
    collect(statement.pipeline);
    describe_all();
    if (statement.output) refuse_own_input(*statement.output);
    PlanStatement plan;
    plan.pipeline = *plan_one(statement.pipeline);
    if (statement.output) plan.output = statement.output->text;
    return plan;
  }

 private:
  struct Read {
    const FlowStage* written;
    std::vector<StageWord> line;
    DescribedStage stage = {};
  };

  // The stages' lines, their inner pipelines numbered.
  void collect(const FlowPipeline& pipeline) {
    for (const FlowStage& stage : pipeline.stages) {
      Read read{&stage, {}};
      for (const FlowWord& word : stage.words) {
        if (word.input == nullptr) {
          if (word.text.starts_with("<(")) {
            throw flow_error(flow_.text, word.location, "a word cannot begin with '<('");
          }
          read.line.push_back({word.text});
          continue;
        }
        int number = static_cast<int>(numbers_.size());
        numbers_[word.input.get()] = number;
        read.line.push_back({"", number});
        collect(*word.input);
      }
      stages_.push_back(std::move(read));
    }
  }

  void describe_all() {
    for (Read& read : stages_)
      describe(read);
  }

  void describe(Read& read) {
    const std::string& program = read.line[0].text;
    const StageKind* kind = options_.tools.find(program);
    read.stage.plan.location = read.written->words[0].location;
    if (kind == nullptr) {
      read.stage.plan.program = read.line;
      if (options_.workers > 1) read.stage.traits = listed_program(program);
      return;
    }
    try {
      std::unique_ptr<Stage> stage = parse_stage(*kind, read.line);
      if (kind->takes_expressions) stage->set_parameters(options_.parameters);
      read.stage.plan.stage = std::move(stage);
      require_inputs(*read.stage.plan.stage);
    } catch (const Error& error) {
      throw error.prefixed(program + ": ").as_usage();
    }
    try {
      read.stage.plan.stage = place_inputs(read.stage.plan.stage, options_.host_files, outputs());
    } catch (const Error& error) {
      throw error.prefixed(program + ": ");
    }
    const Stage& stage = *read.stage.plan.stage;
    try {
      read.stage.traits = stage.traits();
    } catch (const Error& error) {
      throw error.prefixed(program + ": ").as_usage();
    }
    const std::vector<StageInput>& inputs = stage.inputs();
    bool joins_file = read.stage.is(Operation::kJoin) && inputs[1].pipeline < 0;
    if (joins_file) read.stage.right_file = inputs[1];
  }

  // The files that the flow writes, which need not be there yet.
  std::vector<std::string> outputs() const {
    std::vector<std::string> names;
    for (const FlowStatement& statement : flow_.statements) {
      if (statement.output) names.push_back(statement.output->text);
    }
    return names;
  }

  // The shell would empty the file before it is read.
  void refuse_own_input(const FlowWord& output) const {
    struct stat written {};
    bool is_file = stat(output.text.c_str(), &written) == 0 && S_ISREG(written.st_mode);
    for (const Read& read : stages_) {
      for (const std::string& input : files_of(read)) {
        struct stat status {};
        bool same = input == output.text;
        if (is_file && stat(input.c_str(), &status) == 0) {
          same = status.st_dev == written.st_dev && status.st_ino == written.st_ino;
        }
        if (!same) continue;
        throw flow_error(flow_.text, output.location,
                         "the statement reads '" + output.text + "', which it writes");
      }
    }
  }

  // What a stage may read: its inputs, and any word of a program that is not of the family.
  static std::vector<std::string> files_of(const Read& read) {
    std::vector<std::string> files;
    if (read.stage.is_of_family()) {
      for (const StageInput& input : read.stage.plan.stage->inputs()) {
        if (!input.host) files.push_back(input.file);
      }
    } else {
      for (const StageWord& word : read.line)
        files.push_back(word.text);
    }
    return files;
  }

  Read& read_of(const FlowStage& written) {
    for (Read& read : stages_) {
      if (read.written == &written) return read;
    }
    PENSTOCK_CHECK(false);
  }

  PlanPipelinePtr plan_one(const FlowPipeline& pipeline) {
    std::vector<DescribedStage> stages;
    for (const FlowStage& written : pipeline.stages) {
      DescribedStage& stage = read_of(written).stage;
      for (const FlowWord& word : written.words) {
        if (word.input == nullptr) continue;
        stage.plan.pipelines[numbers_.at(word.input.get())] = plan_one(*word.input);
      }
      bool is_unknown = !stage.traits && options_.workers > 1;
      if (is_unknown && options_.note) {
        options_.note(
            "'" + stage.plan.name() +
            "' is not a program of Penstock and is not listed: it runs once, on the whole "
            "stream");
      }
      stages.push_back(stage);
    }
    return std::make_shared<const PlanPipeline>(plan_pipeline(std::move(stages), options_));
  }

  const Flow& flow_;
  const PlanOptions& options_;
  std::vector<Read> stages_;
  std::map<const FlowPipeline*, int> numbers_;
};

PlanStatement plan_as_asked(const Flow& flow, const FlowStatement& statement,
                            const PlanOptions& options) {
  PlanStatement plan = StatementPlanner(flow, options).plan(statement);
  const std::vector<PlanHost> here{{"", options.workers}};
  if (!options.over_files) {
    return place(std::move(plan), options.hosts.empty() ? here : options.hosts);
  }
  plan = with_file_edges(place_tasks(std::move(plan), options.workers));
  if (!options.hosts.empty()) plan.hosts = options.hosts;
  return plan;
}

}  // namespace

PlanStatement plan_statement(const Flow& flow, const FlowStatement& statement,
                             const PlanOptions& options) {
  if (!options.over_files || options.over_files->piped_workers == 0) {
    return plan_as_asked(flow, statement, options);
  }
  PlanOptions piped = options;
  piped.workers = options.over_files->piped_workers;
  piped.over_files.reset();
  std::string reason = why_too_small(statement, options.over_files->least_bytes);
  if (reason.empty()) {
    PlanStatement plan = plan_as_asked(flow, statement, options);
    const PlanStage* kept = find_kept_work(plan.pipeline);
    if (kept != nullptr) {
      plan.reason = fmt::format("what {} does would be lost without them", kept->name());
      return plan;
    }
    reason = "no files would keep what a sort, an aggregation, a join or a command does";
    piped.note = {};  // it has been said
  }
  PlanStatement plan = plan_as_asked(flow, statement, piped);
  plan.reason = std::move(reason);
  return plan;
}

}  // namespace penstock
