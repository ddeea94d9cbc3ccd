#include "libcore/os/chunks/ledger_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"

namespace penstock {
namespace {

// What a shell's line may have at most.
constexpr size_t kMostSimpleBytes = 64;

// The place of what changes in the second line.
constexpr int64_t kFailedPlace = kLedgerNextLine;

}  // namespace

LedgerFile::LedgerFile(std::string path, int flags)
    : path_(std::move(path)), file_(open(path_.c_str(), flags | O_CLOEXEC, 0600)) {}  // NOLINT

LedgerFile::LedgerFile(std::string path) : LedgerFile(std::move(path), O_RDWR) {
  if (file_.get() < 0) throw Error::system(path_, "", errno);
}

LedgerFile LedgerFile::create(std::string path) {
  LedgerFile file(std::move(path), O_WRONLY | O_CREAT | O_TRUNC);
  if (file.file_.get() < 0) throw Error::system(file.path_, "create", errno);
  return file;
}

bool LedgerFile::set_lock(int type, int64_t begin, int64_t size, bool waits) {
  struct flock range {};
  range.l_type = static_cast<int16_t>(type);
  range.l_whence = SEEK_SET;
  range.l_start = begin;
  range.l_len = size;
  while (fcntl(file_.get(), waits ? F_OFD_SETLKW : F_OFD_SETLK, &range) != 0) {
    if (errno == EAGAIN || errno == EACCES) return false;
    if (errno != EINTR) throw Error::system(path_, "lock", errno);
  }
  return true;
}

void LedgerFile::lock(Lock kind, int64_t begin, int64_t size) {
  set_lock(kind == Lock::kOwn ? F_WRLCK : F_RDLCK, begin, size, true);
}

bool LedgerFile::try_lock(Lock kind, int64_t begin, int64_t size) {
  return set_lock(kind == Lock::kOwn ? F_WRLCK : F_RDLCK, begin, size, false);
}

void LedgerFile::unlock(int64_t begin, int64_t size) {
  set_lock(F_UNLCK, begin, size, false);
}

std::string LedgerFile::read(int64_t offset, int64_t size) const {
  std::string text(static_cast<size_t>(size), '\0');
  ssize_t got = pread(file_.get(), text.data(), text.size(), offset);
  if (got < 0) throw Error::system(path_, "read", errno);
  text.resize(static_cast<size_t>(got));
  return text;
}

void LedgerFile::write(int64_t offset, std::string_view text) {
  ssize_t written = pwrite(file_.get(), text.data(), text.size(), offset);
  if (written < 0) throw Error::system(path_, "write", errno);
  if (static_cast<size_t>(written) < text.size()) throw Error::system(path_, "write", ENOSPC);
}

void LedgerFile::resize(int64_t bytes) {
  if (ftruncate(file_.get(), bytes) != 0) throw Error::system(path_, "write", errno);
}

LedgerHead LedgerFile::read_head() const {
  std::string bytes = read(0, kLedgerHeadBytes);
  std::string_view text(bytes);
  std::string_view line = bytes.size() < kMostSimpleBytes ? text : text.substr(0, kLedgerNextLine);
  auto next = take_ledger_number(line);
  auto total = take_ledger_number(line);
  if (!next || !total || !line.empty() || *next < 1 || *total < 1) refuse();
  LedgerHead head;
  head.next = *next;
  head.total = *total;
  head.is_whole = std::ssize(bytes) == kLedgerHeadBytes;
  if (!head.is_whole) return head;
  line = text.substr(kLedgerNextLine);
  for (int64_t* field : {&head.failed, &head.first, &head.inputs}) {
    auto number = take_ledger_number(line);
    if (!number) refuse();
    *field = *number;
  }
  if (head.inputs < 1) refuse();
  return head;
}

void LedgerFile::write_next(int64_t next, int64_t total) {
  write(0, fmt::format("{:19} {:19}\n", next, total));
}

void LedgerFile::write_failed(int64_t number) {
  write(kFailedPlace, fmt::format("{:19} ", number));
}

std::optional<int64_t> LedgerFile::number_at(int64_t offset) const {
  std::string bytes = read(offset, kLedgerNumberBytes);
  std::string_view text(bytes);
  return take_ledger_number(text);
}

void LedgerFile::refuse() const {
  throw Error(path_ +
              ": is not a file of chunks; write the number of the next chunk and how many chunks "
              "there are to it, as in '1 64'");
}

LedgerHeadLock::~LedgerHeadLock() {
  try {
    file_.unlock(0, kLedgerHeadBytes);
  } catch (const Error&) {
    // It goes with the file.
    return;
  }
}

std::optional<int64_t> take_ledger_number(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  size_t end = std::min(text.find_first_of(" \t\n"), text.size());
  auto number = parse_int64(text.substr(0, end));
  text.remove_prefix(end);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  return number;
}

}  // namespace penstock
