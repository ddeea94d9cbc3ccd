// Any bytes as what a manager and an agent send: messages or an Error. A message that is read and
// written again is the same.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/flow/agent/codec.h"

namespace {

using namespace penstock;

template <typename Decode>
void read(std::string_view message, Decode decode) {
  std::string again;
  try {
    again = encode(decode(message));
  } catch (const Error&) {
    return;
  }
  PENSTOCK_CHECK(std::string_view(again).substr(4) == message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  MessageSplitter splitter;
  splitter.add(bytes);
  try {
    while (std::optional<std::string_view> message = splitter.next()) {
      read(*message, decode_to_agent);
      read(*message, decode_from_agent);
    }
  } catch (const Error&) {
  }
  return 0;
}
