// A command that a person has brought, run beside us: we write its standard input, read its
// standard output, and pass on what it says on standard error.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"
#include "libcore/os/descriptor.h"

namespace penstock {

// How long processes that a command leaves behind may keep its output open without writing to it.
inline constexpr std::chrono::milliseconds kLeftBehindPatience{1000};
// The longest line on standard error that is passed on in one piece, in bytes.
inline constexpr int64_t kMostSaidBytes = int64_t{4} << 10;

// How a command ended.
struct CommandEnd {
  int exit_status = 0;  // when `signal` is 0
  int signal = 0;       // which ended it
  bool is_failure() const { return exit_status != 0 || signal != 0; }
  // Returns "exit status 3" or "signal 9 (Killed)".
  std::string to_string() const;
};

// The command leads a process group of its own, which is ended (SIGKILL) with this object, and when
// the command itself has ended: processes that it leaves behind do not outlive it, unless they have
// left the group. The kernel ends the command when the thread that made this object ends, so also
// when our process is killed. The command has no descriptors of ours but the standard streams and
// those without close-on-exec, and signals as usual, except those that we were started to ignore.
//
// One thread may call write() and close_input() while another one calls read(), wait() and
// finish(); stop() may be called by any.
class CommandProcess {
 public:
  // Called with each line that the command writes to standard error, without its line end, by the
  // thread that reads.
  using Said = std::function<void(std::string_view line)>;

  // Starts the program words[0], which is looked for in PATH unless its name has a '/', with these
  // words; no shell has a part in it. Throws Error when the program cannot be run ("'awkk' cannot
  // be run: No such file or directory; …"). REQUIRES a word.
  CommandProcess(const std::vector<std::string>& words, Said said);
  ~CommandProcess();
  CommandProcess(const CommandProcess&) = delete;
  CommandProcess& operator=(const CommandProcess&) = delete;

  // Writes all ranges, in order. Returns false when the command has closed its input or has ended,
  // and after stop(); some of the bytes may have been written then. Throws Error when the system
  // fails.
  bool write(std::span<const ByteRange> ranges);
  // Ends the command's input. Call it once, after the last write().
  void close_input();

  // Reads up to `size` bytes of the output and returns their number: at least one, or 0 at the end
  // and ever after. The output also ends when the command has ended, and processes that it left
  // behind have written nothing for kLeftBehindPatience. Throws Error when the system fails.
  int64_t read(void* out, int64_t size);
  // Waits as ByteSource::wait() does.
  bool wait(std::chrono::milliseconds quiet, std::chrono::milliseconds most);

  // Waits for the command's end, ends what is left of its group, and returns how it ended; the same
  // every time. Call it when read() has returned 0.
  CommandEnd finish();
  // Returns how many bytes have been written in all, and how many of these nobody has read. The
  // latter is final after finish(). May be called by any thread.
  int64_t written_bytes() const { return written_; }
  int64_t unread_bytes() const;

  // Ends the group now: reading and writing end soon.
  void stop();

 private:
  bool has_ended();
  bool poll_outputs(std::chrono::milliseconds most);
  void read_said();
  void pass_on_lines();

  std::string name_;
  Said said_;
  pid_t pid_ = -1;
  mutable std::mutex input_mutex_;  // held to change which end of the input is open
  Descriptor input_;
  Descriptor unread_;  // the other end of the input, once it is closed
  Descriptor output_;  // until its end
  Descriptor errors_;
  std::string said_text_;  // of the line that has begun
  std::atomic<bool> is_stopped_ = false;
  std::atomic<bool> is_reaped_ = false;
  std::atomic<int64_t> written_ = 0;
  bool has_ended_ = false;
  CommandEnd end_;
};

}  // namespace penstock
