#include "libcore/parquet/plugin.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/late_library.h"

namespace penstock {
namespace {

constexpr const char* kPluginVariable = "PENSTOCK_PARQUET";
constexpr const char* kPluginFile = "libpenstock-parquet.so";
constexpr const char* kAdvice = "install penstock-parquet to read and write Parquet";

std::string plugin_path() {
  if (const char* path = std::getenv(kPluginVariable); path != nullptr && *path != '\0') {
    return path;
  }
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    const std::filesystem::path beside =
        program.parent_path().parent_path() / "lib" / "penstock" / kPluginFile;
    if (access(beside.c_str(), R_OK) == 0) return beside;
  }
  return kPluginFile;
}

const ParquetInterface* load() {
  static const std::string kPath = plugin_path();
  const LateLibrary library(kPath.c_str(), kAdvice);
  GetParquetInterface get = nullptr;
  library.find(kParquetInterfaceSymbol, get);
  const ParquetInterface* functions = get();
  if (functions->version != kParquetInterfaceVersion) {
    throw Error(
        fmt::format("{} has version {} of its interface, but this program needs {}; "
                    "install penstock-parquet of the same version",
                    kPath, functions->version, kParquetInterfaceVersion));
  }
  return functions;
}

}  // namespace

const ParquetInterface& parquet_plugin() {
  static const ParquetInterface* functions = load();
  return *functions;
}

void require_parquet(int32_t status, char* const& error) {
  if (status == 0) return;
  const std::string text = error == nullptr ? "failed without a reason" : error;
  if (error != nullptr) parquet_plugin().free_text(error);
  throw Error(text);
}

}  // namespace penstock
