#include "libcore/table/upkeep/check.h"

#include <fmt/format.h>

#include <unordered_set>
#include <vector>

#include "libcore/base/checksum.h"
#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/os/byte_source.h"
#include "libcore/table/layout.h"
#include "libcore/table/upkeep/stored_files.h"

namespace penstock {
namespace {

constexpr size_t kReadBytes = 1 << 20;

class FileCheck {
 public:
  explicit FileCheck(std::string folder) : folder_(std::move(folder)), bytes_(kReadBytes) {}

  // Throws Error, which begins with the file's name, for one that is not as the log says.
  void check(const GroupFile& file, TableCheck& counts) {
    const std::string path = folder_ + "/" + file.path;
    const ByteSourcePtr source = open_source(path);
    Checksum checksum;
    int64_t size = 0;
    while (const int64_t count = source->read(bytes_.data(), std::ssize(bytes_))) {
      checksum.add(bytes_.data(), count);
      size += count;
    }
    counts.bytes += size;
    if (size != file.size) {
      throw Error(
          fmt::format("{}: has {} bytes, and {} as the table's log says", path, size, file.size));
    }
    const std::string& expected = file.checksum;
    if (expected.empty()) {
      ++counts.without_checksum;
      return;
    }
    const std::string found = fmt::format("{:016x}", checksum.value());
    if (found == expected) return;
    throw Error(fmt::format("{}: has the checksum {}, and {} as the table's log says", path, found,
                            printable(expected)));
  }

 private:
  std::string folder_;
  std::vector<char> bytes_;
};

// What lies in the directory before the log is read is not of a version that is made meanwhile.
int64_t count_unnamed(const std::vector<StoredFile>& found, const TableState& latest) {
  std::unordered_set<std::string> named;
  const auto add = [&](const std::vector<std::string>& paths) {
    named.insert(paths.begin(), paths.end());
  };
  for (const DataFile& file : latest.files)
    add(paths_of(file));
  for (const auto& [path, file] : latest.removed)
    add(paths_of(file));
  int64_t unnamed = 0;
  for (const StoredFile& file : found) {
    if (file.kind == StoredFile::Kind::kTemporaryFolder) continue;
    if (!named.contains(file.path)) ++unnamed;
  }
  return unnamed;
}

}  // namespace

TableCheck check_table(const TableLog& log, std::optional<int64_t> version,
                       const std::function<void(const std::string& message)>& tell) {
  const std::vector<StoredFile> found = find_table_files(log.folder());
  const TableState latest = log.read();
  const TableState state = version ? log.read(version) : latest;
  TableCheck counts;
  counts.version = state.version;
  counts.unnamed = count_unnamed(found, latest);
  FileCheck files(log.folder());
  for (const DataFile& data : state.files) {
    for (const GroupFile& file : files_of(data)) {
      ++counts.files;
      try {
        files.check(file, counts);
      } catch (const Error& error) {
        ++counts.damaged;
        tell(error.message());
      }
    }
  }
  return counts;
}

}  // namespace penstock
