// How the buffers of a batch are compressed on the wire.
#pragma once

#include <cstdint>

namespace penstock {

enum class BodyCompression : uint8_t { kNone, kLz4, kZstd };

}  // namespace penstock
