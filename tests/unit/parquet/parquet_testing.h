// Parquet files in memory, for tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../arrow/ipc_testing.h"
#include "libcore/parquet/reader.h"
#include "libcore/parquet/writer.h"
#include "tests/unit/parquet_of_build.h"

namespace penstock::testing {

// Uses the plugin of this build; skips the tests where there is none.
class ParquetTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!use_parquet_of_build()) GTEST_SKIP() << "built without Parquet";
  }
};

inline std::string write_parquet(const SchemaPtr& schema, const std::vector<Batch>& batches,
                                 const ParquetWriteOptions& options = {}) {
  std::string out;
  ByteSinkPtr sink = sink_to_string(out);
  std::unique_ptr<ParquetWriter> writer = make_parquet_writer(*sink, schema, options);
  for (const Batch& batch : batches)
    writer->write(batch);
  writer->finish();
  sink->finish();
  return out;
}

inline OperatorPtr open_parquet_bytes(std::string bytes, ParquetReadOptions options = {}) {
  auto source = source_from_bytes(std::move(bytes), "f.parquet");
  return open_parquet(std::make_unique<PeekableSource>(std::move(source)), std::move(options));
}

}  // namespace penstock::testing
