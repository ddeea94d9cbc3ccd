// Where bytes come from: files, pipes, standard input, and gzip or zstd around them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace penstock {

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
  // Returns the next bytes, up to `size`, fewer only at the end. The view is valid until the next
  // call of any method.
  std::span<const uint8_t> peek(int64_t size);
  int64_t read(void* out, int64_t size) override;
  const std::string& name() const override;
  std::optional<int64_t> size() const override;
  bool is_pipe() const override;
  int64_t read_at(int64_t offset, void* out, int64_t size) const override;

 private:
  ByteSourcePtr below_;
  std::vector<uint8_t> peeked_;
  size_t used_ = 0;
};

// Memory in bytes that the window of a zstd frame may take by default, and the largest window that
// the format has.
inline constexpr int64_t kDefaultWindowBytes = int64_t{128} << 20;
inline constexpr int64_t kMostWindowBytes = int64_t{2} << 30;

// Decompresses gzip (all members; zero bytes between and after them are skipped) and zstd (all
// frames), which it recognizes by their first bytes, up to two layers deep. Returns other sources
// unchanged.
//
// Throws Error for bytes after the last member that are not a member, for a member that is cut
// ("NAME: compressed data ends too early"), and for a zstd frame whose window is larger than
// `max_window`, which is rounded up to a power of two ("… needs a window of 256 MiB …; use
// --max-window 256M").
std::unique_ptr<PeekableSource> open_unwrapped(ByteSourcePtr source,
                                               int64_t max_window = kDefaultWindowBytes);

}  // namespace penstock
