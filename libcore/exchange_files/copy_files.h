// The reading end of an exchange by files that are not Arrow streams.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "libcore/exchange_files/file_client.h"
#include "libcore/exchange_files/input_files.h"
#include "libcore/os/byte_sink.h"

namespace penstock {

// Writes the bytes of all files, one after the other, into the sink, which the caller finishes.
// Calls `on_bytes`, if there is one, with the number of bytes of each write. A file that is gone,
// or whose size or checksum is another, is an Error of the machine, also after bytes of it were
// written; rows are not counted. Files of other hosts are fetched as `fetch` says. Throws what the
// sink throws.
void copy_files(const std::vector<InputFile>& files, ByteSink& sink, const FetchOptions& fetch = {},
                const std::function<void(int64_t)>& on_bytes = {});

}  // namespace penstock
