#include "libcore/text/write/writer.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/repeated_name.h"
#include "libcore/text/write/writers.h"

namespace penstock {

namespace {

[[noreturn]] void fail_repeated(const std::string& what, const std::string& name,
                                std::string_view format) {
  throw Error(
      fmt::format("{} named '{}', which a reader of {} could not tell apart; use -t arrow "
                  "or -t table, or give them different names where they are made",
                  what, printable(name), format));
}

// Structs become JSON objects in every text format.
void require_distinct_keys(const Field& column, const Type& type, std::string_view format) {
  if (type.id == TypeId::kStruct) {
    if (auto repeated = repeated_name(type.children)) {
      fail_repeated(fmt::format("column '{}' has two fields", printable(column.name)),
                    type.children[repeated->first].name, format);
    }
  }
  for (const Field& child : type.children)
    require_distinct_keys(column, *child.type, format);
  if (type.value_type != nullptr) require_distinct_keys(column, *type.value_type, format);
}

void require_distinct_names(const Schema& schema, bool header, std::string_view format) {
  auto repeated = repeated_name(schema.fields());
  if (header && repeated) {
    fail_repeated(
        fmt::format("columns {} and {} are both", repeated->first + 1, repeated->second + 1),
        schema[repeated->first].name, format);
  }
  for (const Field& field : schema.fields())
    require_distinct_keys(field, *field.type, format);
}

}  // namespace

std::unique_ptr<TextWriter> make_text_writer(ByteSink& sink, SchemaPtr schema,
                                             const TextWriteOptions& options) {
  switch (options.format) {
    case Format::kCsv:
    case Format::kTsv:
      require_distinct_names(*schema, options.header, name_of(options.format));
      return make_csv_writer(sink, std::move(schema), options);
    case Format::kNdjson:
    case Format::kJson:
      require_distinct_names(*schema, true, name_of(options.format));
      return make_json_writer(sink, std::move(schema), options.format);
    case Format::kLines:
      return make_line_writer(sink, schema);
    case Format::kTable:
      return make_table_writer(sink, std::move(schema), options);
    case Format::kVertical:
      return make_vertical_writer(sink, schema, options);
    case Format::kHtml:
      return make_html_writer(sink, schema, options);
    case Format::kMarkdown:
      return make_markdown_writer(sink, std::move(schema), options);
    case Format::kArrow:
    case Format::kParquet:
    case Format::kClf:
    case Format::kCombined:
    case Format::kLogfmt:
      break;
  }
  PENSTOCK_CHECK(!has_types(options.format) && is_written(options.format));
  return nullptr;
}

}  // namespace penstock
