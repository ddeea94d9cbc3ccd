// The Parquet plugin that was built with the tests.
#pragma once

#include <cstdlib>
#include <string>

namespace penstock::testing {

// Has Parquet read and written by it. False where the build has none.
inline bool use_parquet_of_build() {
  setenv("PENSTOCK_PARQUET", PENSTOCK_PARQUET_PLUGIN, 1);
  return !std::string(PENSTOCK_PARQUET_PLUGIN).empty();
}

}  // namespace penstock::testing
