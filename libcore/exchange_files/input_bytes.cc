#include "libcore/exchange_files/input_bytes.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "libcore/base/error.h"

namespace penstock {

std::string name_of(const InputFile& file) {
  return file.endpoint.empty() ? file.path : fmt::format("{}: {}", file.endpoint, file.path);
}

InputBytes::InputBytes(const InputFile& file, FileServers& servers, ReadAhead ahead)
    : file_(file), complaint_(name_of(file) + ": is damaged") {
  if (file.endpoint.empty()) {
    open_local();
    return;
  }
  auto remote = std::make_unique<RemoteFile>(servers.at(file.endpoint), file, ahead);
  remote_ = remote.get();
  below_ = std::move(remote);
}

void InputBytes::open_local() {
  struct stat status {};
  if (stat(file_.path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) throw Error::of_machine(file_.path + ": is gone");
    throw Error::of_machine(Error::system(file_.path, "", errno).message());
  }
  if (!S_ISREG(status.st_mode)) refuse("is not a file");
  if (status.st_size != file_.facts.bytes) {
    refuse(fmt::format("has {} bytes, not {}", status.st_size, file_.facts.bytes));
  }
  try {
    below_ = open_source(file_.path);
  } catch (const Error& error) {
    throw Error::of_machine(error.message());
  }
}

void InputBytes::await_first() {
  if (remote_ != nullptr) remote_->await_first();
}

void InputBytes::read_ahead() {
  if (remote_ != nullptr) remote_->read_ahead();
}

int64_t InputBytes::read(void* out, int64_t size) {
  const int64_t got = below_->read(out, size);
  checksum_.add(out, got);
  bytes_ += got;
  return got;
}

void InputBytes::compare() const {
  if (bytes_ == file_.facts.bytes && checksum_.value() == file_.facts.checksum) return;
  refuse("its checksum is not that of its writer");
}

void InputBytes::refuse(const std::string& what) const {
  throw Error::of_machine(fmt::format("{}: {}", complaint_, what));
}

}  // namespace penstock
