// What the readers and writers of text have in common.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/base/limits.h"
#include "libcore/data/batch.h"
#include "libcore/data/column_list.h"
#include "libcore/data/take.h"

namespace penstock {

class ChunkSource;

// --from and --to.
enum class Format {
  kArrow,
  kParquet,
  kCsv,
  kTsv,
  kNdjson,
  kJson,  // written as one array; read as kNdjson is, which takes both
  kLines,
  kTable,
  kVertical,
  kMarkdown,
  kHtml,
  kClf,  // logs of web servers, and pairs key=value: only read
  kCombined,
  kLogfmt,
};
inline constexpr uint8_t kFormats = static_cast<uint8_t>(Format::kLogfmt) + 1;  // how many

// Returns the format that an option's word names. Throws a usage Error, which suggests near misses.
Format parse_format(const std::string& word);
// Returns the word of a format.
std::string_view name_of(Format format);
// Returns the format by which a text that is named so is read: kNdjson for kJson, else itself.
Format format_to_read(Format named);
// Returns whether what is in the format states its names and types: Arrow and Parquet. All others
// are text.
bool has_types(Format format);
// Returns whether the format is for people alone, so that nothing reads it.
bool is_for_people(Format format);
// Returns whether there is a writer of the format.
bool is_written(Format format);
// Returns the format of a file's suffix (.csv .tsv .tab .tbl .ndjson .jsonl .json .txt .md .html
// .arrow .arrows .feather .ipc .parquet, also before .gz, .zst, .bz2, .xz, .lz4 and .zip); empty
// for other suffixes.
std::optional<Format> format_of_suffix(const std::string& path);
// Returns the path without the suffix of a compression. The view is one of `path`.
std::string_view without_compression(std::string_view path);
// Returns the suffixes of formats that can be read, each also followed by one of a compression.
std::vector<std::string> readable_suffixes();

// --on-error: what happens to a record that cannot be read as the schema says.
enum class OnError { kFail, kSkip, kNull };

// A refused record, or a refused value of a record, for --rejects and messages.
struct Reject {
  std::string file;
  int64_t line = 0;    // from 1, of the record's first byte
  std::string column;  // empty when the record as a whole is wrong
  std::string reason;
  std::string record;  // its bytes in the file, without the line end
  // What happened to it.
  enum class Fate {
    kNull,     // the value of `column` became null
    kLeftOut,  // the record was left out
    kAsIs,     // a header, whose names were taken with their quotes
  };
  Fate fate = Fate::kNull;
  int64_t lines = 0;  // lines of the record; 0 where records are not separated by lines
};
// Called in the order of the records, from the thread that pulls the reader.
using RejectHandler = std::function<void(const Reject&)>;

// A selection pushed into a reader. The reader calls it with a batch of just `columns`, in that
// order; it returns the rows to keep, and the reader makes the other columns for those rows alone.
// `select` is called from several threads at once. `columns` may be empty (a condition without
// columns).
struct RowFilter {
  std::vector<std::string> columns;
  std::function<std::vector<RowIndex>(const Batch&)> select;
};
// Makes the filter for a reader. The reader calls it once, as soon as the names and types of all
// columns of the input are known, including those that are not asked for. The reader's opening
// throws what it throws.
using FilterBinder = std::function<RowFilter(const Schema&)>;

// Chooses the columns for a reader, once the names and types of all columns of the input are known:
// returns the columns in the wanted order, or empty for all of them. The others are checked as with
// --check-all. The reader's opening throws what it throws.
using ColumnChooser = std::function<std::optional<std::vector<std::string>>(const Schema&)>;

// Metadata key (with any value) of a column whose type is utf8 only because the sample had no value
// of it. Code that knows a type from elsewhere may prefer that one.
inline constexpr std::string_view kEmptySampleKey = "penstock.empty_sample";

// Metadata key (with any value) of a column whose type was inferred from a sample. Then only values
// that would have kept the guess are read. A schema without it, as people write one, declares its
// types.
inline constexpr std::string_view kInferredKey = "penstock.inferred";

bool has_metadata(const Field& field, std::string_view key);

// Where a column's type comes from. This decides which values are read.
enum class TypeOrigin {
  kDeclared,  // --types, or a schema that does not say otherwise: whatever the type can represent
  kInferred,  // a sample: what inference would have taken for the type
};
// Returns the origin that the field's metadata states.
TypeOrigin origin_of(const Field& field);

// A text that several scans read together, one of the inputs of a source of chunks
// (os/chunks/source.h).
struct SharedInput {
  ChunkSource* source = nullptr;  // null: the text is not shared; else it outlives the reader
  int64_t input = 0;              // its number in the source
};

// The name in --types that stands for all columns which it does not name.
inline constexpr const char* kAllOtherColumns = "*";

// Options of all text readers. Columns that are not asked for are tokenized, so that a row of the
// wrong width is found, but not converted, unless `check_all` is set.
struct TextReadOptions {
  // --types: replaces inference for the columns it names (and kAllOtherColumns).
  std::vector<std::pair<std::string, TypePtr>> types;
  bool decimals = false;  // --decimals: infers exact decimals instead of float64
  SchemaPtr schema;       // --schema: replaces all names and types; nothing is inferred
  // The schema has the columns of several inputs, of which this one has some, in any order: names
  // are the input's own, and types are found by name.
  bool schema_by_name = false;
  bool format_guessed = false;        // not by --from; the error of the first record says so
  bool mark_inferred = false;         // mark inferred columns with kInferredKey in the schema
  std::optional<ColumnList> columns;  // -c: these, in this order; all when empty
  ColumnChooser choose_columns;       // asked when `columns` is empty; may be empty
  bool chosen_by_hand = false;        // `choose_columns` chooses as -c does: others are not checked
  FilterBinder filter;                // -w; empty for none
  std::string date_format;            // --date-format, as date_format.h has it; empty: ISO 8601
  // --check-all: a fault in a column that is not asked for, or in a row that the filter leaves out,
  // counts too.
  bool check_all = false;
  OnError on_error = OnError::kFail;
  RejectHandler on_reject;  // with kSkip and kNull; may be empty
  // Whether rejects have their line; a reader of a part of a file has to count lines for it.
  bool reject_lines = true;
  int64_t partition = 1;  // --partition I/N: 1-based I of N byte ranges
  int64_t partitions = 1;
  // Chunks of the input that are taken from a source, instead of a partition. A reader takes them
  // one by one until none of this input is left. A reader of JSON whose records are not lines takes
  // one chunk, which is the given partition.
  SharedInput shared;
  int threads = 0;                        // parsing threads; 0: in the pulling thread
  int64_t chunk_bytes = kTextChunkBytes;  // a parse's share of the input; tests make it small
};

}  // namespace penstock
