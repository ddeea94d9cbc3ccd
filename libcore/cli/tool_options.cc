// The options that every tool has, and what their values say.
#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/base/suggest.h"
#include "libcore/base/utf8.h"
#include "libcore/cli/tool.h"
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
                     printable(name) + "'; name one otherwise, as " +
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

int64_t parse_rows(const std::string& text) {
  auto rows = parse_int64(text);
  if (!rows || *rows < 0) throw Error::usage("'" + text + "' is not a number of rows");
  return *rows;
}

void Tool::add_scan_options() {
  command_.add(option::kColumns,
               [this](const std::string& v) { scan_.text.columns = parse_key_names(v); });
  command_.add(option::kWhere, [this](const std::string& v) { scan_.where = v; });
  command_.add(option::kCheckAll, scan_.text.check_all);
  command_.add(option::kPartition,
               [this](const std::string& v) { parse_partition(v, scan_.text); });
  command_.add(option::kChunks, [this](const std::string& v) { scan_.chunks = v; });
}

void Tool::add_spill_options(SpillOptions& spill) {
  spill.tell = [this](const std::string& text) { verbose_note(text); };
  command_.add(option::kMemory, [&spill](const std::string& v) { spill.memory = parse_memory(v); });
  command_.add(option::kTempDir, [&spill](const std::string& v) { spill.directory = v; });
}

void Tool::add_input_options() {
  command_.heading("Reading");
  CsvReadOptions& text = scan_.text;
  command_.add(option::kFrom, [this](const std::string& v) { scan_.from = parse_format(v); });
  command_.add(option::kDelimiter,
               [this](const std::string& v) { scan_.delimiter = parse_delimiter(v); });
  command_.add(option::kNoHeader, no_header_);
  command_.add(option::kNames, [&text](const std::string& v) { text.names = parse_names(v); });
  command_.add(option::kNoQuotes, no_quotes_);
  command_.add(option::kTypes, [&text](const std::string& v) { text.types = parse_types(v); });
  command_.add(option::kDecimals, text.decimals);
  command_.add(option::kSchema,
               [&text](const std::string& v) { text.schema = read_schema_file(v); });
  command_.add(option::kDateFormat, [&text](const std::string& v) { text.date_format = v; });
  command_.add(option::kTrailingDelimiter, text.trailing_delimiter);
  command_.add(option::kOnError,
               [&text](const std::string& v) { text.on_error = parse_on_error(v); });
  command_.add(option::kRejects, [this](const std::string& v) { rejects_path_ = v; });
  command_.add(option::kMaxWindow,
               [this](const std::string& v) { scan_.max_window = parse_window(v); });
}

void Tool::add_output_options() {
  command_.heading("Writing");
  command_.add(option::kTo, [this](const std::string& v) { to_ = parse_format(v); });
  if (!take_outputs_) command_.add(option::kOutput, [this](const std::string& v) { output_ = v; });
  command_.add(option::kNoSync, no_sync_);
}

}  // namespace penstock
