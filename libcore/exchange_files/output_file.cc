#include "libcore/exchange_files/output_file.h"

#include <fcntl.h>

#include <cerrno>
#include <vector>

#include "libcore/base/checksum.h"
#include "libcore/base/error.h"
#include "libcore/exchange_files/partition_files.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

constexpr const char* kOutputName = "output";
constexpr int64_t kCopiedBytes = int64_t{1} << 20;

}  // namespace

std::string output_path(const std::string& folder) {
  return folder + "/" + kOutputName;
}

Descriptor create_output(const std::string& folder) {
  const std::string path = output_path(folder);
  Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));  // NOLINT
  if (file.get() < 0) throw Error::system(path, "create", errno);
  return file;
}

FileFacts sum_file(const std::string& path, int64_t rows, const OnPiece& on_piece) {
  FileFacts facts;
  facts.rows = rows;
  const ByteSourcePtr source = open_source(path);
  std::vector<char> piece(kCopiedBytes);
  Checksum sum;
  for (int64_t size = 0; (size = source->read(piece.data(), kCopiedBytes)) > 0;) {
    sum.add(piece.data(), size);
    facts.bytes += size;
    if (on_piece) on_piece();
  }
  facts.checksum = sum.value();
  return facts;
}

void list_output(const std::string& folder, const OnPiece& on_piece) {
  const FileFacts facts = sum_file(output_path(folder), 0, on_piece);
  write_partition_list(folder, {{kOutputName, facts, {0}}});
}

}  // namespace penstock
