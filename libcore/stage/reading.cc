#include "libcore/stage/reading.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/number.h"
#include "libcore/base/suggest.h"
#include "libcore/base/utf8.h"
#include "libcore/data/compare.h"
#include "libcore/data/repeated_name.h"
#include "libcore/ops/scan/pattern_lines.h"
#include "libcore/ops/schema_file.h"
#include "libcore/os/encoding.h"
#include "libcore/text/lines/formats.h"

namespace penstock {
namespace {

// Text without line ends, in which \t stands for a tab.
std::string parse_delimiter(const std::string& text) {
  std::string delimiter;
  for (size_t i = 0; i < text.size(); ++i) {
    bool is_tab = text.compare(i, 2, "\\t") == 0;
    delimiter += is_tab ? '\t' : text[i];
    if (is_tab) ++i;
  }
  bool usable =
      !delimiter.empty() && delimiter.find_first_of("\r\n") == delimiter.npos && is_utf8(delimiter);
  if (!usable) {
    throw Error::usage("'" + printable(text) +
                       "' is not one or more characters on one line (\\t for a tab)");
  }
  if (std::ssize(delimiter) > kMaxDelimiterBytes) {
    throw Error::usage("has " + std::to_string(delimiter.size()) + " bytes; the limit is " +
                       std::to_string(kMaxDelimiterBytes));
  }
  return delimiter;
}

char parse_character(const std::string& text) {
  bool usable = text.size() == 1 && text[0] != '\n' && text[0] != '\r' &&
                static_cast<unsigned char>(text[0]) < 0x80;
  if (!usable) throw Error::usage("'" + printable(text) + "' is not one ASCII character");
  return text[0];
}

std::string parse_comment(const std::string& text) {
  if (text.empty() || text.find_first_of("\r\n") != text.npos) {
    throw Error::usage("'" + printable(text) + "' is not the beginning of a line, as in #");
  }
  return text;
}

int64_t parse_skip(const std::string& text) {
  auto lines = parse_int64(text);
  if (!lines || *lines < 0)
    throw Error::usage("'" + printable(text) + "' is not a number of lines");
  return *lines;
}

std::string parse_column_name(const std::string& text) {
  if (!text.empty() && is_utf8(text)) return text;
  throw Error::usage("'" + printable(text) + "' is not the name of a column");
}

// One character, perhaps of several bytes.
std::string parse_thousands(const std::string& text) {
  bool is_one =
      !text.empty() && is_utf8(text) && std::count_if(text.begin(), text.end(), [](char c) {
                                          return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
                                        }) == 1;
  if (!is_one || (is_name_byte(text[0]) && text[0] != '_') ||
      std::strchr("+-\r\n", text[0]) != nullptr) {
    throw Error::usage("'" + printable(text) +
                       "' is not one character that may stand between digits, as in . or '");
  }
  return text;
}

std::string parse_encoding(const std::string& text) {
  if (is_known_encoding(text)) return text;
  throw Error::usage("'" + printable(text) + "' is not an encoding of iconv, whose -l lists them");
}

// Texts that mean null, separated by commas; one in double quotes may have commas.
std::vector<std::string> parse_nulls(std::string_view text) {
  std::vector<std::string> nulls;
  for (bool more = true; more;) {
    std::string null;
    if (text.starts_with('"')) {
      size_t end = text.find('"', 1);
      while (end != text.npos && text.substr(end + 1).starts_with('"')) {
        null += text.substr(1, end);
        text.remove_prefix(end + 1);
        end = text.find('"', 1);
      }
      if (end == text.npos) throw Error::usage("a quoted text is not closed");
      null += text.substr(1, end - 1);
      text.remove_prefix(end + 1);
      if (!text.empty() && text[0] != ',') throw Error::usage("a comma must follow a quoted text");
    } else {
      null = text.substr(0, text.find(','));
      text.remove_prefix(null.size());
    }
    if (null.empty()) {
      throw Error::usage("one of the texts is empty; a field without any text is null anyway");
    }
    if (std::find(nulls.begin(), nulls.end(), null) != nulls.end()) {
      throw Error::usage("'" + printable(null) + "' is given twice");
    }
    nulls.push_back(std::move(null));
    more = !text.empty();
    if (more) text.remove_prefix(1);
  }
  return nulls;
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

std::string parse_name(const std::string& text) {
  const std::vector<std::string> names = parse_names(text);
  if (names.size() == 1 && !names[0].empty()) return names[0];
  throw Error::usage("'" + text + "' is not the name of one column");
}

OnError parse_on_error(const std::string& text) {
  const std::vector<std::string> words{"fail", "skip", "null"};
  constexpr std::array kMeanings{OnError::kFail, OnError::kSkip, OnError::kNull};
  const auto found = std::find(words.begin(), words.end(), text);
  if (found != words.end()) return kMeanings[static_cast<size_t>(found - words.begin())];
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

// Adds the options that are about text, and where there is an input the one among them that is
// about its records. The order is that of --help.
void add_options_of(Reading& reading, Command& command, bool of_input) {
  command.group(OptionGroup::kReading);
  CsvReadOptions& text = reading.scan.text;
  command.add(option::kFrom, [&reading](const std::string& v) {
    reading.scan.from = format_to_read(parse_format(v));
  });
  command.add(option::kDelimiter,
              [&reading](const std::string& v) { reading.scan.delimiter = parse_delimiter(v); });
  command.add(option::kNoHeader, reading.no_header);
  command.add(option::kNames, [&text](const std::string& v) { text.names = parse_names(v); });
  command.add(option::kUniqueNames, text.unique_names);
  command.add(option::kRowNames,
              [&text](const std::string& v) { text.row_names = parse_column_name(v); });
  command.add(option::kSkip, [&text](const std::string& v) { text.skip = parse_skip(v); });
  command.add(option::kComment, [&text](const std::string& v) { text.comment = parse_comment(v); });
  command.add(option::kRagged, text.ragged);
  command.add(option::kQuote, [&text](const std::string& v) { text.quote = parse_character(v); });
  command.add(option::kEscape, [&text](const std::string& v) { text.escape = parse_character(v); });
  command.add(option::kNoQuotes, reading.no_quotes);
  command.add(option::kNull, [&text](const std::string& v) { text.style.nulls = parse_nulls(v); });
  command.add(option::kEncoding,
              [&reading](const std::string& v) { reading.scan.encoding = parse_encoding(v); });
  command.add(option::kDecimalComma, text.style.decimal_comma);
  command.add(option::kThousands,
              [&text](const std::string& v) { text.style.thousands = parse_thousands(v); });
  command.add(option::kTypes, [&text](const std::string& v) { text.types = parse_types(v); });
  command.add(option::kDecimals, text.decimals);
  command.add(option::kSchema,
              [&text](const std::string& v) { text.schema = read_schema_file(v); });
  command.add(option::kDateFormat, [&text](const std::string& v) { text.date_format = v; });
  command.add(option::kTrailingDelimiter, text.trailing_delimiter);
  command.add(option::kOnError,
              [&text](const std::string& v) { text.on_error = parse_on_error(v); });
  if (of_input)
    command.add(option::kRejects, [&reading](const std::string& v) { reading.rejects = v; });
  command.add(option::kWidths, [&text](const std::string& v) { text.widths = parse_widths(v); });
  command.add(option::kPattern, [&reading](const std::string& v) {
    reading.scan.pattern = make_pattern_splitter(v);
  });
}

}  // namespace

void Reading::add_text_options(Command& command) {
  add_options_of(*this, command, false);
}

void Reading::add_options(Command& command) {
  add_options_of(*this, command, true);
  command.add(option::kFileName,
              [this](const std::string& v) { scan.file_column = parse_name(v); });
  command.add(option::kUnionByName, scan.union_by_name);
  command.add(option::kAsOf, [this](const std::string& v) { scan.as_of = v; });
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
  command.add(option::kFollow, scan.follow);
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
  reading.scan.follow = false;
  reading.is_part = false;
  return reading;
}

// Throws a usage Error for options that say two forms of lines.
void Reading::require_one_form() const {
  const bool has_widths = !scan.text.widths.empty();
  const bool has_pattern = scan.pattern != nullptr;
  if (scan.follow && scan.union_by_name) {
    throw Error::usage("--follow reads files with the same columns, --union-by-name others too");
  }
  const bool is_pairs = scan.from == Format::kLogfmt && scan.delimiter;
  if (is_pairs && (scan.delimiter->size() != 1 || *scan.delimiter == "=")) {
    throw Error::usage("--delimiter: pairs are divided by one byte, and not by '='");
  }
  if (!has_widths && !has_pattern) return;
  if (has_widths && has_pattern) {
    throw Error::usage("--widths and --pattern exclude each other");
  }
  if (has_widths && scan.from) {
    throw Error::usage("--widths is for text of fixed width, which is not a format of -f");
  }
  if (scan.from && *scan.from != Format::kLines) {
    throw Error::usage("--pattern divides lines; use -f lines, or leave -f out");
  }
  const CsvReadOptions& text = scan.text;
  const std::pair<bool, const Option&> of_csv[] = {
      {scan.delimiter.has_value(), option::kDelimiter},
      {no_quotes, option::kNoQuotes},
      {text.quote.has_value(), option::kQuote},
      {text.escape.has_value(), option::kEscape},
      {!text.comment.empty(), option::kComment},
      {text.ragged, option::kRagged},
      {text.unique_names, option::kUniqueNames},
      {!text.row_names.empty(), option::kRowNames},
      {text.trailing_delimiter, option::kTrailingDelimiter}};
  const char* other = nullptr;
  for (const auto& [is_given, named] : of_csv) {
    if (is_given && other == nullptr) other = named.name;
  }
  if (other == nullptr) return;
  throw Error::usage("--" + std::string(other) + " is for CSV; " +
                     (has_widths ? "--widths" : "--pattern") + " divides the lines");
}

ScanOptions Reading::options(size_t inputs) const {
  require_one_form();
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
  if (scan.follow) return &option::kFollow;
  return rejects.empty() ? nullptr : &option::kRejects;
}

}  // namespace penstock
