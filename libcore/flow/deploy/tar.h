// Files as one stream of bytes: what tar(1) unpacks (POSIX.1-2017, pax, "ustar Interchange
// Format").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock {

// Bytes of which an archive has a whole number: a file's last block is filled up with zeros.
inline constexpr size_t kTarBlock = 512;
// Bytes of a file's name, and of a file.
inline constexpr size_t kMostTarName = 99;
inline constexpr int64_t kMostTarBytes = (int64_t{1} << 33) - 1;

// The block before the bytes of a file that its owner alone may read, write and run. It holds no
// time and no owner, so that equal files give equal archives. REQUIRES that both limits hold.
std::string tar_header(std::string_view name, int64_t bytes);

// The zeros behind the bytes of a file.
std::string tar_padding(int64_t bytes);

// What ends an archive: two blocks of zeros.
std::string tar_end();

}  // namespace penstock
