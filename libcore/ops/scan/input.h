// An operand that has been opened and looked at, but not read; what scan.cc and ops/scan/all.cc
// share.
#pragma once

#include <memory>
#include <string>

#include "libcore/ops/scan/scan.h"
#include "libcore/os/byte_source.h"

namespace penstock {

struct ScanInput {
  std::string operand;
  std::unique_ptr<PeekableSource> source;
  Format format;
};

// What text readers select by for a condition (-w). Bound once as long as inputs have one schema: a
// scan of 50 chunks parses its condition once. Copies share that; not thread-safe. Throws Error as
// bind_predicate() does.
FilterBinder make_filter_binder(const std::string& where);

// Opens, unwraps and tells the format. Throws Error for what cannot be opened and for a format that
// is only written.
ScanInput recognize(const std::string& operand, const ScanOptions& options);

OperatorPtr open_recognized(ScanInput input, const ScanOptions& options);

}  // namespace penstock
