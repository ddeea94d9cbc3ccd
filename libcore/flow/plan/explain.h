// A plan as people see it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/flow/plan/plan.h"

namespace penstock {

enum class ExplainForm { kText, kDot, kJson };

// "text", "dot", "json"; a usage Error with near misses otherwise.
ExplainForm parse_explain_form(const std::string& word);

// kText: a flow that means the same as the one that was planned, to the shell too, with a comment
// before each fragment, and before each statement of which a run with checkpoints chose how it
// runs. kDot: a graph for Graphviz. kJson: one object on one line. All end with a newline.
// Fragments are numbered as fragment_numbers() does it.
std::string explain(const std::vector<PlanStatement>& statements, int64_t workers,
                    ExplainForm form);

// A fragment as it is drawn.
struct FragmentPicture {
  int64_t number = 1;
  int64_t workers = 1;
  std::string heading;              // "fragment 2, 1 worker, exchange: …"
  std::vector<std::string> stages;  // inputs as "<(fragment 3)"
  std::vector<int64_t> reads;       // the fragments whose rows it gets
};

// The fragments of all statements, by their numbers.
std::vector<FragmentPicture> fragment_pictures(const std::vector<PlanStatement>& statements);

// The fragments of a pipeline, those of each stage's inputs behind the fragment that reads them,
// and so on from statement to statement: the fragment numbers from 1 that people see.
void append_fragments(const PlanPipeline& pipeline, std::vector<const PlanFragment*>& fragments);

}  // namespace penstock
