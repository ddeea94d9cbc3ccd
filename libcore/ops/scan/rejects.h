// Refused records on their way to --rejects: a file with the columns file, line, column, reason and
// record.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "libcore/data/builder.h"
#include "libcore/os/byte_sink.h"
#include "libcore/text/text_format.h"
#include "libcore/text/write/writer.h"

namespace penstock {

// What was refused, counted.
struct RefusedCounts {
  int64_t values = 0;   // that became null
  int64_t lines = 0;    // that were left out
  int64_t records = 0;  // that were left out, where records are not told apart by lines
  int64_t headers = 0;  // with a fault of their quotes, taken as they stand
};
// "2 values became null; 3 lines were left out"; empty when nothing was refused.
std::string refused_note(const RefusedCounts& counts);

// Not thread-safe.
class Rejects {
 public:
  // Only counts.
  Rejects() = default;
  // Writes to `path`, as text in the format of its suffix, else CSV. Throws Error.
  explicit Rejects(const std::string& path);

  void add(const Reject& reject);
  const RefusedCounts& counts() const { return counts_; }
  // Makes the file appear; without it there is none.
  void finish();

 private:
  void flush();

  RefusedCounts counts_;
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
