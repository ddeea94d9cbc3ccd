#include "libcore/exchange_files/copy_files.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <string_view>

#include "libcore/exchange_files/input_bytes.h"

namespace penstock {
namespace {

constexpr size_t kBlockBytes = size_t{256} << 10;
// Files whose first pieces are fetched while another is written, and those that are fetched on.
constexpr size_t kBegunFiles = 16;
constexpr size_t kFetchedFiles = 2;

}  // namespace

void copy_files(const std::vector<InputFile>& files, ByteSink& sink, const FetchOptions& fetch,
                const std::function<void(int64_t)>& on_bytes) {
  FileServers servers(fetch);
  std::deque<std::unique_ptr<InputBytes>> begun;
  std::vector<char> bytes(kBlockBytes);
  for (size_t at = 0, next = 0; at < files.size(); ++at) {
    for (; next < std::min(at + kBegunFiles, files.size()); ++next)
      begun.push_back(std::make_unique<InputBytes>(files[next], servers, kAloneAhead));
    for (size_t i = 0; i < std::min(kFetchedFiles, begun.size()); ++i)
      begun[i]->read_ahead();
    InputBytes& file = *begun.front();
    while (const int64_t got = file.read(bytes.data(), std::ssize(bytes))) {
      sink.write(std::string_view(bytes.data(), static_cast<size_t>(got)));
      if (on_bytes) on_bytes(got);
    }
    file.compare();
    begun.pop_front();
  }
}

}  // namespace penstock
