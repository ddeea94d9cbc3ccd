// Columns to and from other libraries in this process, by the Arrow C Data Interface.
//
// What is imported is trusted no more than a stream: types, lengths, buffers and offsets are
// tested as those of a stream are. What cannot be tested is that a buffer has the bytes that its
// length and offsets need, because the interface does not state its size.
#pragma once

#include <cstdint>
#include <string>

#include "libcore/arrow/c_data/abi.h"
#include "libcore/data/batch.h"
#include "libcore/data/type.h"

namespace penstock {

// Returns the interface's word for a type ("l", "tsu:UTC", "d:15,2"): of a dictionary for its
// indices, of a nested type without its children.
std::string format_of_type(const Type& type);

// Makes a struct of the schema's fields, with its metadata. The caller owns `out`.
void export_schema(const Schema& schema, ArrowSchema* out);

// Makes a struct array of the batch's columns, which share the bytes of the batch until the
// receiver releases it, in any thread. The caller owns `out`.
void export_batch(const Batch& batch, ArrowArray* out);

// Returns the schema that a struct stands for. Does not release `from`. Throws Error for a type
// that the interface does not define or that is not supported here (views, run-end-encoded), which
// names the column.
SchemaPtr import_schema(const ArrowSchema& from);

// What the library that made an array promises beyond the interface.
struct ImportPromises {
  // The bytes after the end of each buffer that can be read. With less than kBufferPadding, buffers
  // are copied.
  int64_t padding = 0;
};

// Returns the rows of a struct array of this schema. Takes `from` over, also when it throws, and
// releases it when the last column that shares its bytes is gone. Throws Error, which names the
// column, when the array breaks an invariant of columns (data/column.h).
Batch import_batch(ArrowArray* from, const SchemaPtr& schema, const ImportPromises& promises);

}  // namespace penstock
