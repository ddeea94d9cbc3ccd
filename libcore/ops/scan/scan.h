// The scan: operands opened, whatever they are, and read with projection and selection pushed in.
//
// What an input is shows in its first bytes: an Arrow stream or file, gzip or zstd around anything,
// or text. Text's format is --from's, else its suffix's (looked for under .gz and .zst), else what
// its first bytes say (format_guess.h).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/os/byte_source.h"
#include "libcore/text/csv/reader.h"
#include "libcore/text/text_format.h"

namespace penstock {

struct ScanOptions {
  std::optional<Format> from;     // --from
  std::optional<char> delimiter;  // --delimiter; else the format's own
  // All else that text needs. `columns`, `partition` and `partitions` hold for Arrow too;
  // `delimiter`, `lines`, `filter` and `threads` are set here and need not be.
  CsvReadOptions text;
  std::string
      where;  // a condition over all columns, also those that are not asked for; may be empty
  // --chunks: the file that hands out the chunks of the input (chunk_ledger.h); empty: all is read.
  std::string chunks;
  // One of several inputs: what says how to read text holds for those that are text.
  bool is_one_of_several = false;
  int64_t max_window = kDefaultWindowBytes;  // --max-window: of zstd data
  // Is given what should be known of an input that could be read; may be empty.
  std::function<void(const std::string&)> note;
  bool threads = true;  // parse with as many threads as there are cores, where the input is large
};

// One input. Its schema is known when this returns, which may block for the input's first bytes.
// Throws Error when it cannot be opened or recognized, when a column is unknown or named twice, and
// for options that the only input would leave without effect: those for CSV when it is JSON, lines
// or an Arrow stream, those for text when it is an Arrow stream. --names and --decimals go with an
// Arrow stream that has just these names, and no floats among the columns asked for: a pipeline
// gives them for any format of a table.
OperatorPtr open_scan(const std::string& operand, const ScanOptions& options);

// All rows of all operands, in their order, under one schema. The types of text in files are
// inferred over the samples of all of them (a column that is int64 in one and float64 in another is
// float64); what is not a file is read as it comes and must agree. NDJSON files need not have the
// same keys, other inputs need the same columns in the same order: a difference is an Error that
// names both inputs and the column. Each file is open only while it is read. REQUIRES an operand.
OperatorPtr open_scan(const std::vector<std::string>& operands, const ScanOptions& options);

// The chunks of the operands that are still to be had, in the order of the ledger's numbers, until
// none is left. Chunks are equal shares of the operands, which must be files that can be sought;
// several text files need --schema. Throws Error as open_scan() does, for a ledger that cannot be
// read, and for one with fewer chunks than there are operands. REQUIRES options.chunks, an operand.
OperatorPtr open_chunks(const std::vector<std::string>& operands, const ScanOptions& options);

// Throws as open_scan() does for options that an Arrow stream leaves without effect, for an input
// of this schema that comes as one without being read.
void check_stream_options(const std::string& name, const Schema& schema,
                          const ScanOptions& options);

// Columns of `input` by name, in that order. Throws Error when one is unknown.
OperatorPtr select_columns(OperatorPtr input, const std::vector<std::string>& columns);

}  // namespace penstock
