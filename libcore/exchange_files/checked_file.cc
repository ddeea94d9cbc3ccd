#include "libcore/exchange_files/checked_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "libcore/arrow/ipc_reader.h"
#include "libcore/base/error.h"
#include "libcore/exchange_files/checksum.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

// Adds up the bytes that are read. It cannot be sought, so that all bytes pass here.
class SummedSource : public ByteSource {
 public:
  SummedSource(ByteSourcePtr below, std::string name)
      : below_(std::move(below)), name_(std::move(name)) {}

  int64_t read(void* out, int64_t size) override {
    const int64_t got = below_->read(out, size);
    checksum_.add(out, got);
    bytes_ += got;
    return got;
  }
  const std::string& name() const override { return name_; }

  int64_t bytes() const { return bytes_; }
  uint64_t checksum() const { return checksum_.value(); }

 private:
  ByteSourcePtr below_;
  std::string name_;
  Checksum checksum_;
  int64_t bytes_ = 0;
};

// Whatever goes wrong in `work` is an error of the machine: the file was whole when it was written.
template <typename Work>
auto of_machine(Work work) {
  try {
    return work();
  } catch (const Error& error) {
    throw Error::of_machine(error.message());
  }
}

class CheckedFile : public Operator {
 public:
  explicit CheckedFile(InputFile file) : file_(std::move(file)) {
    require_size();
    open();
    schema_ = rows_->schema();
    rows_.reset();
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (has_ended_) return std::nullopt;
    if (!rows_) open();
    std::optional<Batch> batch = of_machine([&] { return rows_->next(); });
    given_ += batch ? batch->rows : 0;
    if (!batch || given_ > file_.facts.rows) compare();
    return batch;
  }

 private:
  std::string complaint() const { return file_.path + ": is damaged"; }

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error::of_machine(complaint() + ": " + what);
  }

  void require_size() const {
    struct stat status {};
    if (stat(file_.path.c_str(), &status) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) throw Error::of_machine(file_.path + ": is gone");
      throw Error::of_machine(Error::system(file_.path, "", errno).message());
    }
    if (!S_ISREG(status.st_mode)) refuse("is not a file");
    if (status.st_size != file_.facts.bytes) {
      refuse(fmt::format("has {} bytes, not {}", status.st_size, file_.facts.bytes));
    }
  }

  // Decoding names its input in front of what it finds: that it is damaged belongs there.
  void open() {
    of_machine([&] {
      auto source = std::make_unique<SummedSource>(open_source(file_.path), complaint());
      source_ = source.get();
      rows_ = open_ipc(std::make_unique<PeekableSource>(std::move(source)));
    });
  }

  // REQUIRES that all bytes were read, or that there are too many rows.
  void compare() {
    if (given_ != file_.facts.rows) {
      refuse(fmt::format("does not have {} rows", file_.facts.rows));
    }
    if (source_->bytes() != file_.facts.bytes || source_->checksum() != file_.facts.checksum) {
      refuse("its checksum is not that of its writer");
    }
    rows_.reset();
    has_ended_ = true;
  }

  InputFile file_;
  SchemaPtr schema_;
  OperatorPtr rows_;                      // null while the file is not open
  const SummedSource* source_ = nullptr;  // of rows_
  int64_t given_ = 0;
  bool has_ended_ = false;
};

}  // namespace

OperatorPtr open_checked_file(const InputFile& file) {
  return std::make_unique<CheckedFile>(file);
}

}  // namespace penstock
