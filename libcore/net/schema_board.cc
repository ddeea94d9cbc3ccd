#include "libcore/net/schema_board.h"

#include <utility>

#include "libcore/base/error.h"

namespace penstock {

void SchemaBoard::post(std::vector<WireSchema> schemas) {
  {
    std::lock_guard lock(mutex_);
    schemas_ = std::move(schemas);
  }
  changed_.notify_all();
}

void SchemaBoard::fail(const Error& error) {
  {
    std::lock_guard lock(mutex_);
    failure_ = error;
  }
  changed_.notify_all();
}

std::vector<WireSchema> SchemaBoard::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return schemas_ || failure_; });
  if (failure_) throw *failure_;
  return std::move(*schemas_);
}

}  // namespace penstock
