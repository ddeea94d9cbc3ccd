// The writers behind make_text_writer(), one for each format.
#pragma once

#include <memory>

#include "libcore/text/write/writer.h"

namespace penstock {

std::unique_ptr<TextWriter> make_csv_writer(ByteSink& sink, SchemaPtr schema,
                                            const TextWriteOptions& options);
std::unique_ptr<TextWriter> make_ndjson_writer(ByteSink& sink, SchemaPtr schema);
std::unique_ptr<TextWriter> make_line_writer(ByteSink& sink, const SchemaPtr& schema);
std::unique_ptr<TextWriter> make_table_writer(ByteSink& sink, SchemaPtr schema,
                                              const TextWriteOptions& options);
std::unique_ptr<TextWriter> make_markdown_writer(ByteSink& sink, SchemaPtr schema,
                                                 const TextWriteOptions& options);

}  // namespace penstock
