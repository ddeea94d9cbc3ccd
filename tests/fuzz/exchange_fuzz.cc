// Any bytes as a frame of the exchange: a frame or an Error, and what a frame holds likewise.
#include <cstdint>

#include "libcore/base/error.h"
#include "libcore/net/batch_frame.h"
#include "libcore/net/frame.h"

namespace {

using namespace penstock;

const BatchAssembler& assembler() {
  static const BatchAssembler kAssembler = [] {
    Buffer frame =
        encode_schema_frame(Schema({{"number", int64_type(), true, {}},
                                    {"text", utf8_type(), true, {}},
                                    {"list", list_type(decimal_type(15, 2)), true, {}}}));
    return BatchAssembler(decode_schema_frame(parse_frame(frame.span<uint8_t>()).schema),
                          std::nullopt);
  }();
  return kAssembler;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Buffer bytes = Buffer::copy(data, static_cast<int64_t>(size));
  try {
    Frame frame = parse_frame(bytes.span<uint8_t>());
    if (frame.kind == FrameKind::kSchema) (void)decode_schema_frame(frame.schema);
    const bool has_rows = frame.kind == FrameKind::kData || frame.kind == FrameKind::kPacked;
    if (has_rows) (void)decode_batch_frame(assembler(), bytes);
  } catch (const Error&) {
  }
  return 0;
}
