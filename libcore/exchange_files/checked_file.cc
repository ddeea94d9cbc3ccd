#include "libcore/exchange_files/checked_file.h"

#include <fmt/format.h>

#include <utility>

#include "libcore/arrow/ipc_reader.h"
#include "libcore/base/error.h"

namespace penstock {
namespace {

// Whatever goes wrong in `work` is an error of the machine, unless it is one of a server: the file
// was whole when it was written.
template <typename Work>
auto of_machine(Work work) {
  try {
    return work();
  } catch (const Error& error) {
    if (error.is_of_peer() || error.is_of_machine()) throw;
    throw Error::of_machine(error.message());
  }
}

}  // namespace

CheckedFile::CheckedFile(InputFile file, FileServers& servers, ReadAhead ahead)
    : file_(std::move(file)), servers_(servers), ahead_(ahead) {
  if (!file_.endpoint.empty()) begin();
}

void CheckedFile::begin() {
  unread_ = std::make_unique<InputBytes>(file_, servers_, ahead_);
  bytes_ = unread_.get();
}

// Decoding names its input in front of what it finds: that it is damaged belongs there.
void CheckedFile::read_schema() {
  if (!unread_) begin();
  unread_->await_first();  // other keys are not a reason of the machine
  of_machine([&] { rows_ = open_ipc(std::make_unique<PeekableSource>(std::move(unread_))); });
}

void CheckedFile::open(bool is_kept) {
  read_schema();
  schema_ = rows_->schema();
  if (file_.endpoint.empty() || !is_kept) rows_.reset();
}

void CheckedFile::read_ahead() {
  if (file_.endpoint.empty() || has_ended_) return;
  if (!rows_ && !unread_) begin();
  bytes_->read_ahead();
}

std::optional<Batch> CheckedFile::next() {
  if (has_ended_) return std::nullopt;
  if (!rows_) read_schema();
  if (given_ == 0) read_ahead();
  std::optional<Batch> batch = of_machine([&] { return rows_->next(); });
  given_ += batch ? batch->rows : 0;
  if (!batch || given_ > file_.facts.rows) compare();
  return batch;
}

// REQUIRES that all bytes were read, or that there are too many rows.
void CheckedFile::compare() {
  if (given_ != file_.facts.rows) {
    bytes_->refuse(fmt::format("does not have {} rows", file_.facts.rows));
  }
  bytes_->compare();
  rows_.reset();
  has_ended_ = true;
}

}  // namespace penstock
