// The writers behind make_text_writer(), one for each format.
#pragma once

#include <memory>

#include "libcore/text/write/writer.h"

namespace penstock {

// What stands for null where people read it.
inline constexpr const char* kNullWord = "null";

std::unique_ptr<TextWriter> make_csv_writer(ByteSink& sink, SchemaPtr schema,
                                            const TextWriteOptions& options);
// Of kNdjson, or of kJson.
std::unique_ptr<TextWriter> make_json_writer(ByteSink& sink, SchemaPtr schema, Format format);
std::unique_ptr<TextWriter> make_line_writer(ByteSink& sink, const SchemaPtr& schema);
std::unique_ptr<TextWriter> make_table_writer(ByteSink& sink, SchemaPtr schema,
                                              const TextWriteOptions& options);
std::unique_ptr<TextWriter> make_vertical_writer(ByteSink& sink, const SchemaPtr& schema,
                                                 const TextWriteOptions& options);
std::unique_ptr<TextWriter> make_html_writer(ByteSink& sink, const SchemaPtr& schema,
                                             const TextWriteOptions& options);
std::unique_ptr<TextWriter> make_markdown_writer(ByteSink& sink, SchemaPtr schema,
                                                 const TextWriteOptions& options);

}  // namespace penstock
