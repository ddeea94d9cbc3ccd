// The bytes of several files of one format, in pieces that are made in any order of the files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/ops/print.h"

namespace penstock {

// Not thread-safe.
class FileBytes {
 public:
  // `path` says by its suffix whether pieces are compressed, each by itself. Throws a usage Error
  // for formats that are for people, and Error as the writers of the formats do.
  FileBytes(const SchemaPtr& schema, const PrintOptions& print, std::string path);

  // Returns the bytes of the next rows of a file: with those of its beginning if `file` is new, and
  // then it must be the number of files before it. The view stays valid until the next call.
  std::string_view piece(int64_t file, const Batch& rows);
  // Returns the bytes of the file's end.
  std::string_view end(int64_t file);

 private:
  std::string_view packed();

  SchemaPtr schema_;
  PrintOptions print_;
  std::string path_;
  std::string piece_;
  ByteSinkPtr sink_;  // appends to piece_
  std::string compressed_;
  std::string beginning_;                            // of a text
  std::unique_ptr<RowWriter> rows_;                  // of all texts
  std::vector<std::unique_ptr<RowWriter>> streams_;  // of Arrow, by file
  int64_t files_ = 0;
};

}  // namespace penstock
