// Streams in memory, for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cell_text.h"
#include "libcore/arrow/ipc_reader.h"
#include "libcore/arrow/ipc_writer.h"
#include "libcore/base/error.h"
#include "libcore/data/batch.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"

namespace penstock::testing {

// Bytes as a pipe gives them: not to be sought, and in pieces of at most `piece`.
class PipedSource : public ByteSource {
 public:
  PipedSource(std::string bytes, int64_t piece) : bytes_(std::move(bytes)), piece_(piece) {}

  int64_t read(void* out, int64_t size) override {
    int64_t left = static_cast<int64_t>(bytes_.size()) - at_;
    int64_t count = std::min({size, left, piece_});
    std::memcpy(out, bytes_.data() + at_, static_cast<size_t>(count));
    at_ += count;
    return count;
  }
  const std::string& name() const override { return name_; }

 private:
  std::string bytes_;
  std::string name_ = "pipe";
  int64_t piece_;
  int64_t at_ = 0;
};

inline OperatorPtr open_bytes(std::string bytes, IpcReadOptions options = {}) {
  auto source = source_from_bytes(std::move(bytes), "bytes");
  return open_ipc(std::make_unique<PeekableSource>(std::move(source)), std::move(options));
}

inline OperatorPtr open_piped(std::string bytes, int64_t piece = 1000,
                              IpcReadOptions options = {}) {
  auto source = std::make_unique<PipedSource>(std::move(bytes), piece);
  return open_ipc(std::make_unique<PeekableSource>(std::move(source)), std::move(options));
}

inline std::vector<Batch> read_all(Operator& input) {
  std::vector<Batch> batches;
  while (std::optional<Batch> batch = input.next())
    batches.push_back(std::move(*batch));
  return batches;
}

inline std::string write_all(const SchemaPtr& schema, const std::vector<Batch>& batches,
                             const IpcWriteOptions& options = {}) {
  std::string out;
  ByteSinkPtr sink = sink_to_string(out);
  std::unique_ptr<IpcWriter> writer = make_ipc_writer(*sink, schema, options);
  for (const Batch& batch : batches)
    writer->write(batch);
  writer->finish();
  sink->finish();
  return out;
}

inline std::string rewrite(const std::string& bytes, const IpcWriteOptions& options) {
  OperatorPtr input = open_bytes(bytes);
  return write_all(input->schema(), read_all(*input), options);
}

inline std::vector<IpcWriteOptions> all_write_options() {
  std::vector<IpcWriteOptions> all;
  for (bool file : {false, true}) {
    for (auto compression :
         {BodyCompression::kNone, BodyCompression::kLz4, BodyCompression::kZstd}) {
      all.push_back({file, compression});
    }
  }
  return all;
}

// Equal cells, row by row, whatever the batches are.
inline void expect_same_cells(const std::vector<Batch>& want, const std::vector<Batch>& got) {
  auto cells = [](const std::vector<Batch>& batches) {
    std::vector<std::string> out;
    for (const Batch& batch : batches) {
      for (int64_t i = 0; i < batch.rows; ++i) {
        std::string row;
        for (const ColumnPtr& column : batch.columns)
          row += cell_text(*column, i) + " | ";
        out.push_back(std::move(row));
      }
    }
    return out;
  };
  EXPECT_EQ(cells(want), cells(got));
}

// The message of the Error that `work` throws; fails the test when it throws none.
template <typename Work>
std::string error_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error.message();
  }
  ADD_FAILURE() << "no error";
  return {};
}

}  // namespace penstock::testing
