// How the schemas of the senders pass from the thread that works the socket to the one that reads
// rows.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "libcore/arrow/metadata.h"
#include "libcore/base/error.h"

namespace penstock {

// The schemas of the senders, passed to the reader when all have arrived.
class SchemaBoard {
 public:
  void post(std::vector<WireSchema> schemas);
  void fail(const Error& error);
  // Waits for post() or fail(). Throws the Error of fail().
  std::vector<WireSchema> wait();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::vector<WireSchema>> schemas_;
  std::optional<Error> failure_;
};

}  // namespace penstock
