#include "libcore/flow/plan/plan.h"

#include <utility>

namespace penstock {

bool PlanPipeline::is_read_whole() const {
  const PlanFragment& last = fragments.back();
  return last.workers == 1 || (last.edge && last.edge->how.kind == PartitionKind::kBroadcast &&
                               last.edge->kind == Edge::Kind::kShare);
}

std::vector<PlanWord> PlanStage::words() const {
  std::vector<PlanWord> words;
  const std::vector<StageWord> line = stage != nullptr ? stage->line() : program;
  for (const StageWord& word : line) {
    if (word.pipeline < 0) {
      words.push_back({word.text});
      continue;
    }
    words.push_back({word.text, pipelines.at(word.pipeline), reads_file(word.pipeline)});
  }
  return words;
}

bool PlanStage::reads_file(int pipeline) const {
  auto medium = media.find(pipeline);
  return medium != media.end() && medium->second == EdgeMedium::kFile;
}

std::string PlanStage::name() const {
  return stage != nullptr ? stage->kind().text.name : program[0].text;
}

PlanPipelinePtr PlanStage::pipeline_of(size_t input) const {
  int pipeline = stage->inputs()[input].pipeline;
  return pipeline < 0 ? nullptr : pipelines.at(pipeline);
}

void PlanStage::read_pipeline(size_t input, PlanPipelinePtr pipeline) {
  int number = pipelines.empty() ? 0 : pipelines.rbegin()->first + 1;
  pipelines.erase(stage->inputs()[input].pipeline);
  pipelines[number] = std::move(pipeline);
  std::unique_ptr<Stage> changed = stage->clone();
  changed->set_input(input, {"", number});
  stage = std::move(changed);
}

PlanStage PlanFragment::stage_of(size_t stage, int64_t worker) const {
  PlanStage own = stages[stage];
  if (stage > 0 || edge || shares.empty()) return own;
  std::vector<StageInput> inputs;
  for (const std::string& file : shares[static_cast<size_t>(worker - 1)].files)
    inputs.push_back({file});
  std::unique_ptr<Stage> scan = own.stage->clone();
  scan->set_all_inputs(std::move(inputs));
  own.stage = std::move(scan);
  return own;
}

Edge hash_edge(const std::vector<std::string>& names, std::string reason) {
  Edge edge;
  edge.kind = Edge::Kind::kShare;
  edge.how.kind = PartitionKind::kHash;
  for (const std::string& name : names)
    edge.how.keys.push_back({name, false, false});
  edge.reason = std::move(reason);
  return edge;
}

}  // namespace penstock
