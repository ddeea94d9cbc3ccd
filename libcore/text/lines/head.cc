#include "libcore/text/lines/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
#include "libcore/data/repeated_name.h"
#include "libcore/text/empty_input.h"
#include "libcore/text/lines/formats.h"

namespace penstock {
namespace {

// Of a file that can be sought: its beginning, and this many places spread to its end.
constexpr int64_t kLinePlaces = 24;
constexpr int64_t kLinePlaceBytes = int64_t{32} << 10;
constexpr int64_t kLineHeadBytes = int64_t{256} << 10;

void check_count(const std::string& place, size_t found, const CsvReadOptions& options) {
  const bool is_schema = options.schema != nullptr && !options.schema_by_name;
  const size_t given = is_schema ? options.schema->size() : options.names.size();
  if (given == found || (!is_schema && options.names.empty())) return;
  throw Error(fmt::format("{}: there are {} columns, but {} {} name{}", place, found,
                          is_schema ? "the schema has" : "--names gives", given,
                          given == 1 ? "" : "s"));
}

void check_names(const std::string& place, const std::vector<std::string>& names) {
  std::vector<Field> fields;
  for (const std::string& name : names) {
    if (!is_utf8(name)) {
      throw Error(fmt::format("{}: the name '{}' is not valid text; name the columns with --names",
                              place, printable(name)));
    }
    fields.push_back({name, nullptr, true, {}});
  }
  if (auto repeated = repeated_name(fields)) {
    throw Error(fmt::format(
        "{}: columns {} and {} are both named '{}'; name the columns with "
        "--names",
        place, repeated->first + 1, repeated->second + 1, printable(names[repeated->first])));
  }
}

std::vector<std::string> names_of(const LineSplitter& splitter) {
  std::vector<std::string> names;
  for (const LineSplitter::Column& column : splitter.columns())
    names.push_back(column.name);
  return names;
}

// The first line that is not empty, of fixed widths, as names.
void read_names(const TextChunk& first, const LineSplitter& splitter, const std::string& file,
                int64_t line, CsvHead& head) {
  const std::string_view text = text_of(first);
  size_t at = static_cast<size_t>(head.size);
  while (at < text.size() && (text[at] == '\n' || text[at] == '\r'))
    ++at;
  const size_t next = std::min(text.find('\n', at), text.size());
  size_t end = next;
  while (end > at && text[end - 1] == '\r')
    --end;
  LineText lines(text);
  std::vector<LineField> fields(splitter.columns().size());
  LineFault fault;
  const auto before =
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  const std::string place = fmt::format("{}:{}", file, line + before);
  if (!splitter.split(lines, static_cast<int32_t>(at), static_cast<int32_t>(end), fields.data(),
                      fault)) {
    throw Error(fmt::format("{}: {}; {}", place, fault.reason, fault.advice));
  }
  for (const LineField& field : fields) {
    head.names.emplace_back(text.substr(static_cast<size_t>(field.begin),
                                        static_cast<size_t>(field.end - field.begin)));
  }
  head.size = static_cast<int64_t>(std::min(next + 1, text.size()));
  head.lines = before + 1;
  check_names(place, head.names);
}

LineSplitterPtr read_width_head(const ByteSource& source, const TextChunk* first, int64_t line,
                                const CsvReadOptions& options, CsvHead& head) {
  LineSplitterPtr splitter = make_width_splitter(options.widths, {});
  check_count(source.name(), options.widths.size(), options);
  if (options.header) {
    if (first == nullptr && options.names.empty() && options.schema == nullptr) {
      throw empty_input(source,
                        "expected a header row (use --no-header with --names to read no "
                        "rows as a table)");
    }
    if (first != nullptr) read_names(*first, *splitter, source.name(), line, head);
  }
  if (options.schema != nullptr && !options.schema_by_name) {
    head.names = options.schema->names();
  } else if (!options.names.empty()) {
    head.names = options.names;
  } else if (!options.header) {
    head.names = names_of(*splitter);
  }
  return make_width_splitter(options.widths, head.names);
}

LineSplitterPtr read_pair_head(const ByteSource& source, const TextChunk* first,
                               const CsvReadOptions& options, CsvHead& head) {
  const char separator = *options.pairs;
  if (options.schema != nullptr) {
    head.names = options.schema->names();
  } else {
    if (first == nullptr) throw empty_input(source, "no line to take keys from (use --schema)");
    CsvSample sample;
    sample.source = &source;
    sample.data_begin = head.size;
    sample.first = text_of(*first).substr(static_cast<size_t>(head.size));
    sample.whole = source.size() && first->offset + first->size >= *source.size();
    const auto most = static_cast<size_t>(kMaxFoundKeys) + 1;
    each_sample(sample,
                [&](std::string_view text) { find_keys(text, separator, most, head.names); });
    if (std::ssize(head.names) > kMaxFoundKeys) {
      throw Error(
          fmt::format("{}: its lines have more than {} keys, which is the limit; use "
                      "--schema",
                      source.name(), kMaxFoundKeys));
    }
    for (const auto& [name, type] : options.types) {
      const bool is_new =
          name != kAllOtherColumns && std::ranges::find(head.names, name) == head.names.end();
      if (is_new) head.names.push_back(name);
    }
    if (head.names.empty()) {
      throw Error(source.name() +
                  ": no line of the sample is pairs key=value; use another -f, or --schema");
    }
  }
  return make_pair_splitter(head.names, separator);
}

}  // namespace

LineHead read_line_head(const ByteSource& source, const TextChunk* first, int64_t line,
                        const CsvReadOptions& options) {
  LineHead result;
  CsvHead& head = result.head;
  const bool has_mark =
      first != nullptr && line == 1 && text_of(*first).starts_with(kByteOrderMark);
  if (has_mark) head.size = static_cast<int64_t>(kByteOrderMark.size());
  if (!options.widths.empty()) {
    result.splitter = read_width_head(source, first, line, options, head);
  } else if (options.pairs) {
    result.splitter = read_pair_head(source, first, options, head);
  } else {
    result.splitter = options.splitter;
    check_count(source.name(), result.splitter->columns().size(), options);
    const bool is_schema = options.schema != nullptr && !options.schema_by_name;
    head.names = is_schema ? options.schema->names() : names_of(*result.splitter);
  }
  check_names(source.name(), head.names);
  return result;
}

void each_sample(const CsvSample& sample, const std::function<void(std::string_view)>& take) {
  const auto size = sample.whole ? std::nullopt : sample.source->size();
  std::string_view first = sample.first;
  if (size) first = first.substr(0, static_cast<size_t>(kLineHeadBytes));
  take(first.substr(0, first.rfind('\n') + 1));
  if (!size) return;
  const int64_t span = std::max<int64_t>(0, *size - kLinePlaceBytes - sample.data_begin);
  std::string window;
  for (int64_t i = 1; i <= kLinePlaces; ++i) {
    window.resize(static_cast<size_t>(kLinePlaceBytes));
    const int64_t offset = sample.data_begin + span * i / kLinePlaces;
    const int64_t got = sample.source->read_at(offset, window.data(), kLinePlaceBytes);
    window.resize(static_cast<size_t>(got));
    if (offset + got == *size && !window.ends_with('\n')) window += '\n';
    const size_t begin = window.find('\n');
    const size_t end = window.rfind('\n');
    if (begin < end) take(std::string_view(window).substr(begin + 1, end - begin));
  }
}

}  // namespace penstock
