// An operand that has been opened and recognized, but not read; scan.cc and ops/scan/all.cc share
// it.
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

// Returns the binder with which text readers filter by a condition (-w). The condition is bound
// once while the inputs have one schema, so that a scan of 50 chunks parses it once. Copies share
// the result; not thread-safe. Throws Error as bind_predicate() does.
FilterBinder make_filter_binder(const ExpressionText& where);

// Opens, decompresses and recognizes an operand. Throws Error for an input that cannot be opened,
// and for a format that can only be written.
ScanInput recognize(const std::string& operand, const ScanOptions& options);

OperatorPtr open_recognized(ScanInput input, const ScanOptions& options);

}  // namespace penstock
