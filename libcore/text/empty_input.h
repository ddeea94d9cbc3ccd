// The error for an input that is empty and has no column names from elsewhere.
#pragma once

#include <string>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/os/byte_source.h"

namespace penstock {

// Of a file: that it is empty, with `advice`. Of a pipe: that the command which writes to it has
// most likely failed. Advice on how to read an empty input would only mislead there.
inline Error empty_input(const ByteSource& source, std::string_view advice) {
  if (source.is_pipe()) {
    return Error::of_peer(source.name() +
                          ": nothing came in from the stage before; has it failed?");
  }
  return Error(source.name() + ": empty input; " + std::string(advice));
}

}  // namespace penstock
