// A piece of an index: an Arrow file that says of some data files which of their batches have which
// keys. FORMAT.md has its columns. Data files are never changed, so a piece stays true for ever.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libcore/arrow/ipc_reader.h"
#include "libcore/data/batch.h"
#include "libcore/os/byte_sink.h"

namespace penstock {

inline constexpr size_t kMaxIndexKeys = 16;
// Data files of one piece: their names stand in its footer, which each lookup reads.
inline constexpr size_t kMaxPieceFiles = 10'000;

// Rows of a batch. A lookup of one key looks at the bounds of all batches, and at the rows of one.
inline constexpr int64_t kPieceBatchRows = 2048;

// The columns behind the keys: the number of the data file in the piece, and that of its batch, or
// row group in Parquet, both int32 and from 0.
inline constexpr const char* kPieceFileColumn = "penstock.file";
inline constexpr const char* kPieceBatchColumn = "penstock.batch";

// A data file that a piece covers.
struct PieceFile {
  std::string path;  // in the table's directory
  int64_t size = 0;  // bytes
  bool operator==(const PieceFile&) const = default;
};

struct PieceHead {
  std::vector<Field> keys;  // of plain types
  std::vector<PieceFile> files;
};

// Returns the schema of a piece. REQUIRES at most kMaxIndexKeys keys and kMaxPieceFiles files.
SchemaPtr piece_schema(const PieceHead& head);

// Reads the schema of a piece. Any schema is safe. Throws Error for one that is not of a piece.
PieceHead read_piece_head(const Schema& schema);

// Opens a piece, with options whose on_schema is called as open_ipc() does. Throws Error as it
// does.
OperatorPtr open_piece(const std::string& path, IpcReadOptions options = {});
// Returns the head of the piece in a file. Throws Error, which names it.
PieceHead head_of_piece(const std::string& path);

// Writes rows, whose columns are those of a piece, into a new piece in the folder of an index, and
// returns its path. It has its name when all of it is written. Throws Error.
std::string write_piece(const std::string& folder, Operator& rows, const PieceHead& head,
                        Sync sync);

// Throws Error, which names the file, for a row whose numbers are not of a file of the piece and of
// a batch. `batch` has the columns of a piece.
void require_numbers(const Batch& batch, size_t files, const std::string& path);

}  // namespace penstock
