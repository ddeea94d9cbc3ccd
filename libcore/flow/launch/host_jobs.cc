#include "libcore/flow/launch/host_jobs.h"

#include <algorithm>
#include <cstdint>
#include <map>

namespace penstock {
namespace {

// Numbers the channels of one host in the order in which its jobs name them.
class ChannelNumbers {
 public:
  ChannelNumbers(HostJobs& host, const std::vector<Channel>& channels,
                 const std::vector<std::string>& secrets)
      : host_(host), channels_(channels), secrets_(secrets) {}

  size_t of(size_t channel) {
    auto [place, is_new] = numbers_.try_emplace(channel, host_.channels.size());
    if (is_new) add(channels_[channel]);
    return place->second;
  }

 private:
  void add(Channel channel) {
    if (channel.kind == Channel::Kind::kSecret) {
      host_.secrets.push_back(secrets_[static_cast<size_t>(channel.number)]);
      channel.number = static_cast<int64_t>(host_.secrets.size()) - 1;
    }
    host_.channels.push_back(channel);
  }

  HostJobs& host_;
  const std::vector<Channel>& channels_;
  const std::vector<std::string>& secrets_;
  std::map<size_t, size_t> numbers_;
};

}  // namespace

size_t HostJobs::count() const {
  return static_cast<size_t>(
      std::count_if(jobs.begin(), jobs.end(), [](const auto& job) { return job.has_value(); }));
}

std::vector<HostJobs> divide_jobs(const std::vector<Job>& jobs,
                                  const std::vector<Channel>& channels,
                                  const std::vector<std::string>& secrets, size_t hosts) {
  std::vector<HostJobs> divided(hosts);
  for (size_t number = 0; number < hosts; ++number) {
    HostJobs& host = divided[number];
    host.jobs.resize(jobs.size());
    ChannelNumbers numbers(host, channels, secrets);
    for (size_t task = 0; task < jobs.size(); ++task) {
      if (jobs[task].host != number) continue;
      Job job = jobs[task];
      job.in = numbers.of(job.in);
      job.out = numbers.of(job.out);
      for (InheritedChannel& each : job.inherited)
        each.channel = numbers.of(each.channel);
      host.jobs[task] = std::move(job);
    }
  }
  return divided;
}

}  // namespace penstock
