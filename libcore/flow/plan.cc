#include "libcore/flow/plan.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/flow/listed_program.h"
#include "libcore/flow/plan_pipeline.h"
#include "libcore/flow/plan_stages.h"

namespace penstock {
namespace {

// Describes the stages of a statement and plans its pipelines, the inner ones first.
class StatementPlanner {
 public:
  StatementPlanner(const Flow& flow, const PlanOptions& options) : flow_(flow), options_(options) {}

  PlanStatement plan(const FlowStatement& statement) {
    collect(statement.pipeline);
    describe();
    if (statement.output) refuse_own_input(*statement.output);
    PlanStatement plan;
    plan.pipeline = *plan_pipeline(statement.pipeline);
    if (statement.output) plan.output = statement.output->text;
    return plan;
  }

 private:
  // A stage as it is described: `<( … )` under the names of PlannedInputs.
  struct Named {
    const FlowStage* stage;
    std::vector<std::string> words;
  };

  void collect(const FlowPipeline& pipeline) {
    for (const FlowStage& stage : pipeline.stages) {
      Named named{&stage, {}};
      for (const FlowWord& word : stage.words) {
        if (word.input == nullptr) {
          if (word.text.starts_with("<(")) {
            throw flow_error(flow_.text, word.location, "a word cannot begin with '<('");
          }
          named.words.push_back(word.text);
          continue;
        }
        std::string name = "<(" + std::to_string(inputs_++) + ")";
        names_[word.input.get()] = name;
        named.words.push_back(std::move(name));
        collect(*word.input);
      }
      stages_.push_back(std::move(named));
    }
  }

  // The shell would empty the file before it is read.
  void refuse_own_input(const FlowWord& output) const {
    struct stat written {};
    bool is_file = stat(output.text.c_str(), &written) == 0 && S_ISREG(written.st_mode);
    for (const Named& named : stages_) {
      auto about = abouts_.find(named.stage);
      for (const std::string& input : about != abouts_.end() && is_tool(named.words[0])
                                          ? about->second->inputs
                                          : named.words) {
        struct stat read {};
        bool same = input == output.text;
        if (is_file && stat(input.c_str(), &read) == 0) {
          same = read.st_dev == written.st_dev && read.st_ino == written.st_ino;
        }
        if (!same) continue;
        throw flow_error(flow_.text, output.location,
                         "the statement reads '" + output.text + "', which it writes");
      }
    }
  }

  void describe() {
    for (const Named& named : stages_) {
      if (is_tool(named.words[0])) {
        abouts_[named.stage] =
            std::make_shared<const StageDescription>(describe_stage(named.words, options_.ask));
      } else if (options_.workers > 1) {
        std::optional<StageDescription> listed = listed_program(named.words);
        if (!listed) continue;
        abouts_[named.stage] = std::make_shared<const StageDescription>(*std::move(listed));
      }
    }
  }

  std::shared_ptr<const PlanPipeline> plan_pipeline(const FlowPipeline& pipeline) {
    std::vector<DescribedStage> stages;
    for (const FlowStage& written : pipeline.stages) {
      DescribedStage stage;
      stage.stage.location = written.words[0].location;
      for (const FlowWord& word : written.words) {
        PlanWord planned{word.text, nullptr};
        if (word.input != nullptr) {
          planned.input = plan_pipeline(*word.input);
          planned_[names_[word.input.get()]] = planned.input;
        }
        stage.stage.words.push_back(std::move(planned));
      }
      auto about = abouts_.find(&written);
      if (about != abouts_.end()) {
        stage.about = about->second;
      } else if (options_.workers > 1 && options_.note) {
        options_.note("'" + stage.program() +
                      "' is no program of Penstock and not listed: it runs once, on the whole "
                      "stream");
      }
      stages.push_back(std::move(stage));
    }
    return std::make_shared<const PlanPipeline>(
        penstock::plan_pipeline(std::move(stages), planned_, options_));
  }

  const Flow& flow_;
  const PlanOptions& options_;
  int inputs_ = 0;
  std::vector<Named> stages_;
  std::map<const FlowPipeline*, std::string> names_;
  std::map<const FlowStage*, std::shared_ptr<const StageDescription>> abouts_;
  PlannedInputs planned_;
};

}  // namespace

PlanStatement plan_statement(const Flow& flow, const FlowStatement& statement,
                             const PlanOptions& options) {
  return StatementPlanner(flow, options).plan(statement);
}

}  // namespace penstock
