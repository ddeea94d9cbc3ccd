// What pexchange does, by the end of an exchange that its options make it.
#pragma once

#include "libcore/cli/stage_run.h"
#include "libcore/net/exchange_options.h"

namespace penstock {

// Sends, receives, writes, reads or serves what `options` name, makes keys, or passes the input
// through. `options` must be those of the tool's stage, checked by require_one_end(). Returns the
// exit status, and throws what run_tool() reports.
int run_exchange(StageRun& tool, const ExchangeOptions& options);

}  // namespace penstock
