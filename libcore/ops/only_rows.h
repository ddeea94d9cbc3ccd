// For operators that gather rows: their inputs without what a stream says between its rows.
#pragma once

#include "libcore/data/batch.h"

namespace penstock {

// Returns the batches of `input` that have rows, without their metadata.
OperatorPtr only_rows(OperatorPtr input);

}  // namespace penstock
