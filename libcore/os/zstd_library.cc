#include "libcore/os/zstd_library.h"

#include "libcore/base/late_library.h"

namespace penstock {

const ZstdLibrary& zstd() {
  static const ZstdLibrary kFunctions = [] {
    const LateLibrary library("libzstd.so.1", "install zstd's library");
    ZstdLibrary functions{};
    library.find("ZSTD_createCCtx", functions.createCCtx);
    library.find("ZSTD_freeCCtx", functions.freeCCtx);
    library.find("ZSTD_CCtx_setParameter", functions.CCtx_setParameter);
    library.find("ZSTD_compressStream2", functions.compressStream2);
    library.find("ZSTD_compressCCtx", functions.compressCCtx);
    library.find("ZSTD_compressBound", functions.compressBound);
    library.find("ZSTD_createDCtx", functions.createDCtx);
    library.find("ZSTD_freeDCtx", functions.freeDCtx);
    library.find("ZSTD_DCtx_setParameter", functions.DCtx_setParameter);
    library.find("ZSTD_decompressStream", functions.decompressStream);
    library.find("ZSTD_decompressDCtx", functions.decompressDCtx);
    library.find("ZSTD_isError", functions.isError);
    library.find("ZSTD_getErrorName", functions.getErrorName);
    library.find("ZSTD_getErrorCode", functions.getErrorCode);
    return functions;
  }();
  return kFunctions;
}

}  // namespace penstock
