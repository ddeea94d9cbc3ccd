#include "libcore/stage/reading.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/base/suggest.h"
#include "libcore/base/utf8.h"
#include "libcore/data/compare.h"
#include "libcore/data/repeated_name.h"
#include "libcore/ops/schema_file.h"

namespace penstock {
namespace {

char parse_delimiter(const std::string& text) {
  if (text == "\\t") return '\t';
  bool usable = text.size() == 1 && text[0] != '"' && text[0] != '\n' && text[0] != '\r' &&
                static_cast<unsigned char>(text[0]) < 0x80;
  if (!usable) throw Error::usage("'" + text + "' is not one ASCII character (\\t for a tab)");
  return text[0];
}

std::vector<std::string> parse_names(const std::string& text) {
  std::vector<std::string> names = parse_key_names(text);
  std::vector<Field> fields;
  for (const std::string& name : names)
    fields.push_back({name, nullptr, true, {}});
  auto repeated = repeated_name(fields);
  if (!repeated) return names;
  const std::string& name = names[repeated->first];
  throw Error::usage("columns " + std::to_string(repeated->first + 1) + " and " +
                     std::to_string(repeated->second + 1) + " would both be named '" +
                     printable(name) + "'; rename one of them, as " +
                     printable(free_name(name, fields)));
}

OnError parse_on_error(const std::string& text) {
  if (text == "fail") return OnError::kFail;
  if (text == "skip") return OnError::kSkip;
  if (text == "null") return OnError::kNull;
  std::vector<std::string> words{"fail", "skip", "null"};
  throw Error::usage("'" + text + "' is not fail, skip or null" + did_you_mean(text, words));
}

void parse_partition(const std::string& text, CsvReadOptions& out) {
  size_t slash = text.find('/');
  auto part = parse_int64(text.substr(0, slash));
  auto parts = slash == text.npos ? std::nullopt : parse_int64(text.substr(slash + 1));
  if (!part || !parts || *part < 1 || *part > *parts) {
    throw Error::usage("'" + text + "' is not I/N with I from 1 to N, as in 2/8");
  }
  out.partition = *part;
  out.partitions = *parts;
}

int64_t parse_window(const std::string& text) {
  constexpr int64_t kLeast = 1024;  // of zstd's format
  std::optional<int64_t> size = parse_size(text);
  if (!size || *size < kLeast || *size > kMostWindowBytes) {
    throw Error::usage("'" + text + "' is not a size from 1K to 2G");
  }
  return *size;
}

}  // namespace

void Reading::add_options(Command& command) {
  command.group(OptionGroup::kReading);
  CsvReadOptions& text = scan.text;
  command.add(option::kFrom,
              [this](const std::string& v) { scan.from = format_to_read(parse_format(v)); });
  command.add(option::kDelimiter,
              [this](const std::string& v) { scan.delimiter = parse_delimiter(v); });
  command.add(option::kNoHeader, no_header);
  command.add(option::kNames, [&text](const std::string& v) { text.names = parse_names(v); });
  command.add(option::kNoQuotes, no_quotes);
  command.add(option::kTypes, [&text](const std::string& v) { text.types = parse_types(v); });
  command.add(option::kDecimals, text.decimals);
  command.add(option::kSchema,
              [&text](const std::string& v) { text.schema = read_schema_file(v); });
  command.add(option::kDateFormat, [&text](const std::string& v) { text.date_format = v; });
  command.add(option::kTrailingDelimiter, text.trailing_delimiter);
  command.add(option::kOnError,
              [&text](const std::string& v) { text.on_error = parse_on_error(v); });
  command.add(option::kRejects, [this](const std::string& v) { rejects = v; });
  command.add(option::kMaxWindow,
              [this](const std::string& v) { scan.max_window = parse_window(v); });
}

void Reading::add_scan_options(Command& command) {
  command.add(option::kColumns,
              [this](const std::string& v) { scan.text.columns = ColumnList::parse(v); });
  command.add(option::kWhere, [this](const std::string& v) { scan.where.text = v; });
  command.add(option::kCheckAll, scan.text.check_all);
  command.add(option::kPartition, [this](const std::string& v) {
    is_part = true;
    parse_partition(v, scan.text);
  });
  command.add(option::kChunks, [this](const std::string& v) { scan.chunks = v; });
}

Reading Reading::of_every_tool() const {
  Reading reading = *this;
  const CsvReadOptions none;
  CsvReadOptions& text = reading.scan.text;
  text.columns = none.columns;
  text.check_all = none.check_all;
  text.partition = none.partition;
  text.partitions = none.partitions;
  reading.scan.where = {};
  reading.scan.chunks.clear();
  reading.is_part = false;
  return reading;
}

ScanOptions Reading::options(size_t inputs) const {
  ScanOptions options = scan;
  options.is_one_of_several = inputs > 1;
  options.text.header = !no_header;
  options.text.quotes = !no_quotes;
  options.text.reject_lines = !rejects.empty();
  return options;
}

const Option* Reading::for_one_reader() const {
  if (is_part) return &option::kPartition;
  if (!scan.chunks.empty()) return &option::kChunks;
  return rejects.empty() ? nullptr : &option::kRejects;
}

}  // namespace penstock
