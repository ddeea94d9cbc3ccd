#include "libcore/ops/schema_file.h"

#include <algorithm>

#include "libcore/arrow/ipc_reader.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
#include "libcore/data/repeated_name.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

constexpr int64_t kMaxSchemaFileBytes = int64_t{16} << 20;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  size_t first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Takes a name from the front of `text`: quoted, or up to one of `stops` or the end.
std::string take_name(std::string_view& text, std::string_view stops) {
  std::string name;
  if (!text.starts_with('"')) {
    size_t end = std::min(text.find_first_of(stops), text.size());
    name = text.substr(0, end);
    text.remove_prefix(end);
    return name;
  }
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] != '"') {
      name += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == '"') {
      name += '"';
      ++i;
    } else {
      text.remove_prefix(i + 1);
      return name;
    }
  }
  throw Error::usage("a quoted name is not closed: " + std::string(text));
}

// Where the type that begins `text` ends: at a comma outside brackets.
size_t type_end(std::string_view text) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '(' || c == '[' || c == '<') ++depth;
    if (c == ')' || c == ']' || c == '>') --depth;
    if (c == ',' && depth <= 0) return i;
  }
  return text.size();
}

// On a command line, a wrong type is a usage error.
TypePtr parse_option_type(std::string_view name) {
  try {
    return parse_type(name);
  } catch (const Error& error) {
    throw Error::usage(error.message());
  }
}

SchemaPtr parse_schema(std::string_view text, const std::string& path) {
  std::vector<Field> fields;
  int64_t line_number = 0;
  while (!text.empty()) {
    ++line_number;
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    try {
      std::string name = take_name(line, " \t");
      if (trimmed(line).empty()) throw Error("a line is a name and a type, as in 'price float64'");
      fields.push_back({std::move(name), parse_type(trimmed(line)), true, {}});
    } catch (const Error& error) {
      throw Error(path + ":" + std::to_string(line_number) + ": " + error.message());
    }
  }
  if (fields.empty()) throw Error(path + ": no columns; a line is a name and a type");
  return make_schema(std::move(fields));
}

}  // namespace

std::vector<std::pair<std::string, TypePtr>> parse_types(std::string_view text) {
  std::vector<std::pair<std::string, TypePtr>> types;
  std::string whole(text);
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    std::string name = take_name(text, "=,");
    if (name.empty() || !text.starts_with('=')) {
      throw Error::usage("types are NAME=TYPE,..., as in price=float64,day=date, not '" + whole +
                         "'");
    }
    text.remove_prefix(1);
    size_t end = type_end(text);
    types.emplace_back(std::move(name), parse_option_type(trimmed(text.substr(0, end))));
    if (end == text.size()) return types;
    text.remove_prefix(end + 1);
  }
}

namespace {

SchemaPtr read_any_schema(const std::string& path) {
  std::unique_ptr<PeekableSource> source = open_unwrapped(open_source(path));
  if (looks_like_ipc(source->peek(8))) return open_ipc(std::move(source))->schema();
  std::string text(static_cast<size_t>(kMaxSchemaFileBytes) + 1, '\0');
  text.resize(static_cast<size_t>(read_fully(*source, text.data(), kMaxSchemaFileBytes + 1)));
  if (static_cast<int64_t>(text.size()) > kMaxSchemaFileBytes) {
    throw Error(path + ": is over 16 MiB, too large for a schema file");
  }
  return parse_schema(text, path);
}

}  // namespace

SchemaPtr read_schema_file(const std::string& path) {
  SchemaPtr schema = read_any_schema(path);
  if (auto repeated = repeated_name(schema->fields())) {
    const std::string& name = (*schema)[repeated->first].name;
    throw Error(path + ": columns " + std::to_string(repeated->first + 1) + " and " +
                std::to_string(repeated->second + 1) + " are both named '" + printable(name) +
                "'; rename one of them, as " + printable(free_name(name, schema->fields())));
  }
  return schema;
}

}  // namespace penstock
