// Finds and loads the Parquet plugin, libpenstock-parquet.so.
#pragma once

#include <cstdint>

#include "libcore/parquet/interface.h"

namespace penstock {

// Returns the plugin's functions. It is loaded once for the process, and stays loaded. It is the
// file that $PENSTOCK_PARQUET names; without that, the one in ../lib/penstock beside the program's
// folder; without that, the one that the dynamic loader finds. Thread-safe.
//
// Throws Error "…; install penstock-parquet" when there is none, and when it is of another version.
const ParquetInterface& parquet_plugin();

// Throws the Error of a call that returned `status`, and frees its text, unless that is 0. `error`
// is a reference because the call that sets it may stand beside it, as an argument.
void require_parquet(int32_t status, char* const& error);

}  // namespace penstock
