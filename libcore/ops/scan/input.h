// An operand that has been opened and recognized, but not read; scan.cc and ops/scan/all.cc share
// it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libcore/ops/scan/scan.h"
#include "libcore/os/byte_source.h"

namespace penstock {

struct ScanInput {
  std::string name;  // the operand
  std::string
      operand;  // the same, or the file in the archive that it names, whose suffix then counts
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

// The same for options with which the rows of an input have columns beside its own: --file-name,
// and options.united. They come last; conditions and choices of columns are about all of them.
bool adds_columns(const ScanOptions& options);
OperatorPtr open_with_columns(ScanInput input, const ScanOptions& options);
// The same of rows that are open already and have all of their input's columns.
OperatorPtr add_columns(OperatorPtr rows, const std::string& name, const ScanOptions& options);

// The columns of rows that are given of an input with columns of its own, which are `own` unless
// options.united has those of all. Marked only with options.text.mark_inferred.
SchemaPtr with_added_columns(const Schema& own, const ScanOptions& options);

// Returns the columns of all inputs: those of options.text.schema first. Throws Error where types
// differ. REQUIRES an input or that schema.
SchemaPtr unite_by_name(const std::vector<SurveyedInput>& inputs, const ScanOptions& options);

}  // namespace penstock
