#include "libcore/table/checkpoint/read.h"

#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/os/byte_source.h"
#include "libcore/parquet/file.h"
#include "libcore/table/checkpoint/decode.h"
#include "libcore/table/checkpoint/schema.h"

namespace penstock {
namespace {

void read_part(const std::string& path, CheckpointDecoder& decoder, CheckpointRead& read) {
  ByteSourcePtr source = open_source(path);
  if (!source->size()) throw Error::of_input(path + ": is not a regular file");
  ParquetFile file(std::move(source), false);
  if (const auto known = file.schema()->metadata_value(kSchemasKey)) {
    if (const std::optional<int64_t> schemas = parse_int64(*known)) read.schemas = *schemas;
  }
  std::vector<int32_t> columns(file.schema()->size());
  std::iota(columns.begin(), columns.end(), 0);
  try {
    decoder.begin(*file.schema());
    for (int64_t group = 0; group < file.row_groups(); ++group) {
      file.begin({static_cast<int32_t>(group), columns, std::nullopt});
      while (const std::optional<Batch> batch = file.next())
        decoder.take(*batch);
    }
  } catch (const Error& error) {
    if (error.names_input()) throw;
    throw error.in_input(path);
  }
}

}  // namespace

CheckpointRead read_checkpoint(const std::string& folder, const CheckpointFiles& files,
                               int64_t most_files) {
  CheckpointRead read;
  CheckpointDecoder decoder(most_files);
  for (const std::string& part : files.parts)
    read_part(folder + "/" + part, decoder, read);
  try {
    read.actions = decoder.finish();
  } catch (const Error& error) {
    throw error.in_input(folder + "/" + files.parts.front());
  }
  return read;
}

}  // namespace penstock
