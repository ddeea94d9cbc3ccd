// An Arrow stream in a file, and what the list of files says of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "libcore/arrow/ipc_writer.h"
#include "libcore/data/batch.h"
#include "libcore/exchange_files/list_text.h"
#include "libcore/os/byte_sink.h"

namespace penstock {

// Holds one descriptor. The file appears with finish(); destruction without it leaves none. Not
// thread-safe.
class FileWriter {
 public:
  // Calls `on_bytes`, if there is one, with the number of bytes of each write. Throws Error when
  // the file cannot be made, and as all that follows when it cannot be written.
  FileWriter(const std::string& path, const SchemaPtr& schema,
             std::function<void(int64_t)> on_bytes);
  ~FileWriter();

  void write(const Batch& batch);
  FileFacts finish();

 private:
  class SummedSink;

  std::unique_ptr<SummedSink> sink_;
  std::unique_ptr<IpcWriter> writer_;
  int64_t rows_ = 0;
};

}  // namespace penstock
