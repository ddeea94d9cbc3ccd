// The scan: opens operands of any kind, and reads them with projection and selection pushed in.
//
// An input is recognized by its first bytes: an Arrow stream or file, a Parquet file, compressed
// data or a zip archive around any other kind, or text, which is decoded if it is not UTF-8
// (os/encoding.h). The format of text is that of --from, or else that of its suffix (before that of
// a compression), or else the one that its first bytes suggest (format_guess.h).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/parameters.h"
#include "libcore/os/byte_source.h"
#include "libcore/text/csv/reader.h"
#include "libcore/text/text_format.h"

namespace penstock {

struct ScanOptions {
  std::optional<Format> from;            // --from
  std::optional<std::string> delimiter;  // --delimiter; else the format's own
  // Further options of text. `columns`, `partition` and `partitions` apply to Arrow and Parquet
  // too. `delimiter`, `lines`, `filter` and `threads` are set by the scan.
  CsvReadOptions text;
  // A condition over all columns, also those that are not selected; may be empty.
  ExpressionText where = {};
  // --chunks: the file or the inherited socket through which chunks of the input are distributed
  // (os/chunks/source.h); if empty, all is read.
  std::string chunks;
  bool follow = false;         // --follow: reads on as the files grow (follow.h)
  LineSplitterPtr pattern;     // --pattern: of lines
  std::string file_column;     // --file-name: a column of the operand, behind all others
  bool union_by_name = false;  // --union-by-name
  // With --union-by-name, the columns of all inputs. Set by the scan.
  SchemaPtr united;
  // The operand is one of several inputs: options for text apply to those that are text.
  bool is_one_of_several = false;
  std::string encoding;  // --encoding; if empty, UTF-8 or what a byte-order mark shows
  int64_t max_window = kDefaultWindowBytes;  // --max-window: of zstd and xz data
  // Called with notes about an input that could be read; may be empty.
  std::function<void(const std::string&)> note;
  // Called with what is of interest to those who ask why a scan is slow; may be empty.
  std::function<void(const std::string&)> tell;
  // Opens an operand that is a file; empty: open_source(). By it an agent looks into a file that
  // has another name elsewhere.
  std::function<ByteSourcePtr(const std::string&)> open;
  // Called with how many bytes of regular files were read since the last call, in any thread; of
  // Arrow files with the sizes of their batches, of Parquet files of their row groups, whichever
  // columns are read: once for each, in their order, before its rows are returned. May be empty.
  std::function<void(int64_t)> on_read;
  // Returns whether a batch of an Arrow file, or a row group of a Parquet file, is read, by its
  // number from 0, besides what the condition says; by it an index leaves batches out. May be
  // empty: all are.
  std::function<bool(int64_t)> is_wanted = {};
  // Called, of an Arrow file whose batches a condition or `is_wanted` may skip, with how many of
  // them are read, and of how many, instead of `tell`. May be empty.
  std::function<void(int64_t, int64_t)> on_chosen;
  std::string as_of;    // --as-of: the version of a table, or a time (table/as_of.h)
  bool threads = true;  // parse with as many threads as there are cores, where the input is large
};

// Opens one input. Its schema is known when this returns, so this may block until the input's first
// bytes arrive.
//
// Throws Error when the input cannot be opened or recognized, when a column is unknown or named
// twice, and for options that would have no effect: those for CSV when it is JSON, lines or an
// Arrow stream, and those for text when it is an Arrow stream. --names and --decimals are accepted
// with an Arrow stream that has just these names, and no floats among the selected columns, because
// a pipeline gives them for any format of a table.
OperatorPtr open_scan(const std::string& operand, const ScanOptions& options);

// Returns all rows of all operands, in their order, under one schema.
//
// The types of text in files are inferred over the samples of all of them (a column that is int64
// in one and float64 in another is float64). An input that is not a file is read as it comes and
// must have the same types. NDJSON files need not have the same keys; other inputs need the same
// columns in the same order. A difference is an Error that names both inputs and the column. Each
// file is open only while it is read. REQUIRES an operand.
//
// With options.union_by_name, the rows have all columns of all operands, in the order in which they
// first appear, and are null where an operand lacks one. Types of Arrow streams, and of text that
// is not in a file, are cast as expressions do where all are numbers; other differences are an
// Error. Operands that are not files are all opened at once.
OperatorPtr open_scan(const std::vector<std::string>& operands, const ScanOptions& options);

// Returns the schema that text of the operands is read by, of the schema that open_scan() gives
// them: without the column of --file-name.
SchemaPtr without_file_column(const SchemaPtr& schema, const ScanOptions& options);

// Returns the chunks of the operands that are still available, in the order of their source, until
// none is left. Chunks are equal parts of the operands, which must be files that can be sought;
// several text files need --schema. Throws Error as open_scan() does, for a source that cannot be
// read, and for one with fewer chunks than there are operands. REQUIRES options.chunks, an operand.
OperatorPtr open_chunks(const std::vector<std::string>& operands, const ScanOptions& options);

// Throws as open_scan() does for options that have no effect on an Arrow stream, for an input of
// this schema that is an Arrow stream but is not read.
void check_stream_options(const std::string& name, const Schema& schema,
                          const ScanOptions& options);

// What a scan finds in one of its inputs before it reads rows.
struct SurveyedInput {
  std::string operand;
  Format format = Format::kCsv;
  // Of text: all columns, marked where their types are inferred (TypeOrigin), and null when
  // options.text.schema says what they are. Of Arrow and Parquet: the selected ones.
  SchemaPtr schema;
};

// Looks into an operand that is a file. Throws Error as open_scan() does.
SurveyedInput survey_input(const std::string& operand, const ScanOptions& options);

// Returns the schema of a scan of all columns of these inputs, which survey_input() has found with
// such options, wherever that was: the schema that open_scan() has for them together, with marks.
// Throws Error when they cannot be read together. REQUIRES an input, and either text alone or Arrow
// alone.
SchemaPtr schema_of_all(const std::vector<SurveyedInput>& inputs, const ScanOptions& options);

// Returns the encoding from which a scan decodes a source that is not compressed; empty when it
// does not. Peeks at it.
std::string encoding_of(PeekableSource& source, const ScanOptions& options);

}  // namespace penstock
