// An edge as words: the stage that it is in a shell, and the ends that its processes are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/flow/plan/plan.h"

namespace penstock {

// `pmerge` or `pexchange`, with "-" for the workers before it.
std::vector<std::string> words_of(const Edge& edge);

// Where a process is one end of an exchange.
struct EdgePlace {
  std::string folder;     // of the run
  std::string endpoint;   // where it receives
  std::string name;       // of the exchange
  int64_t worker = 1;     // its number among its own
  std::string keys = {};  // the file of its keys, for kNetwork
  int listen_fd = -1;     // a receiver's socket that listens already, for kNetwork
};

// The far end: receives from so many senders. REQUIRES a medium other than kPipe, as
// sender_words() does.
std::vector<std::string> receiver_words(const Edge& edge, const EdgePlace& place, size_t senders);

// The near end: sends to these endpoints.
std::vector<std::string> sender_words(const Edge& edge, const EdgePlace& place,
                                      const std::vector<std::string>& endpoints);

// The far end of an edge of the medium kFile: reads the files of a list, with these keys (a file)
// where other hosts serve them.
std::vector<std::string> reader_words(const Edge& edge, const std::string& list,
                                      const std::string& keys = "");

// The near end: writes so many partitions into a folder. `worker`: its number among its own.
std::vector<std::string> writer_words(const Edge& edge, const std::string& folder,
                                      int64_t partitions, int64_t worker);

}  // namespace penstock
