// The bytes of a ledger of chunks: numbers at fixed places, and locks on its first lines and on
// bytes that stand for chunks. CHUNKS.md describes the format; ledger.h interprets it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/os/descriptor.h"

namespace penstock {

// Bytes of a number and the blank or newline after it.
inline constexpr int64_t kLedgerNumberBytes = 20;
// Bytes of the first line, and of the first two lines.
inline constexpr int64_t kLedgerNextLine = 2 * kLedgerNumberBytes;
inline constexpr int64_t kLedgerHeadBytes = kLedgerNextLine + 3 * kLedgerNumberBytes;

// The first two lines. A shell writes only the first one.
struct LedgerHead {
  int64_t next = 0;
  int64_t total = 0;
  bool is_whole = false;  // the second line is there
  int64_t failed = 0;
  int64_t first = 0;
  int64_t inputs = 0;
};

// Not thread-safe. All methods throw Error when the system call fails.
class LedgerFile {
 public:
  // Opens an existing file.
  explicit LedgerFile(std::string path);
  // Makes the file, or empties it. It can only be written.
  static LedgerFile create(std::string path);

  const std::string& path() const { return path_; }

  enum class Lock { kShared, kOwn };
  // Locks a range of bytes, which need not exist, until unlock() or the end of this object. Waits
  // while another object has the lock. The locks belong to this object (to its open file
  // description).
  void lock(Lock kind, int64_t begin, int64_t size);
  // The same, but returns false when another object has the lock.
  bool try_lock(Lock kind, int64_t begin, int64_t size);
  void unlock(int64_t begin, int64_t size);

  // Returns the bytes at `offset`; fewer than `size` at the end of the file.
  std::string read(int64_t offset, int64_t size) const;
  void write(int64_t offset, std::string_view text);
  void resize(int64_t bytes);

  // Throws Error when the file is not a ledger.
  LedgerHead read_head() const;
  // Writes text of a constant length, so that a later text covers an earlier one.
  void write_next(int64_t next, int64_t total);
  void write_failed(int64_t number);

  // Returns the number at a place; empty when there is none.
  std::optional<int64_t> number_at(int64_t offset) const;

  // Throws the Error that the file is not a ledger.
  [[noreturn]] void refuse() const;

 private:
  LedgerFile(std::string path, int flags);
  bool set_lock(int type, int64_t begin, int64_t size, bool waits);

  std::string path_;
  Descriptor file_;
};

// Held while the first lines of a ledger are read and written.
class LedgerHeadLock {
 public:
  explicit LedgerHeadLock(LedgerFile& file) : file_(file) {
    file_.lock(LedgerFile::Lock::kOwn, 0, kLedgerHeadBytes);
  }
  ~LedgerHeadLock();
  LedgerHeadLock(const LedgerHeadLock&) = delete;
  LedgerHeadLock& operator=(const LedgerHeadLock&) = delete;

 private:
  LedgerFile& file_;
};

// Takes a number and the blanks around it from the front of `text`.
std::optional<int64_t> take_ledger_number(std::string_view& text);

}  // namespace penstock
