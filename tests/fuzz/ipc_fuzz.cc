// Any bytes as an Arrow stream or file, sought and piped: batches or an Error.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "libcore/arrow/ipc_reader.h"
#include "libcore/arrow/ipc_writer.h"
#include "libcore/base/error.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"

namespace {

class Piped : public penstock::ByteSource {
 public:
  explicit Piped(std::string bytes) : bytes_(std::move(bytes)) {}
  int64_t read(void* out, int64_t size) override {
    int64_t count = std::min(size, static_cast<int64_t>(bytes_.size()) - at_);
    std::memcpy(out, bytes_.data() + at_, static_cast<size_t>(count));
    at_ += count;
    return count;
  }
  const std::string& name() const override { return name_; }

 private:
  std::string bytes_;
  std::string name_ = "fuzz";
  int64_t at_ = 0;
};

// What is accepted must be writable too.
void read_and_write(penstock::ByteSourcePtr source) {
  try {
    auto peekable = std::make_unique<penstock::PeekableSource>(std::move(source));
    penstock::OperatorPtr input = penstock::open_ipc(std::move(peekable));
    std::string out;
    penstock::ByteSinkPtr sink = penstock::sink_to_string(out);
    auto writer = penstock::make_ipc_writer(*sink, input->schema());
    while (std::optional<penstock::Batch> batch = input->next())
      writer->write(*batch);
    writer->finish();
  } catch (const penstock::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  read_and_write(std::make_unique<Piped>(bytes));
  if (bytes.compare(0, 6, "ARROW1") == 0)
    read_and_write(penstock::source_from_bytes(bytes, "fuzz"));
  return 0;
}
