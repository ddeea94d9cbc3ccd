// Temporary files: where operators put what does not fit into their memory.
//
// One file takes any number of segments, so that a sort of a thousand runs or a join of a hundred
// partitions holds one descriptor. Segments may be written side by side, from several threads; each
// is read back whole and in order, as often as wanted. A file has no name: it is unlinked when it
// is made, so that even SIGKILL leaves nothing behind.
//
// What comes back is what was written, or an Error: each block carries a checksum of its bytes and
// its place (block_codec.h), and is lz4-compressed where that makes it smaller.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"

namespace penstock {

// Bytes of a block unless told otherwise: enough for lz4 to find its matches and for a disk to be
// worth the seek.
inline constexpr int64_t kSpillBlockBytes = int64_t{128} << 10;

// Where a segment lies in its file: 16 bytes of memory a block. A value; only SpillWriter makes one
// that is not empty.
struct SpillSegment {
  struct Block {
    int64_t offset;
    int32_t stored_bytes;
    int32_t bytes;  // that it stands for
  };
  std::vector<Block> blocks;
  int64_t bytes() const;         // as written
  int64_t stored_bytes() const;  // on disk
};

class SpillWriter;

// May be used from any thread. Outlives its writers and the sources that read from it.
class SpillFile {
 public:
  // `directory` is where -T says; when empty $TMPDIR, else /tmp. Nothing is created before the
  // first write, so that an operator that stays within its memory needs no directory.
  explicit SpillFile(std::string directory = {});
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  // A new segment. A writer takes memory of about twice `block_bytes` once it is written to: with
  // many writers at once make blocks small. REQUIRES 0 < block_bytes <= kMaxBlockBytes.
  std::unique_ptr<SpillWriter> write(int64_t block_bytes = kSpillBlockBytes);

  // A source over a segment of this file, from its beginning. Takes up to two blocks of memory.
  // read() throws Error for a block that is damaged, cut or unreadable. Sources are independent of
  // each other, and the source keeps its own copy of the segment.
  ByteSourcePtr read(SpillSegment segment) const;

  // Gives a segment's room on disk back where the file system can. The segment must not be read
  // any more.
  void release(const SpillSegment& segment);

  // Bytes on disk written so far, released ones included; for -v.
  int64_t written_bytes() const { return end_; }

  // For messages: "temporary file in DIR".
  const std::string& name() const { return name_; }

  // For tests, which damage blocks: the descriptor, -1 before the first write.
  int descriptor() const { return fd_; }

 private:
  friend class SpillWriter;
  friend class SpillSource;

  void create();
  // Stores a block behind all others and returns where.
  SpillSegment::Block append(const uint8_t* bytes, int64_t size, std::vector<uint8_t>& scratch);

  std::string directory_;
  std::string name_;
  std::once_flag created_;
  int fd_ = -1;
  std::atomic<int64_t> end_ = 0;
};

// A sink whose bytes become a segment. Not thread-safe. write() and finish() throw Error when the
// file cannot be created ("temporary file in DIR: create: …; use -T …") or the disk is full.
class SpillWriter : public ByteSink {
 public:
  SpillWriter(SpillFile& file, int64_t block_bytes);
  using ByteSink::write;
  void write(std::span<const ByteRange> ranges) override;
  // Writes the last block and lets go of the memory.
  void finish() override;
  const std::string& name() const override { return file_.name(); }

  // What was written. REQUIRES finish() was called. Leaves the writer without it.
  SpillSegment take_segment();

 private:
  void flush(const uint8_t* bytes, int64_t size);

  SpillFile& file_;
  int64_t block_bytes_;
  std::vector<uint8_t> block_;    // bytes that fill no block yet
  std::vector<uint8_t> scratch_;  // the block as stored
  SpillSegment segment_;
  bool is_finished_ = false;
};

}  // namespace penstock
