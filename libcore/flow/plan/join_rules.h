// How a join's workers get its right rows: all of them in each worker, or both inputs shared out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "libcore/flow/plan/rules.h"

namespace penstock {

// Why not every worker can have all of the right input of stages[at], a join; empty when each can.
std::string why_not_broadcast(const PipelinePlan& plan, size_t at);

// How both inputs of stages[at], a join that is given `rows`, are shared out, where that is
// possible and better than that all workers read the right one.
std::optional<JoinExchange> exchange_of_join(const PipelinePlan& plan, size_t at,
                                             const SharedRows& rows);

// Puts the exchanges before both inputs of `join`: into its right input, and into the decision.
void share_out_join(const PipelinePlan& plan, const JoinExchange& exchange, DescribedStage& join,
                    Decision& decision);

// The file that is the join's right input and that each of its workers reads; empty when it is not
// one.
std::optional<std::string> shared_right_file(const DescribedStage& join);

}  // namespace penstock
