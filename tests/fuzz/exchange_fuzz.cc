// Any bytes as a frame of the exchange, or of the exchange by files: a frame or an Error, and what
// a frame holds likewise.
#include <cstdint>
#include <iterator>
#include <span>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/exchange_files/file_frames.h"
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

void read_file_frame(std::span<const uint8_t> bytes) {
  try {
    const FileRequest request = decode_request(bytes);
    PENSTOCK_CHECK(id_of_request(bytes) == request.id);
    PENSTOCK_CHECK(decode_request(encode_request(request).span<uint8_t>()) == request);
  } catch (const Error&) {
    (void)id_of_request(bytes);
  }
  try {
    PENSTOCK_CHECK(std::ssize(decode_reply(bytes).content) <= kMostRequestBytes);
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Buffer bytes = Buffer::copy(data, static_cast<int64_t>(size));
  read_file_frame(bytes.span<uint8_t>());
  try {
    Frame frame = parse_frame(bytes.span<uint8_t>());
    if (frame.kind == FrameKind::kSchema) (void)decode_schema_frame(frame.schema);
    const bool has_rows = frame.kind == FrameKind::kData || frame.kind == FrameKind::kPacked;
    if (has_rows) (void)decode_batch_frame(assembler(), bytes);
  } catch (const Error&) {
  }
  return 0;
}
