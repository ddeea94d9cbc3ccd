// Refused records on their way to --rejects: a file with the columns file, line, column, reason and
// record.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "libcore/data/builder.h"
#include "libcore/os/byte_sink.h"
#include "libcore/text/text_format.h"
#include "libcore/text/text_writer.h"

namespace penstock {

// Not thread-safe.
class Rejects {
 public:
  // Only counts.
  Rejects() = default;
  // Writes to `path`, as text in the format of its suffix, else CSV. Throws Error.
  explicit Rejects(const std::string& path);

  void add(const Reject& reject);
  int64_t count() const { return count_; }
  // Makes the file appear; without it there is none.
  void finish();

 private:
  void flush();

  int64_t count_ = 0;
  ByteSinkPtr sink_;
  std::unique_ptr<TextWriter> writer_;
  SchemaPtr schema_;
  BytesBuilder file_;
  FixedBuilder<int64_t> line_;
  BytesBuilder column_;
  BytesBuilder reason_;
  BytesBuilder record_;
};

}  // namespace penstock
