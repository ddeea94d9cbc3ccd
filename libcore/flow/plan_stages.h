// The stages of a pipeline while it is planned: what was written, with what the programs say of it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/flow/plan.h"
#include "libcore/flow/stage_description.h"

namespace penstock {

// A stage and its description; `about` is null for a program that nothing is known of.
struct DescribedStage {
  PlanStage stage;
  std::shared_ptr<const StageDescription> about;

  const std::string& program() const { return stage.words[0].text; }
  bool has(std::string_view option) const {
    return about != nullptr && about->find(option) != nullptr;
  }
};

// What a `<( … )` is called on the command lines that are described: "<(0)", "<(1)", … in the order
// of the statement. A word that was written so is refused.
using PlannedInputs = std::map<std::string, std::shared_ptr<const PlanPipeline>>;

// The stage anew from its description: its program, options of the given headings, `more` options,
// its words and these inputs; names of `planned` inputs become those pipelines.
DescribedStage rebuild(const DescribedStage& from, const std::vector<std::string>& headings,
                       const std::vector<std::string>& more, const std::vector<std::string>& inputs,
                       const PlannedInputs& planned);

// A stage of these words, nothing described.
PlanStage plain_stage(const std::vector<std::string>& words, int64_t location);

// The options of -S, -T, -q and -v that a stage was given: what both halves of a split one get.
std::vector<std::string> common_options(const StageDescription& about);

// The schemas of joins' right inputs, by the join's description; null where one is not known.
using RightSchemas = std::map<const StageDescription*, SchemaPtr>;

// Pushes what follows a scan into it. `stages` begins with a pscan of `schema` (of all its input's
// columns): a filter right behind it becomes its --where, and it gives only columns that some stage
// uses. Nothing is pushed that could change what is computed, what is refused or what is noted: of
// text (`is_text`) all columns and rows are checked as before, by --check-all. Stages that became
// needless are removed.
void push_into_scan(std::vector<DescribedStage>& stages, const Schema& schema, bool is_text,
                    const RightSchemas& right_schemas);

// Gives joins without -k whose condition asks for equal columns the placement that those with -k
// have: their rows too may come together by hash. The joins' new descriptions get their schemas.
void find_keys_of_conditions(std::vector<DescribedStage>& stages, const Schema& schema,
                             RightSchemas& right_schemas);

// Puts a scan before each join's right input that is a file of much text, or that the join has
// options for reading for, `<( pscan FILE )`, of those columns that are used: so it is read once,
// and not by each worker. The joins' new descriptions get their schemas.
void scan_right_once(std::vector<DescribedStage>& stages, const Schema& schema,
                     RightSchemas& right_schemas);

}  // namespace penstock
