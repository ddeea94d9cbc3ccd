#include "libcore/os/temporary/spooled_source.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/os/temporary/unnamed_file.h"

namespace penstock {
namespace {

constexpr const char* kNameDirectory = "; use TMPDIR to name another directory";
constexpr int64_t kSpooledPieceBytes = int64_t{1} << 20;

// The bytes of a file without a name, which it owns.
class UnnamedFileSource : public ByteSource {
 public:
  UnnamedFileSource(Descriptor file, int64_t size, std::string name)
      : file_(std::move(file)), size_(size), name_(std::move(name)) {}

  int64_t read(void* out, int64_t size) override {
    const int64_t count = read_at(at_, out, size);
    at_ += count;
    return count;
  }

  const std::string& name() const override { return name_; }
  std::optional<int64_t> size() const override { return size_; }

  int64_t read_at(int64_t offset, void* out, int64_t size) const override {
    const int64_t most = std::clamp<int64_t>(size_ - offset, 0, size);
    int64_t done = 0;
    while (done < most) {
      const ssize_t count = pread(file_.get(), static_cast<char*>(out) + done,
                                  static_cast<size_t>(most - done), offset + done);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw Error::system(name_, "read", errno);
      if (count == 0) throw Error(name_ + ": its temporary copy is cut");
      done += count;
    }
    return done;
  }

 private:
  Descriptor file_;
  int64_t size_;
  std::string name_;
  int64_t at_ = 0;
};

void write_all(const Descriptor& file, const std::string& name, const char* bytes, int64_t size) {
  int64_t done = 0;
  while (done < size) {
    const ssize_t count = write(file.get(), bytes + done, static_cast<size_t>(size - done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error::system(name, "write", errno).with_advice(kNameDirectory);
    done += count;
  }
}

}  // namespace

std::unique_ptr<ByteSource> spooled_source(std::unique_ptr<ByteSource> below) {
  if (below->size()) return below;
  std::string bytes;
  while (std::ssize(bytes) < kSpooledMemoryBytes) {
    const size_t size = bytes.size();
    bytes.resize(size + kSpooledPieceBytes);
    const int64_t count = read_fully(*below, bytes.data() + size, kSpooledPieceBytes);
    bytes.resize(size + static_cast<size_t>(count));
    if (count < kSpooledPieceBytes) return source_from_bytes(std::move(bytes), below->name());
  }
  const std::string directory = temporary_directory({});
  const std::string name = "temporary file in " + directory;
  Descriptor file = open_unnamed_file(directory);
  if (file.get() < 0) throw Error::system(name, "create", errno).with_advice(kNameDirectory);
  write_all(file, name, bytes.data(), std::ssize(bytes));
  int64_t size = std::ssize(bytes);
  bytes.resize(kSpooledPieceBytes);
  while (const int64_t count = read_fully(*below, bytes.data(), kSpooledPieceBytes)) {
    write_all(file, name, bytes.data(), count);
    size += count;
  }
  return std::make_unique<UnnamedFileSource>(std::move(file), size, below->name());
}

}  // namespace penstock
