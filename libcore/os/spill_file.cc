#include "libcore/os/spill_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <span>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/os/block_codec.h"
#include "libcore/os/temporary/unnamed_file.h"

namespace penstock {
namespace {

constexpr const char* kAdvice = "; use -T (or TMPDIR) to name another directory";

[[noreturn]] void fail(const std::string& name, const char* what, int error_number) {
  throw Error::system(name, what, error_number).with_advice(kAdvice);
}

}  // namespace

// Reads a segment block by block. Blocks that the caller has room for are decoded in place.
class SpillSource : public ByteSource {
 public:
  SpillSource(const SpillFile& file, SpillSegment segment)
      : file_(file), segment_(std::move(segment)) {}

  int64_t read(void* out, int64_t size) override {
    auto* bytes = static_cast<uint8_t*>(out);
    if (at_ == std::ssize(block_)) {
      if (next_ == segment_.blocks.size() || size == 0) return 0;
      const SpillSegment::Block& block = segment_.blocks[next_++];
      if (block.bytes <= size) {
        decode(block, {bytes, static_cast<size_t>(block.bytes)});
        return block.bytes;
      }
      block_.resize(static_cast<size_t>(block.bytes));
      at_ = 0;
      decode(block, block_);
    }
    int64_t count = std::min(size, std::ssize(block_) - at_);
    std::memcpy(bytes, block_.data() + at_, static_cast<size_t>(count));
    at_ += count;
    return count;
  }

  const std::string& name() const override { return file_.name(); }

 private:
  void decode(const SpillSegment::Block& block, std::span<uint8_t> out) {
    stored_.resize(static_cast<size_t>(block.stored_bytes));
    size_t done = 0;
    while (done < stored_.size()) {
      ssize_t got = pread(file_.fd_, stored_.data() + done, stored_.size() - done,
                          block.offset + static_cast<int64_t>(done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw Error::system(name(), "read", errno);
      if (got == 0) refuse(block, "ends in the middle of a block");
      done += static_cast<size_t>(got);
    }
    if (!decode_block(stored_, static_cast<uint64_t>(block.offset), out)) {
      refuse(block, "a block is damaged");
    }
  }

  [[noreturn]] void refuse(const SpillSegment::Block& block, const char* what) const {
    throw Error(name() + ": " + what + " (at byte " + std::to_string(block.offset) +
                "); its disk may be faulty" + kAdvice);
  }

  const SpillFile& file_;
  SpillSegment segment_;
  size_t next_ = 0;             // of the segment's blocks
  std::vector<uint8_t> block_;  // decoded, read up to at_
  int64_t at_ = 0;
  std::vector<uint8_t> stored_;
};

int64_t SpillSegment::bytes() const {
  int64_t sum = 0;
  for (const Block& block : blocks)
    sum += block.bytes;
  return sum;
}

int64_t SpillSegment::stored_bytes() const {
  int64_t sum = 0;
  for (const Block& block : blocks)
    sum += block.stored_bytes;
  return sum;
}

SpillFile::SpillFile(std::string directory)
    : directory_(temporary_directory(std::move(directory))),
      name_("temporary file in " + directory_) {}

SpillFile::~SpillFile() {
  if (fd_ >= 0) close(fd_);
}

void SpillFile::create() {
  fd_ = open_unnamed_file(directory_).release();
  if (fd_ < 0) fail(name_, "create", errno);
}

std::unique_ptr<SpillWriter> SpillFile::write(int64_t block_bytes) {
  return std::make_unique<SpillWriter>(*this, block_bytes);
}

ByteSourcePtr SpillFile::read(SpillSegment segment) const {
  return std::make_unique<SpillSource>(*this, std::move(segment));
}

SpillSegment::Block SpillFile::append(const uint8_t* bytes, int64_t size,
                                      std::vector<uint8_t>& scratch) {
  std::call_once(created_, [this] { create(); });
  encode_block({bytes, static_cast<size_t>(size)}, scratch);
  auto stored = static_cast<int64_t>(scratch.size());
  int64_t offset = end_.fetch_add(stored);
  seal_block(scratch, static_cast<uint64_t>(offset));
  int64_t done = 0;
  while (done < stored) {
    ssize_t got =
        pwrite(fd_, scratch.data() + done, static_cast<size_t>(stored - done), offset + done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(name_, "write", errno);
    done += got;
  }
  return {offset, static_cast<int32_t>(stored), static_cast<int32_t>(size)};
}

// Punches one hole for neighbouring blocks together. Where the file system does not support it, the
// room stays.
void SpillFile::release(const SpillSegment& segment) {
  int64_t begin = 0;
  int64_t end = 0;
  auto punch = [&] {
    if (end == begin) return;
    (void)fallocate(fd_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, begin, end - begin);
  };
  for (const SpillSegment::Block& block : segment.blocks) {
    if (block.offset != end) {
      punch();
      begin = block.offset;
    }
    end = block.offset + block.stored_bytes;
  }
  punch();
}

SpillWriter::SpillWriter(SpillFile& file, int64_t block_bytes)
    : file_(file), block_bytes_(block_bytes) {
  PENSTOCK_CHECK(block_bytes > 0 && block_bytes <= kMaxBlockBytes);
}

void SpillWriter::write(std::span<const ByteRange> ranges) {
  PENSTOCK_CHECK(!is_finished_);
  for (const ByteRange& range : ranges) {
    const auto* bytes = static_cast<const uint8_t*>(range.data);
    int64_t left = range.size;
    while (left > 0) {
      if (block_.empty() && left >= block_bytes_) {
        flush(bytes, block_bytes_);
        bytes += block_bytes_;
        left -= block_bytes_;
        continue;
      }
      int64_t count = std::min(left, block_bytes_ - std::ssize(block_));
      if (block_.empty()) block_.reserve(static_cast<size_t>(block_bytes_));
      block_.insert(block_.end(), bytes, bytes + count);
      bytes += count;
      left -= count;
      if (std::ssize(block_) == block_bytes_) {
        flush(block_.data(), block_bytes_);
        block_.clear();
      }
    }
  }
}

void SpillWriter::finish() {
  if (!block_.empty()) flush(block_.data(), std::ssize(block_));
  block_ = {};
  scratch_ = {};
  is_finished_ = true;
}

SpillSegment SpillWriter::take_segment() {
  PENSTOCK_CHECK(is_finished_);
  return std::exchange(segment_, {});
}

void SpillWriter::flush(const uint8_t* bytes, int64_t size) {
  segment_.blocks.push_back(file_.append(bytes, size, scratch_));
}

}  // namespace penstock
