#include "libcore/table/stats_text.h"

#include <simdjson.h>

#include "libcore/base/error.h"
#include "libcore/base/number.h"

namespace penstock {
namespace {

using simdjson::ondemand::json_type;
using simdjson::ondemand::object;
using simdjson::ondemand::value;

// The text of a value; empty for null and for nested ones.
std::optional<std::string> text_of(value& from) {
  switch (from.type().value()) {
    case json_type::string:
      return std::string(std::string_view(from.get_string()));
    case json_type::number:
    case json_type::boolean: {
      std::string_view token = from.raw_json_token();
      const size_t end = token.find_last_not_of(" \t\r\n");
      return std::string(token.substr(0, end + 1));
    }
    default:
      return std::nullopt;
  }
}

void read_texts(object members, std::map<std::string, std::string>& texts) {
  for (auto member : members) {
    std::string name(std::string_view(member.unescaped_key()));
    value from = member.value();
    if (std::optional<std::string> text = text_of(from)) texts[std::move(name)] = *std::move(text);
  }
}

int64_t count_of(const std::string& text) {
  const std::optional<int64_t> count = parse_int64(text);
  if (!count || *count < 0) throw Error("'" + text + "' is not a number of rows");
  return *count;
}

void read_member(std::string_view name, value from, FileStats& stats) {
  if (name == "numRecords") {
    const std::optional<std::string> text = text_of(from);
    if (text) stats.rows = count_of(*text);
  } else if (name == "minValues") {
    read_texts(from.get_object(), stats.min);
  } else if (name == "maxValues") {
    read_texts(from.get_object(), stats.max);
  } else if (name == "nullCount") {
    std::map<std::string, std::string> counts;
    read_texts(from.get_object(), counts);
    for (const auto& [column, text] : counts)
      stats.nulls[column] = count_of(text);
  }
}

}  // namespace

FileStats parse_stats(std::string_view json) {
  FileStats stats;
  try {
    simdjson::ondemand::parser parser;
    const simdjson::padded_string padded(json);
    simdjson::ondemand::document document = parser.iterate(padded);
    for (auto member : document.get_object()) {
      const std::string name(std::string_view(member.unescaped_key()));
      read_member(name, member.value(), stats);
    }
  } catch (const simdjson::simdjson_error& failure) {
    throw Error(std::string("is not JSON: ") + failure.what());
  }
  return stats;
}

}  // namespace penstock
