// Operators and sinks that tell what passes through them; else they are what they wrap.
#pragma once

#include <cstdint>
#include <functional>

#include "libcore/data/batch.h"
#include "libcore/os/byte_sink.h"

namespace penstock {

// Is given a number of rows that have been pulled, or of bytes that are about to be written; in the
// thread that pulls or writes.
using Passed = std::function<void(int64_t)>;

OperatorPtr count_rows(OperatorPtr input, Passed passed);
ByteSinkPtr count_bytes(ByteSinkPtr sink, Passed passed);

}  // namespace penstock
