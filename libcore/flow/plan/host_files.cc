#include "libcore/flow/plan/host_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

// What is asked for at once where a file is read in sequence.
constexpr int64_t kReadAheadBytes = int64_t{256} << 10;

class HostSource : public ByteSource {
 public:
  HostSource(HostFiles& files, size_t host, PlannedFile file, std::string name)
      : files_(files), host_(host), file_(std::move(file)), name_(std::move(name)) {}

  int64_t read(void* out, int64_t size) override {
    if (at_ >= file_.size) return 0;
    if (at_ >= begin_ + std::ssize(ahead_)) {
      begin_ = at_;
      ahead_ = bytes(at_, std::min(kReadAheadBytes, file_.size - at_));
    }
    const int64_t count = std::min(size, begin_ + std::ssize(ahead_) - at_);
    std::memcpy(out, ahead_.data() + (at_ - begin_), static_cast<size_t>(count));
    at_ += count;
    return count;
  }

  const std::string& name() const override { return name_; }

  // As with a file here, one without bytes is not one that can be sought.
  std::optional<int64_t> size() const override {
    return file_.size == 0 ? std::nullopt : std::optional(file_.size);
  }

  int64_t read_at(int64_t offset, void* out, int64_t size) const override {
    size = std::min(size, file_.size - offset);
    if (size <= 0) return 0;
    std::string got = bytes(offset, size);
    std::memcpy(out, got.data(), got.size());
    return size;
  }

 private:
  std::string bytes(int64_t offset, int64_t size) const {
    std::string got = files_.read(host_, file_.path, offset, size);
    if (std::ssize(got) < size) {
      throw Error(name_ +
                  ": the file became shorter while it was looked at; run the flow again "
                  "when nobody writes to it, or on a copy");
    }
    return got;
  }

  HostFiles& files_;
  size_t host_;
  PlannedFile file_;
  std::string name_;
  std::string ahead_;
  int64_t begin_ = 0;  // of `ahead_`
  int64_t at_ = 0;
};

// What stands before the first colon of a text that can only be meant as HOST:PATH; empty for all
// other texts.
std::string_view unknown_host(std::string_view operand) {
  std::string_view host = operand.substr(0, operand.find(':'));
  if (host.empty() || host.size() == operand.size()) return {};
  auto may_stand = [](char c) { return is_name_byte(c) || c == '.' || c == '-' || c == '@'; };
  if (!std::all_of(host.begin(), host.end(), may_stand)) return {};
  struct stat status {};
  return stat(std::string(operand).c_str(), &status) == 0 ? std::string_view() : host;
}

[[noreturn]] void refuse_host(const std::string& operand, std::string_view host, bool has_hosts) {
  throw Error::usage(fmt::format(
      "'{}': {}; a file of that name on this host is ./{}", printable(operand),
      has_hosts ? fmt::format("'{}' is not one of the hosts of --hosts", printable(host))
                : fmt::format("a file of the host '{}' needs --hosts", printable(host)),
      printable(operand)));
}

}  // namespace

StagePtr place_inputs(StagePtr stage, HostFiles* files, const std::vector<std::string>& outputs) {
  std::vector<StageInput> placed;
  bool is_changed = false;
  bool is_pattern = false;
  for (const StageInput& input : stage->inputs()) {
    placed.push_back(input);
    if (input.pipeline >= 0 || input.is_standard_input()) continue;
    std::optional<HostPath> there = files == nullptr ? std::nullopt : files->split(input.file);
    if (!there) {
      std::string_view host = unknown_host(input.file);
      bool is_written = std::find(outputs.begin(), outputs.end(), input.file) != outputs.end();
      if (!host.empty() && !is_written) refuse_host(input.file, host, files != nullptr);
      continue;
    }
    is_changed = true;
    std::vector<std::string> paths = files->find(there->host, there->path);
    placed.pop_back();
    if (paths.size() == 1) {
      placed.push_back({input.file, -1, there->host, paths[0]});
      continue;
    }
    is_pattern = true;
    // As it is written, up to the path.
    const std::string prefix = input.file.substr(0, input.file.size() - there->path.size());
    for (const std::string& path : paths)
      placed.push_back({prefix + path, -1, there->host, path});
  }
  if (!is_changed) return stage;
  const int most = stage->kind().max_inputs;
  if (is_pattern && most >= 0 && std::ssize(placed) > most) {
    throw Error::usage(fmt::format("the pattern stands for {} files, and there can be {} input{}",
                                   placed.size(), most, most == 1 ? "" : "s"));
  }
  std::unique_ptr<Stage> changed = stage->clone();
  if (is_pattern) {
    changed->set_all_inputs(std::move(placed));
    return changed;
  }
  for (size_t i = 0; i < placed.size(); ++i) {
    if (placed[i].host) changed->place_input(i, *placed[i].host, placed[i].path_there);
  }
  return changed;
}

bool has_host_files(const Stage& stage) {
  return std::any_of(stage.inputs().begin(), stage.inputs().end(),
                     [](const StageInput& input) { return input.host.has_value(); });
}

ByteSourcePtr open_input(const StageInput& input, HostFiles* files) {
  if (!input.host) return open_source(input.file);
  return std::make_unique<HostSource>(*files, *input.host,
                                      files->look(*input.host, input.path_there), input.file);
}

}  // namespace penstock
