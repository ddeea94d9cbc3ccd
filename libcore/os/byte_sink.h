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

  // Writes all of it, in order, before it returns (no buffer of ours in between); partial writes
  // are continued. Throws Error "NAME: write: …" or OutputClosed.
  virtual void write(std::span<const ByteRange> ranges) = 0;
  void write(std::string_view bytes);

  // Says that all has been written: closes, checks, and makes a file appear under its name. A sink
  // destroyed without it removes what it began. Throws Error (a full disk may show only here).
  virtual void finish() = 0;

  // Whether nobody sees anything of it before finish(), as of a file that is renamed then.
  virtual bool appears_when_finished() const { return false; }

  virtual const std::string& name() const = 0;

  // The open file that is written to, for a child process that writes in our place; -1 when there
  // is none. Valid until finish().
  virtual int descriptor() const { return -1; }
};
using ByteSinkPtr = std::unique_ptr<ByteSink>;

// Whether a file's bytes are on the disk before it gets its name, and the name when finish()
// returns: else a machine that loses power may have an empty file there.
enum class Sync { kNo, kYes };

// "-" is standard output. A regular or new file is written beside its name and renamed by finish(),
// so that no cut output looks complete; other things (/dev/full, FIFOs) are written directly. A
// pipe is raised to kPipeBytes where the kernel lets us. Throws Error for what cannot be written
// to, for an empty name, and for a link to nothing: it could be meant, or what it points to.
ByteSinkPtr open_sink(const std::string& operand, Sync sync = Sync::kNo);
ByteSinkPtr sink_to_descriptor(int fd, std::string name);
// Appends to a string that outlives the sink; for tests.
ByteSinkPtr sink_to_string(std::string& out);

// What a path's suffix asks for: gzip (.gz) or zstd (.zst) around what is written, else `below`
// itself. finish() finishes `below` too.
ByteSinkPtr compress_by_suffix(ByteSinkPtr below, std::string_view path);

}  // namespace penstock
