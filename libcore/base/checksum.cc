#include "libcore/base/checksum.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace penstock {

struct Checksum::State {
  XXH3_state_t hash;
};

Checksum::Checksum() : state_(std::make_unique<State>()) {
  XXH3_64bits_reset(&state_->hash);
}
Checksum::~Checksum() = default;
Checksum::Checksum(Checksum&&) noexcept = default;
Checksum& Checksum::operator=(Checksum&&) noexcept = default;

void Checksum::add(const void* bytes, int64_t size) {
  if (size != 0) XXH3_64bits_update(&state_->hash, bytes, static_cast<size_t>(size));
}

uint64_t Checksum::value() const {
  return XXH3_64bits_digest(&state_->hash);
}

}  // namespace penstock
