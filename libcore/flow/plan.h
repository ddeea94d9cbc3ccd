// What runs: a statement of a flow as fragments with exchanges between. FLOW.md has the rules.
//
// A plan is what a person is shown (explain.h) and what is started (launch.h); it says nothing of
// processes, descriptors or files that exist only for one run.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/type.h"
#include "libcore/flow/flow_text.h"
#include "libcore/flow/tool_questions.h"
#include "libcore/os/planned_files.h"

namespace penstock {

struct PlanPipeline;

// A word of a command, or the output of a pipeline.
struct PlanWord {
  std::string text;
  std::shared_ptr<const PlanPipeline> input = nullptr;
};

struct PlanStage {
  std::vector<PlanWord> words;
  int64_t location = 0;  // of the stage that was written, in the flow's text
};

// How the workers of a fragment divide the input of their first stage, a pscan.
enum class Division {
  kNone,    // one worker reads all
  kChunks,  // chunks are taken as workers become free
  kParts,   // the I-th worker reads the I-th of N parts, so that the workers' order is the rows'
};

// Stages that run without an exchange between them, as `workers` pipelines side by side. The first
// stage of every fragment but a pipeline's first is the exchange before it, with "-" as its input,
// which stands for the workers of the fragment before: a pmerge where they are gathered in one
// worker, a pexchange where rows are shared out to several.
struct PlanFragment {
  int64_t workers = 1;
  Division division = Division::kNone;
  int64_t chunks = 0;               // with kChunks
  std::vector<int64_t> sizes = {};  // of the scan's files, with kChunks
  // Files that all its workers read, or share, as planning saw them.
  std::vector<PlannedFile> files = {};
  SchemaPtr schema = nullptr;  // of the scan's text, inferred once for all workers; null for none
  std::string reason;          // why there are so many workers, for people
  std::string exchange;        // why there is an exchange before it; empty for a first fragment
  std::vector<PlanStage> stages;
};

// At least one fragment. The last one has a single worker, but for an operand `<( … )` in a
// fragment of as many: each worker there reads the output of one here.
struct PlanPipeline {
  std::vector<PlanFragment> fragments;
};

struct PlanStatement {
  PlanPipeline pipeline;
  std::optional<std::string> output;  // of `> FILE`
};

struct PlanOptions {
  int64_t workers = 1;     // 1 … kMaxWorkers
  bool unordered = false;  // rows need not come in the order that a shell would give them in
  ToolQuestions ask;
  // Is told which stages run once on the whole stream because nothing is known of their program.
  std::function<void(const std::string&)> note = {};
};

// Plans one statement, whose input files exist by now as far as they will. Asks the family's
// programs of the statement for their description (`ask`), and looks into the files that they read.
// With one worker nothing is looked at and nothing is rewritten. Throws a usage Error for a stage
// whose command line is wrong and for a statement that reads the file which it writes.
PlanStatement plan_statement(const Flow& flow, const FlowStatement& statement,
                             const PlanOptions& options);

}  // namespace penstock
