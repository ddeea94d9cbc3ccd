// Where bytes go: standard output, files, pipes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace penstock {

// Thrown instead of Error when the reader at the other end is gone (EPIPE): the tool ends quietly.
class OutputClosed {};

// Bytes to write together, as writev takes them.
struct ByteRange {
  const void* data;
  int64_t size;
};

// Not thread-safe.
class ByteSink {
 public:
  virtual ~ByteSink() = default;

  // Writes all ranges, in order, before it returns. Does not buffer, and continues partial writes.
  // Throws Error "NAME: write: …" or OutputClosed.
  virtual void write(std::span<const ByteRange> ranges) = 0;
  void write(std::string_view bytes);

  // Ends the output after the last write: closes it, checks for errors, and makes a file appear
  // under its name. A sink that is destroyed without finish() removes the file that it began.
  // Throws Error (a full disk may show only here).
  virtual void finish() = 0;

  // Returns whether the output is invisible before finish(), as a file that finish() renames is.
  virtual bool appears_when_finished() const { return false; }

  virtual const std::string& name() const = 0;

  // Returns the descriptor of the open output, for a child process that writes in our place, or -1
  // if the sink has none. Valid until finish().
  virtual int descriptor() const { return -1; }
};
using ByteSinkPtr = std::unique_ptr<ByteSink>;

// Whether the bytes of a file are on the disk before it gets its name, and the name before finish()
// returns. Otherwise a machine that loses power may be left with an empty file.
enum class Sync { kNo, kYes };

// Opens an output; "-" is standard output. Writes a regular or new file under another name beside
// its own, and finish() renames it, so that an incomplete file never looks complete. Writes other
// outputs (/dev/full, FIFOs) directly. Raises a pipe to kPipeBytes where the kernel allows it.
// Throws Error for an output that cannot be written, for an empty name, and for a link to a file
// that does not exist, because either the link or its target could be meant.
ByteSinkPtr open_sink(const std::string& operand, Sync sync = Sync::kNo);
ByteSinkPtr sink_to_descriptor(int fd, std::string name);
// Appends to `out`, which must outlive the sink; for tests.
ByteSinkPtr sink_to_string(std::string& out);

// Returns a sink that compresses into `below` if the suffix of `path` is .gz (gzip) or .zst (zstd),
// else `below` itself. finish() finishes `below` too. Throws a usage Error for the suffix of a
// compression that is only read.
ByteSinkPtr compress_by_suffix(ByteSinkPtr below, std::string_view path);

}  // namespace penstock
