#include "libcore/flow/deploy/program_files.h"

#include <link.h>

#include <algorithm>

#include "libcore/base/unicode.h"
#include "libcore/data/zone_database.h"
#include "libcore/flow/stage_process.h"
#include "libcore/net/zmq_library.h"
#include "libcore/os/decompress/decompressor.h"
#include "libcore/os/zstd_library.h"

namespace penstock {
namespace {

struct LoadedObjects {
  std::vector<ProgramFile> files;
  ElfW(Addr) loader = 0;  // where the kernel has put the loader; 0 when it was run itself
};

std::string name_in(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// The program has an empty name, and what the kernel maps into each process has no path.
int add_object(dl_phdr_info* object, size_t, void* to) {
  auto& loaded = *static_cast<LoadedObjects*>(to);
  const std::string path = object->dlpi_name;
  if (path.find('/') == path.npos) return 0;
  const bool is_loader = loaded.loader != 0 && object->dlpi_addr == loaded.loader;
  loaded.files.push_back({is_loader ? kOwnLoader : name_in(path), path});
  return 0;
}

}  // namespace

std::vector<ProgramFile> program_files() {
  zmq();
  load_zone_library();
  load_bzip2_library();
  load_xz_library();
  load_unicode_library();
  zstd();
  LoadedObjects loaded;
  loaded.loader = loader_address();
  dl_iterate_phdr(add_object, &loaded);
  loaded.files.push_back(
      {"penstock", loaded.loader != 0 ? "/proc/self/exe" : tool_path("penstock")});
  std::ranges::sort(loaded.files, {}, &ProgramFile::name);
  return loaded.files;
}

}  // namespace penstock
