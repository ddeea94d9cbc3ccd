// Where bytes come from: files, pipes, standard input, and gzip or zstd around them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace penstock {

// A stream of bytes. Not thread-safe, read_at() aside.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Reads up to `size` bytes, at least one unless the end is reached, where it returns 0 from then
  // on. A regular file ends where it ended when it was opened: what is added later is not read, and
  // an end before that is an Error ("NAME: the file became shorter while it was read …"). Files
  // whose size says nothing (those of /proc and /sys) end where they end. Interrupted calls are
  // repeated. Throws Error ("NAME: read: …") when the system fails, and when compressed data is
  // damaged or cut.
  virtual int64_t read(void* out, int64_t size) = 0;

  // What error messages call it: the operand as given, "standard input" for "-".
  virtual const std::string& name() const = 0;

  // The size in bytes when the source is a regular file read as it is (not compressed, not a pipe):
  // then read_at() works too. Empty otherwise.
  virtual std::optional<int64_t> size() const { return std::nullopt; }

  // Whether another process writes the bytes as they are read: a pipe, a FIFO or a socket, read as
  // it is. Its end may be that process's failure.
  virtual bool is_pipe() const { return false; }

  // Reads at an offset without moving read()'s position; short only at the end that size() tells.
  // From any thread. Throws Error as read() does. REQUIRES size() has a value.
  virtual int64_t read_at(int64_t offset, void* out, int64_t size) const;
};
using ByteSourcePtr = std::unique_ptr<ByteSource>;

// Reads until `size` bytes are there or the end; returns how many.
int64_t read_fully(ByteSource& source, void* out, int64_t size);

// Opens an operand: "-" is standard input; anything else a path (also /dev/fd/N and FIFOs). Throws
// Error "NAME: No such file or directory", for a directory "NAME: is a directory without a table
// manifest". A regular file gets POSIX_FADV_SEQUENTIAL, a pipe is raised to kPipeBytes where the
// kernel lets us. A process of a flow reads as much of a regular file as planning saw
// (planned_files.h); a shorter one is an Error.
ByteSourcePtr open_source(const std::string& operand);

// A source over an open descriptor that it does not close; for tests and standard input.
ByteSourcePtr source_from_descriptor(int fd, std::string name);

// A source over bytes in memory; read_at works.
ByteSourcePtr source_from_bytes(std::string bytes, std::string name);

// A source whose first bytes can be looked at before they are read: the way to tell what an input
// is. Owns the source below.
class PeekableSource : public ByteSource {
 public:
  explicit PeekableSource(ByteSourcePtr below);
  // The next bytes, up to `size`, fewer only at the end; valid until the next call of any method.
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

// Memory that a zstd frame's window may take, unless more is allowed; the most that the format has.
inline constexpr int64_t kDefaultWindowBytes = int64_t{128} << 20;
inline constexpr int64_t kMostWindowBytes = int64_t{2} << 30;

// Unwraps gzip (all members, and zeros between and behind them) and zstd (all frames), told by
// their first bytes and repeatedly up to twice; other sources come back as they are. Bytes that
// follow the last member and are not a member are an Error, and so are a cut one ("NAME: compressed
// data ends too early") and a zstd frame whose window is larger than `max_window`, which is rounded
// up to a power of two ("… needs a window of 256 MiB …; use --max-window 256M").
std::unique_ptr<PeekableSource> open_unwrapped(ByteSourcePtr source,
                                               int64_t max_window = kDefaultWindowBytes);

}  // namespace penstock
