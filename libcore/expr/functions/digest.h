// The seam to libmd: digests of bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace penstock {

using Md5Digest = std::array<uint8_t, 16>;
using Sha256Digest = std::array<uint8_t, 32>;

Md5Digest md5_of(std::string_view bytes);
Sha256Digest sha256_of(std::string_view bytes);

}  // namespace penstock
