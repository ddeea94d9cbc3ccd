#include "libcore/flow/launch/open_channels.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/flow/stage_process.h"

namespace penstock {
namespace {

// In memory alone.
Descriptor nameless_file(const std::string& bytes) {
  Descriptor file(memfd_create("keys", MFD_CLOEXEC));
  if (file.get() < 0) throw Error::system("memory for keys", "create", errno);
  size_t written = 0;
  while (written < bytes.size()) {
    ssize_t count = write(file.get(), bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno != EINTR) throw Error::system("memory for keys", "write", errno);
    if (count > 0) written += static_cast<size_t>(count);
  }
  return file;
}

}  // namespace

OpenChannels::OpenChannels(std::span<const Channel> channels, ChannelSources sources) {
  for (const Channel& channel : channels)
    ends_.push_back(open(channel, sources));
  for (Descriptor& listener : sources.listeners)
    ours_.push_back(std::move(listener));
}

OpenChannels::Ends OpenChannels::open(const Channel& channel, const ChannelSources& sources) {
  switch (channel.kind) {
    case Channel::Kind::kNothing: {
      int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);  // NOLINT
      if (fd < 0) throw Error::system("/dev/null", "", errno);
      ours_.emplace_back(fd);
      return {fd, fd};
    }
    case Channel::Kind::kPipe: {
      Pipe pipe = make_pipe();
      Ends ends{pipe.reader.get(), pipe.writer.get()};
      ours_.push_back(std::move(pipe.reader));
      ours_.push_back(std::move(pipe.writer));
      return ends;
    }
    case Channel::Kind::kFlowInput:
      return {sources.input, -1};
    case Channel::Kind::kFlowOutput:
      return {-1, sources.output};
    case Channel::Kind::kShared: {
      int fd = sources.shared[static_cast<size_t>(channel.number)].get();
      return {fd, fd};
    }
    case Channel::Kind::kRunFolder:
      return {sources.folder, -1};
    case Channel::Kind::kChunks:
      return {-1, -1, true};
    case Channel::Kind::kListener: {
      int fd = sources.listeners[static_cast<size_t>(channel.number)].get();
      return {fd, -1};
    }
    case Channel::Kind::kSecret: {
      Descriptor file = nameless_file(sources.secrets[static_cast<size_t>(channel.number)]);
      int fd = file.get();
      ours_.push_back(std::move(file));
      return {fd, -1};
    }
  }
  PENSTOCK_CHECK(false);
}

ProcessSpec OpenChannels::spec_of(const Job& job) const {
  ProcessSpec spec;
  set_stages(spec, job.commands, job.is_tool);
  spec.in = ends_[job.in].reader;
  spec.out = ends_[job.out].writer;
  for (const InheritedChannel& each : job.inherited) {
    const Ends& ends = ends_[each.channel];
    if (ends.is_for_chunks) {
      spec.asks_for_chunks_as = each.as;
    } else {
      spec.inherited.push_back({ends.reader, each.as});
    }
  }
  return spec;
}

void OpenChannels::close() {
  ours_.clear();
}

int free_number(int from) {
  for (;; ++from) {
    int flags = fcntl(from, F_GETFD);
    if (flags < 0 || (flags & FD_CLOEXEC) != 0) return from;
  }
}

}  // namespace penstock
