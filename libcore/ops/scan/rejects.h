// Writes refused records to --rejects: a file with the columns file, line, column, reason and
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

// Counts of what was refused.
struct RefusedCounts {
  int64_t values = 0;   // that became null
  int64_t lines = 0;    // that were left out
  int64_t records = 0;  // that were left out, where records are not separated by lines
  int64_t headers = 0;  // with a stray quote, taken with their quotes
};
// "2 values became null; 3 lines were left out"; empty when nothing was refused.
std::string refused_note(const RefusedCounts& counts);

// Not thread-safe.
class Rejects {
 public:
  // Only counts.
  Rejects() = default;
  // Writes to `path`, as text in the format of its suffix, or else CSV. Throws Error when it cannot
  // be written.
  explicit Rejects(const std::string& path);

  void add(const Reject& reject);
  const RefusedCounts& counts() const { return counts_; }
  // Makes the file appear; without this call it never does.
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
