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
#include "libcore/data/take.h"

namespace penstock {

class ChunkLedger;

// --from and --to.
enum class Format { kArrow, kCsv, kTsv, kNdjson, kLines, kTable, kMarkdown };

// By the option's word; throws a usage Error with near misses.
Format parse_format(const std::string& word);
// By a file's suffix (.csv .tsv .tab .tbl .ndjson .jsonl .json .txt .md .arrow .arrows .feather
// .ipc; .gz and .zst are looked through); empty when it says nothing.
std::optional<Format> format_of_suffix(const std::string& path);
// The suffixes of formats that are read, each also with .gz and .zst behind.
std::vector<std::string> readable_suffixes();

// --on-error: what becomes of a record that cannot be read as the schema says.
enum class OnError { kFail, kSkip, kNull };

// A refused record, or a refused value of a record, for --rejects and messages.
struct Reject {
  std::string file;
  int64_t line = 0;    // from 1, of the record's first byte
  std::string column;  // empty when the record as a whole is wrong
  std::string reason;
  std::string record;  // its bytes as they stand in the file, without the line end
  // What became of it.
  enum class Fate {
    kNull,     // the value of `column` became null
    kLeftOut,  // the record was left out
    kAsIs,     // a header, whose names were taken with the quotes that stand in it
  };
  Fate fate = Fate::kNull;
  int64_t lines = 0;  // that the record stands on; 0 where records are not told apart by lines
};
// Called in the records' order, from the thread that pulls the reader.
using RejectHandler = std::function<void(const Reject&)>;

// A selection pushed into a reader: it is called with a batch of just `columns` (in that order) and
// names the rows to keep; the reader makes the other columns for those rows alone. `select` is
// called from several threads at once. `columns` may be empty (a condition on no column).
struct RowFilter {
  std::vector<std::string> columns;
  std::function<std::vector<RowIndex>(const Batch&)> select;
};
// How a reader gets its filter: called once, as soon as names and types of all the input's columns
// are known, those that are not asked for included. What it throws ends the opening.
using FilterBinder = std::function<RowFilter(const Schema&)>;

// What a reader is asked for once names and types of all the input's columns are known: the columns
// to give, in that order; none for all of them. The others are checked as with --check-all. What it
// throws ends the opening.
using ColumnChooser = std::function<std::optional<std::vector<std::string>>(const Schema&)>;

// Metadata of a column's field (any value) when its type is utf8 only because the sample had no
// value of it: whoever knows a type from elsewhere may prefer that one.
inline constexpr std::string_view kEmptySampleKey = "penstock.empty_sample";

// Metadata of a column's field (any value) when its type was guessed from a sample: only the values
// that would have kept the guess are read then. A schema without it, as people write one, declares.
inline constexpr std::string_view kInferredKey = "penstock.inferred";

bool has_metadata(const Field& field, std::string_view key);

// Where a column's type comes from, which decides what is read as a value of it.
enum class TypeOrigin {
  kDeclared,  // --types, or a schema that does not say otherwise: whatever the type can represent
  kInferred,  // a sample: what inference would have taken for the type
};
// By the field's metadata.
TypeOrigin origin_of(const Field& field);

// A text that is one of the inputs which several scans share out by a ledger (chunk_ledger.h).
struct SharedInput {
  ChunkLedger* ledger = nullptr;  // null: the text is not shared; else it outlives the reader
  int64_t input = 0;              // its number in the ledger
};

// Options of all text readers. Columns that are not asked for are tokenized (so that a row of the
// wrong width is found) but not converted, unless `check_all` says so.
struct TextReadOptions {
  // --types: overrides inference by name; "*" stands for every column that is not named.
  std::vector<std::pair<std::string, TypePtr>> types;
  bool decimals = false;        // --decimals: infers exact decimals instead of float64
  SchemaPtr schema;             // --schema: all of names and types; no inference then
  bool format_guessed = false;  // from the first bytes; said where the first record is wrong
  bool mark_inferred = false;   // the schema that is read says kInferredKey of columns
  std::optional<std::vector<std::string>> columns;  // -c: these, in this order; all when empty
  ColumnChooser choose_columns;                     // asked when `columns` is empty; may be empty
  FilterBinder filter;                              // -w; empty for none
  std::string date_format;  // --date-format, as date_format.h has it; empty: ISO 8601
  // --check-all: a fault in a column that is not asked for, or in a row that the filter leaves out,
  // is one all the same.
  bool check_all = false;
  OnError on_error = OnError::kFail;
  RejectHandler on_reject;  // with kSkip and kNull; may be empty
  // Whether rejects have their line, which a reader of a part of a file has to count.
  bool reject_lines = true;
  int64_t partition = 1;  // --partition I/N: 1-based I of N byte ranges
  int64_t partitions = 1;
  // Chunks of the input that are taken from a ledger, instead of a partition. A reader takes them
  // one by one until none of this input is left; one of JSON whose records are not lines takes one,
  // which is the given partition, and ends with it.
  SharedInput shared;
  int threads = 0;                        // parsing threads; 0: in the pulling thread
  int64_t chunk_bytes = kTextChunkBytes;  // a parse's share of the input; tests make it small
};

}  // namespace penstock
