#include "libcore/ops/scan/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "libcore/arrow/ipc_reader.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
#include "libcore/expr/expression.h"
#include "libcore/expr/prune/may_match.h"
#include "libcore/ops/filter.h"
#include "libcore/ops/scan/foreign_format.h"
#include "libcore/ops/scan/input.h"
#include "libcore/ops/scan/metered_source.h"
#include "libcore/ops/select_columns.h"
#include "libcore/os/byte_source.h"
#include "libcore/os/encoding.h"
#include "libcore/os/ordered_pool.h"
#include "libcore/parquet/reader.h"
#include "libcore/text/format_guess.h"
#include "libcore/text/json/reader.h"
#include "libcore/text/lines/formats.h"

namespace penstock {
namespace {

// The bytes of an unexpected input that its error shows.
constexpr int64_t kShownBytes = 64;

// The bytes of which looks_like_ipc() and is_parquet() judge.
constexpr int64_t kMagicBytes = 8;

// Text that is read as an Arrow stream would be a message of absurd size.
void require_ipc(PeekableSource& source) {
  std::span<const uint8_t> head = source.peek(kShownBytes);
  if (head.empty() || looks_like_ipc(head)) return;
  std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  text = text.substr(0, text.find('\n'));
  throw Error(source.name() + ": is not an Arrow stream, but begins with '" + printable(text) +
              "'; leave --from arrow out if it is text");
}

// What states its names and types, as in "is an Arrow stream".
std::string_view noun_of(Format format) {
  return format == Format::kParquet ? "Parquet" : "an Arrow stream";
}

// The bytes by which an Arrow stream or a Parquet file is known. They are waited for, unless those
// that have come are of neither.
std::span<const uint8_t> peek_magic(PeekableSource& source) {
  std::span<const uint8_t> bytes = source.peek(kMagicBytes, kLivePatience);
  while (std::ssize(bytes) < kMagicBytes && !source.at_end() &&
         (may_become_ipc(bytes) || may_become_parquet(bytes)) && !is_parquet(bytes))
    bytes = source.peek(kMagicBytes, kLivePatience, std::ssize(bytes) + 1);
  return bytes;
}

// The format of an input that states its names and types in its first bytes.
std::optional<Format> typed_format_of(PeekableSource& source) {
  // For a stream, only its first bytes are waited for.
  const std::span<const uint8_t> magic = peek_magic(source);
  if (is_parquet(magic)) return Format::kParquet;
  if (is_surely_ipc(magic)) return Format::kArrow;
  return std::nullopt;
}

Format format_of(const std::string& operand, PeekableSource& source, const ScanOptions& options) {
  if (std::optional<Format> typed = typed_format_of(source)) {
    if (!options.from || options.from == typed) return *typed;
    throw Error(fmt::format("{}: is {}, not {}; leave --from out", source.name(), noun_of(*typed),
                            has_types(*options.from) ? noun_of(*options.from) : "text"));
  }
  if (options.from == Format::kParquet) {
    throw Error(source.name() + ": is not Parquet, which begins with 'PAR1'; leave --from out");
  }
  if (auto what = foreign_format(source.peek(kForeignHeadBytes, kLivePatience))) {
    throw Error(source.name() + ": " + *what);
  }
  if (options.from == Format::kArrow) require_ipc(source);
  if (options.from) return *options.from;
  if (looks_like_ipc(source.peek(kMagicBytes, kLivePatience))) return Format::kArrow;
  if (!options.text.widths.empty()) return Format::kCsv;
  if (options.pattern != nullptr) return Format::kLines;
  return guess_text_format(operand, source);
}

// A small input is parsed in the thread that pulls it: starting threads costs more than they save.
int threads_for(const PeekableSource& source, const ScanOptions& options) {
  if (!options.threads) return 0;
  std::optional<int64_t> size = source.size();
  if (size && *size <= 2 * kTextChunkBytes) return 0;
  int cores = usable_cores();
  return cores > 1 ? cores : 0;
}

// The condition is bound to the whole schema first, so that its errors suggest all columns, and
// then to the columns that it uses, with which it is called.
RowFilter bind(const ExpressionText& where, const Schema& schema) {
  bind_predicate(where, schema);
  RowFilter filter;
  filter.columns = referenced_columns(where, schema);
  std::vector<Field> fields;
  for (const std::string& name : filter.columns)
    fields.push_back(schema[schema.index_of(name)]);
  ExpressionPtr condition = bind_predicate(where, Schema(std::move(fields)));
  filter.select = [condition](const Batch& batch) { return select_rows(*condition, batch); };
  return filter;
}

// Returns the first option about reading delimited text; null for none.
const char* given_for_csv(const ScanOptions& options, Format format) {
  const CsvReadOptions& text = options.text;
  if (options.delimiter && format != Format::kLogfmt) return "--delimiter";
  if (!text.header && format != Format::kLines) return "--no-header";
  if (!text.quotes) return "--no-quotes";
  if (text.trailing_delimiter) return "--trailing-delimiter";
  if (text.quote) return "--quote";
  if (text.escape) return "--escape";
  if (!text.comment.empty()) return "--comment";
  if (text.skip > 0 && format != Format::kLines) return "--skip";
  if (text.ragged) return "--ragged";
  if (text.unique_names) return "--unique-names";
  if (!text.row_names.empty()) return "--row-names";
  if (!text.style.nulls.empty()) return "--null";
  if (text.style.decimal_comma) return "--decimal-comma";
  if (!text.style.thousands.empty()) return "--thousands";
  return text.names.empty() || has_types(format) ? nullptr : "--names";
}

// Returns the first option about reading text; null for none.
const char* given_for_text(const ScanOptions& options) {
  if (!options.encoding.empty()) return "--encoding";
  const CsvReadOptions& text = options.text;
  if (!text.widths.empty()) return "--widths";
  if (options.pattern != nullptr) return "--pattern";
  if (!text.types.empty()) return "--types";
  if (text.schema) return "--schema";
  if (!text.date_format.empty()) return "--date-format";
  return text.check_all ? "--check-all" : nullptr;
}

// Throws a usage Error for options that an input of this format would leave without effect.
void refuse_options(const std::string& name, Format format, const ScanOptions& options) {
  if (format == Format::kCsv || format == Format::kTsv) return;
  if (const char* given = given_for_csv(options, format)) {
    const char* found = format == Format::kArrow     ? "but this is an Arrow stream"
                        : format == Format::kParquet ? "but this is Parquet"
                        : format == Format::kLines   ? "but this is read as lines; use -f csv"
                        : format == Format::kNdjson  ? "but this is JSON"
                        : format == Format::kLogfmt  ? "but this is read as pairs key=value"
                                                     : "but this is read as a web server's log";
    throw Error::usage(fmt::format("{}: {} is for CSV, {}", name, given, found));
  }
  const char* given = has_types(format) ? given_for_text(options) : nullptr;
  if (given == nullptr) return;
  throw Error::usage(fmt::format("{}: {} is for text, but this is {}, which has names and types",
                                 name, given, noun_of(format)));
}

// An input with names and types must have what --names and --decimals ask for: so a pipeline can
// give these options for all formats of a table.
void check_demands(const std::string& name, Format format, const Schema& schema,
                   const CsvReadOptions& text) {
  if (!text.names.empty() && text.names != schema.names()) {
    throw Error::usage(fmt::format("{}: --names is for CSV, but this is {} with other names", name,
                                   noun_of(format)));
  }
  if (!text.decimals) return;
  std::vector<std::string> chosen = schema.names();
  if (text.columns) chosen = text.columns->choose(chosen);
  for (const Field& field : schema.fields()) {
    bool wanted = std::find(chosen.begin(), chosen.end(), field.name) != chosen.end();
    if (!wanted || !is_float(field.type->id)) continue;
    throw Error::usage(
        fmt::format("{}: --decimals is for text, but this is {}, whose column '{}' is {}", name,
                    noun_of(format), field.name, field.type->to_string()));
  }
}

// The columns that are given, in this order; empty for all.
std::optional<std::vector<std::string>> given_columns(const Schema& schema,
                                                      const CsvReadOptions& options) {
  if (options.columns) return options.columns->choose(schema.names());
  if (options.choose_columns) return options.choose_columns(schema);
  return std::nullopt;
}

// These columns, and behind them the others that the condition uses; empty for all.
std::optional<std::vector<std::string>> with_columns_of(
    const ExpressionText& where, std::optional<std::vector<std::string>> columns,
    const Schema& schema) {
  if (!columns) return std::nullopt;
  for (std::string& name : referenced_columns(where, schema)) {
    if (std::find(columns->begin(), columns->end(), name) == columns->end())
      columns->push_back(std::move(name));
  }
  return columns;
}

OperatorPtr open_arrow(std::unique_ptr<PeekableSource> source, const ScanOptions& options) {
  IpcReadOptions read;
  read.partition = options.text.partition;
  read.partitions = options.text.partitions;
  read.on_block = options.on_read;
  read.is_wanted = options.is_wanted;
  read.on_chosen = options.on_chosen;
  read.on_schema = [&, name = source->name()](const Schema& schema) {
    if (!options.is_one_of_several) check_demands(name, Format::kArrow, schema, options.text);
    // Its errors suggest all columns.
    if (!options.where.empty()) bind_predicate(options.where, schema);
  };
  if (options.where.empty()) {
    read.choose_columns = [&](const Schema& schema) { return given_columns(schema, options.text); };
    return open_ipc(std::move(source), std::move(read));
  }
  read.choose_batches = [&where = options.where](const Schema& schema, const Zones& zones) {
    return may_match(*bind_predicate(where, schema), zones);
  };
  if (options.tell && !options.on_chosen) {
    read.on_chosen = [name = source->name(), tell = options.tell](int64_t chosen, int64_t all) {
      tell(fmt::format("{}: read {} of {} batches", name, chosen, all));
    };
  }
  std::optional<std::vector<std::string>> given;
  read.choose_columns = [&](const Schema& schema) {
    given = given_columns(schema, options.text);
    return with_columns_of(options.where, given, schema);
  };
  OperatorPtr input = open_ipc(std::move(source), std::move(read));
  return given ? make_filter(std::move(input), options.where, *given)
               : make_filter(std::move(input), options.where);
}

OperatorPtr open_parquet_rows(std::unique_ptr<PeekableSource> source, const ScanOptions& options) {
  ParquetReadOptions read;
  read.where = options.where;
  read.partition = options.text.partition;
  read.partitions = options.text.partitions;
  read.on_block = options.on_read;
  read.is_wanted = options.is_wanted;
  if (!options.is_one_of_several) {
    read.on_schema = [name = source->name(), &text = options.text](const Schema& schema) {
      check_demands(name, Format::kParquet, schema, text);
    };
  }
  std::optional<std::vector<std::string>> given;
  read.choose_columns = [&](const Schema& schema) {
    return given = given_columns(schema, options.text);
  };
  OperatorPtr input = open_parquet(std::move(source), std::move(read));
  const bool has_condition = !options.where.empty();
  if (!given)
    return has_condition ? make_filter(std::move(input), options.where) : std::move(input);
  // The file's rows have its own order, and the columns of the condition.
  return has_condition ? make_filter(std::move(input), options.where, *given)
                       : select_columns(std::move(input), *given);
}

OperatorPtr open_text(const std::string& operand, Format format,
                      std::unique_ptr<PeekableSource> source, const ScanOptions& options) {
  CsvReadOptions text = options.text;
  text.threads = threads_for(*source, options);
  if (!options.where.empty() && !text.filter) text.filter = make_filter_binder(options.where);
  if (format == Format::kNdjson) {
    text.format_guessed = !options.from && !format_of_suffix(operand);
    return open_ndjson(std::move(source), std::move(text));
  }
  bool dbgen = !options.from && without_compression(operand).ends_with(".tbl");
  char usual = format == Format::kTsv ? '\t' : dbgen ? '|' : ',';
  text.delimiter = format == Format::kLogfmt ? std::string(1, usual)
                                             : options.delimiter.value_or(std::string(1, usual));
  text.delimiter_assumed =
      !options.delimiter && format == Format::kCsv && !dbgen && text.widths.empty();
  text.trailing_delimiter = text.trailing_delimiter || dbgen;
  text.header = text.header && !dbgen;
  text.format_guessed = !options.from;
  text.lines = format == Format::kLines && options.pattern == nullptr;
  if (format == Format::kLines) text.splitter = options.pattern;
  if (format == Format::kLogfmt) text.pairs = options.delimiter ? options.delimiter->front() : ' ';
  if (format == Format::kClf || format == Format::kCombined) {
    text.splitter = make_log_splitter(format == Format::kCombined);
    if (text.date_format.empty()) text.date_format = kLogTimeFormat;
  }
  return open_csv(std::move(source), std::move(text));
}

}  // namespace

void check_stream_options(const std::string& name, const Schema& schema,
                          const ScanOptions& options) {
  if (options.is_one_of_several) return;
  refuse_options(name, Format::kArrow, options);
  check_demands(name, Format::kArrow, schema, options.text);
}

FilterBinder make_filter_binder(const ExpressionText& where) {
  struct Bound {
    Schema schema;
    std::optional<RowFilter> filter;
  };
  return [where, last = std::make_shared<Bound>()](const Schema& schema) {
    if (!last->filter || !equals(last->schema, schema)) *last = {schema, bind(where, schema)};
    return *last->filter;
  };
}

std::string encoding_of(PeekableSource& source, const ScanOptions& options) {
  if (is_utf8_name(options.encoding)) return {};
  if (!options.encoding.empty()) {
    return typed_format_of(source) ? std::string() : options.encoding;
  }
  // The bytes with which no text in UTF-8 begins are worth waiting for the others of the mark.
  constexpr int64_t kMarkBytes = 4;
  std::span<const uint8_t> head = source.peek(kMarkBytes, kLivePatience);
  bool may_be_mark = !head.empty() && (head[0] == 0xFF || head[0] == 0xFE || head[0] == 0);
  if (may_be_mark) head = source.peek(kMarkBytes, kLivePatience, kMarkBytes);
  return std::string(encoding_of_mark({reinterpret_cast<const char*>(head.data()), head.size()}));
}

ScanInput recognize(const std::string& operand, const ScanOptions& options) {
  ByteSourcePtr source = options.open ? options.open(operand) : open_source(operand);
  if (options.on_read && !source->waits() && !is_arrow_file(*source) && !is_parquet_file(*source)) {
    source = metered_source(std::move(source), options.on_read);
  }
  ScanInput input{operand, operand, open_unwrapped(std::move(source), options.max_window),
                  Format::kCsv};
  const std::string& member = input.source->member();
  if (!member.empty() && !format_of_suffix(operand)) input.operand = member;
  if (std::string encoding = encoding_of(*input.source, options); !encoding.empty()) {
    input.source =
        std::make_unique<PeekableSource>(decoded_source(std::move(input.source), encoding));
  }
  input.format = format_of(input.operand, *input.source, options);
  if (is_for_people(input.format)) {
    throw Error::usage(input.source->name() +
                       ": tables for people are written, not read; use --from csv, tsv or ndjson");
  }
  return input;
}

OperatorPtr open_recognized(ScanInput input, const ScanOptions& options) {
  if (adds_columns(options)) return open_with_columns(std::move(input), options);
  if (!options.is_one_of_several) refuse_options(input.source->name(), input.format, options);
  if (input.format == Format::kArrow) return open_arrow(std::move(input.source), options);
  if (input.format == Format::kParquet) return open_parquet_rows(std::move(input.source), options);
  bool is_silent = input.source->is_pipe() && input.source->peek(1).empty();
  std::string name = input.source->name();
  OperatorPtr scan = open_text(input.operand, input.format, std::move(input.source), options);
  if (is_silent && options.note) {
    options.note(
        name + ": nothing came in from the stage before, which is read as no rows; has it failed?");
  }
  return scan;
}

OperatorPtr open_scan(const std::string& operand, const ScanOptions& options) {
  return open_recognized(recognize(operand, options), options);
}

}  // namespace penstock
