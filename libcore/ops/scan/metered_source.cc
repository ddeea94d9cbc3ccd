#include "libcore/ops/scan/metered_source.h"

#include <memory>
#include <utility>

namespace penstock {
namespace {

class MeteredSource : public ByteSource {
 public:
  MeteredSource(ByteSourcePtr below, std::function<void(int64_t)> on_read)
      : below_(std::move(below)), on_read_(std::move(on_read)) {}

  int64_t read(void* out, int64_t size) override { return counted(below_->read(out, size)); }
  int64_t read_at(int64_t offset, void* out, int64_t size) const override {
    return counted(below_->read_at(offset, out, size));
  }
  bool wait(std::chrono::milliseconds quiet, std::chrono::milliseconds most) override {
    return below_->wait(quiet, most);
  }
  bool waits() const override { return below_->waits(); }
  const std::string& name() const override { return below_->name(); }
  std::optional<int64_t> size() const override { return below_->size(); }
  bool is_pipe() const override { return below_->is_pipe(); }

 private:
  int64_t counted(int64_t bytes) const {
    if (bytes > 0) on_read_(bytes);
    return bytes;
  }

  ByteSourcePtr below_;
  std::function<void(int64_t)> on_read_;
};

}  // namespace

ByteSourcePtr metered_source(ByteSourcePtr below, std::function<void(int64_t)> on_read) {
  return std::make_unique<MeteredSource>(std::move(below), std::move(on_read));
}

}  // namespace penstock
