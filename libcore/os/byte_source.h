// Where bytes come from: files, pipes, standard input, and what they are compressed with.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace penstock {

// How long a reader waits for further bytes of a pipe before it goes on with those that it has.
struct Patience {
  std::chrono::milliseconds quiet;  // since the last byte came
  std::chrono::milliseconds most;   // since it first had to wait
};

// For the first records, by which types and formats are guessed: a program that writes a line now
// and then has its lines shown, and one that only takes a while to write a megabyte is waited for.
inline constexpr Patience kGuessPatience{std::chrono::milliseconds(250),
                                         std::chrono::milliseconds(1000)};

// For all others. A pause of 2 ms is longer than those of a program that writes as fast as it can,
// and what such a program writes in 10 ms is enough not to lose speed by small batches.
inline constexpr Patience kLivePatience{std::chrono::milliseconds(2),
                                        std::chrono::milliseconds(10)};

// A stream of bytes. Not thread-safe, except for read_at().
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Reads up to `size` bytes and returns their number: at least one, or 0 at the end and ever
  // after.
  //
  // A regular file ends at the size that it had when it was opened: bytes that are added later are
  // not read, and an earlier end is an Error ("NAME: the file became shorter while it was read …").
  // Files that do not state their size (in /proc and /sys) end where reading ends. Interrupted
  // calls are repeated. Throws Error ("NAME: read: …") when the system fails, and when compressed
  // data is damaged or cut.
  virtual int64_t read(void* out, int64_t size) = 0;

  // Waits until read() would return at once, because there are bytes or the end has come, but only
  // until no byte has come for `quiet`, and for at most `most` from now. Returns whether read()
  // would return at once. A source that does not wait for other processes returns true. Compressed
  // data is decompressed as it comes. Throws Error as read() does.
  virtual bool wait(std::chrono::milliseconds quiet, std::chrono::milliseconds most);

  // Returns whether read() may wait for other processes or people.
  virtual bool waits() const { return false; }

  // The source's name in error messages: the operand as given, "standard input" for "-".
  virtual const std::string& name() const = 0;

  // The size in bytes when the source is an uncompressed regular file; then read_at() works too.
  // Empty otherwise.
  virtual std::optional<int64_t> size() const { return std::nullopt; }

  // Returns whether another process writes the bytes while they are read, uncompressed, from a
  // pipe, a FIFO or a socket. The end of such a source may be a failure of that process.
  virtual bool is_pipe() const { return false; }

  // Reads at an offset without moving the position of read(). Returns less than `size` only at the
  // end that size() states. May be called from any thread. Throws Error as read() does. REQUIRES
  // size() has a value.
  virtual int64_t read_at(int64_t offset, void* out, int64_t size) const;
};
using ByteSourcePtr = std::unique_ptr<ByteSource>;

// Reads until `size` bytes are read or the source ends; returns the number of bytes.
int64_t read_fully(ByteSource& source, void* out, int64_t size);

// Opens an operand: "-" is standard input; anything else is a path (also /dev/fd/N and FIFOs).
// Advises the kernel that a regular file is read in sequence, and raises a pipe to kPipeBytes where
// the kernel allows it. In a process of a flow a regular file ends at the size that planning saw
// (planned_files.h); a shorter file is an Error. Throws Error "NAME: No such file or directory",
// and for a directory "NAME: is a directory without a table manifest".
ByteSourcePtr open_source(const std::string& operand);

// Returns the first bytes of what open_source() opens, at most `most`. Throws Error as it does, and
// when reading fails.
std::string read_beginning(const std::string& operand, int64_t most);

// A source over an open descriptor, which it does not close; for tests and standard input.
ByteSourcePtr source_from_descriptor(int fd, std::string name);

// A source over bytes in memory, which it owns; read_at() works.
ByteSourcePtr source_from_bytes(std::string bytes, std::string name);

// A source whose first bytes can be looked at before they are read, to recognize the kind of an
// input. Owns the source below.
class PeekableSource : public ByteSource {
 public:
  explicit PeekableSource(ByteSourcePtr below);
  // Returns the next bytes, up to `size`: fewer at the end, and where the source is a pipe of which
  // `patience` does not expect more, but then at least `least`. The view is valid until the next
  // call of any method.
  std::span<const uint8_t> peek(int64_t size, const Patience& patience, int64_t least = 1);
  std::span<const uint8_t> peek(int64_t size) { return peek(size, kGuessPatience); }
  // Returns whether the bytes that peek() returned last, fewer than it was asked for, were the
  // last.
  bool at_end() const { return at_end_; }
  bool wait(std::chrono::milliseconds quiet, std::chrono::milliseconds most) override;
  bool waits() const override { return below_->waits(); }
  int64_t read(void* out, int64_t size) override;
  const std::string& name() const override;
  std::optional<int64_t> size() const override;
  bool is_pipe() const override;
  int64_t read_at(int64_t offset, void* out, int64_t size) const override;

  // The name that the archive has for this file of it; empty for what is not in an archive.
  const std::string& member() const { return member_; }
  void set_member(std::string name) { member_ = std::move(name); }

 private:
  ByteSourcePtr below_;
  std::string member_;
  std::vector<uint8_t> peeked_;
  size_t used_ = 0;
  bool at_end_ = false;  // the source below has no more bytes
};

// Memory in bytes that the window of a zstd frame, or the dictionary of an xz block, may take by
// default, and the largest that is read.
inline constexpr int64_t kDefaultWindowBytes = int64_t{128} << 20;
inline constexpr int64_t kMostWindowBytes = int64_t{2} << 30;

// Decompresses gzip, bzip2, xz and lz4 (all members; zero bytes between and after them are
// skipped), zstd (all frames) and the one file of a zip archive (decompress/zip.h). Recognizes them
// by their first bytes, up to two layers deep. Returns other sources unchanged.
//
// Throws Error for bytes after the last member that are not a member, for a member that is cut
// ("NAME: compressed data ends too early"), and for one whose window is larger than `max_window`,
// which is rounded up to a power of two ("… needs a window of 256 MiB …; use --max-window 256M").
std::unique_ptr<PeekableSource> open_unwrapped(ByteSourcePtr source,
                                               int64_t max_window = kDefaultWindowBytes);

}  // namespace penstock
