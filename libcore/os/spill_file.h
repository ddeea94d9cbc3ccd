// Temporary files, into which operators put the rows that do not fit into their memory.
//
// One file holds any number of segments, so that a sort of a thousand runs or a join of a hundred
// partitions needs one descriptor. Segments may be written at the same time, from several threads.
// Each is read back whole and in order, any number of times. A file has no name: it is unlinked as
// soon as it is made, so that even SIGKILL leaves nothing behind.
//
// Reading returns the bytes that were written, or throws Error: each block carries a checksum of
// its bytes and its place (block_codec.h), and is compressed with lz4 where that makes it smaller.
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

// Bytes of a block by default: enough for lz4 to find its matches, and for a disk to be worth the
// seek.
inline constexpr int64_t kSpillBlockBytes = int64_t{128} << 10;

// Where a segment lies in its file, in 16 bytes of memory for each block. A value; only SpillWriter
// makes one that is not empty.
struct SpillSegment {
  struct Block {
    int64_t offset;
    int32_t stored_bytes;
    int32_t bytes;  // of the decompressed block
  };
  std::vector<Block> blocks;
  int64_t bytes() const;         // as given to write()
  int64_t stored_bytes() const;  // on disk
};

class SpillWriter;

// May be used from any thread. Must outlive its writers and the sources that read from it.
class SpillFile {
 public:
  // `directory` is the value of -T; if empty, it is $TMPDIR, or else /tmp. The file is created at
  // the first write, so an operator that stays within its memory needs no directory.
  explicit SpillFile(std::string directory = {});
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  // Begins a new segment. The writer uses memory of about twice `block_bytes` once it is written
  // to; with many writers at once, make blocks small. REQUIRES 0 < block_bytes <= kMaxBlockBytes.
  std::unique_ptr<SpillWriter> write(int64_t block_bytes = kSpillBlockBytes);

  // Returns a source over a segment of this file, from its beginning, with its own copy of the
  // segment's places. It uses up to two blocks of memory. Its read() throws Error for a block that
  // is damaged, cut or unreadable. Sources are independent of each other.
  ByteSourcePtr read(SpillSegment segment) const;

  // Returns the disk space of a segment to the file system, where that is possible. The segment
  // must not be read any more.
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
  // Stores a block after all others and returns its place.
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
  // Writes the last block and frees the memory.
  void finish() override;
  const std::string& name() const override { return file_.name(); }

  // Returns the segment that was written, and leaves the writer without it. REQUIRES finish() was
  // called.
  SpillSegment take_segment();

 private:
  void flush(const uint8_t* bytes, int64_t size);

  SpillFile& file_;
  int64_t block_bytes_;
  std::vector<uint8_t> block_;    // bytes that do not fill a block yet
  std::vector<uint8_t> scratch_;  // the block as stored
  SpillSegment segment_;
  bool is_finished_ = false;
};

}  // namespace penstock
