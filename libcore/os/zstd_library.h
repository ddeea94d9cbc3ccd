// libzstd, loaded when it is first used, for input and output of text (os) and bodies of Arrow.
//
// Linked in, it would be 0.6 MB of the program.
#pragma once

#include <zstd.h>
#include <zstd_errors.h>

namespace penstock {

// The functions that are called, under their names without "ZSTD_"; zstd.h documents them.
struct ZstdLibrary {
  decltype(&ZSTD_createCCtx) createCCtx;
  decltype(&ZSTD_freeCCtx) freeCCtx;
  decltype(&ZSTD_CCtx_setParameter) CCtx_setParameter;
  decltype(&ZSTD_compressStream2) compressStream2;
  decltype(&ZSTD_compressCCtx) compressCCtx;
  decltype(&ZSTD_compressBound) compressBound;
  decltype(&ZSTD_createDCtx) createDCtx;
  decltype(&ZSTD_freeDCtx) freeDCtx;
  decltype(&ZSTD_DCtx_setParameter) DCtx_setParameter;
  decltype(&ZSTD_decompressStream) decompressStream;
  decltype(&ZSTD_decompressDCtx) decompressDCtx;
  decltype(&ZSTD_isError) isError;
  decltype(&ZSTD_getErrorName) getErrorName;
  decltype(&ZSTD_getErrorCode) getErrorCode;
};

// Returns the library, loaded once for the process; it stays loaded. Thread-safe. Throws Error when
// this machine does not have it.
const ZstdLibrary& zstd();

}  // namespace penstock
