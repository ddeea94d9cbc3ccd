// A file of an exchange, compared with what its writer stated as it is read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "libcore/data/batch.h"
#include "libcore/exchange_files/input_bytes.h"
#include "libcore/exchange_files/input_files.h"

namespace penstock {

// The batches of a file, an Arrow stream.
//
// A file that is gone, that has other bytes or rows than `file` states, or that cannot be decoded
// is an Error of the machine: "PATH: is gone" or "PATH: is damaged: …". The size is compared before
// the first row, the checksum after the last: rows of a damaged file may have been given before the
// Error, and the caller must throw away what it made of them. What a server is
// the cause of is an Error of a peer besides (remote_file.h).
class CheckedFile : public Operator {
 public:
  // Begins to fetch a remote file, without waiting. `servers` must outlive this.
  CheckedFile(InputFile file, FileServers& servers, ReadAhead ahead);

  // Reads the schema. A local file is closed then, until the first next(), so that it holds a
  // descriptor only while it is read. A remote one stays open if it is to be kept, with a piece
  // of it in memory; else that piece is fetched again.
  void open(bool is_kept);
  // Fetches what comes next of a remote file, for a next() that follows soon.
  void read_ahead();

  // REQUIRES open(), as next() does.
  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override;

 private:
  void begin();
  void read_schema();
  void compare();

  InputFile file_;
  FileServers& servers_;
  ReadAhead ahead_;
  SchemaPtr schema_;
  std::unique_ptr<InputBytes> unread_;  // which rows_ will read
  OperatorPtr rows_;                    // null while the file is not open
  InputBytes* bytes_ = nullptr;         // of either
  int64_t given_ = 0;
  bool has_ended_ = false;
};

}  // namespace penstock
