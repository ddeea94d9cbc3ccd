#include "libcore/flow/tasks/chunk_grants.h"

#include <algorithm>
#include <utility>

#include "libcore/base/check.h"

namespace penstock {

using Answer = ChunkAnswer::Kind;
using Request = ChunkRequest::Kind;

ChunkGrants::ChunkGrants(const ChunkedInput& input)
    : division_(input.sizes, input.chunks), chunks_(1), homes_(input.homes) {
  homes_.resize(input.sizes.size());
  for (int64_t i = division_.inputs() - 1; i >= 0; --i)
    pool_of(homes_[static_cast<size_t>(i)]).inputs.push_back(i);
  for (Pool& pool : pools_)
    pool.next = division_.first_of(pool.inputs.back());
}

ChunkGrants::Pool& ChunkGrants::pool_of(std::optional<size_t> home) {
  auto found = std::find_if(pools_.begin(), pools_.end(),
                            [&](const Pool& pool) { return pool.home == home; });
  if (found == pools_.end()) found = pools_.insert(pools_.end(), Pool{home, {}, 0});
  return *found;
}

bool ChunkGrants::is_at(int64_t input, size_t host) const {
  return homes_[static_cast<size_t>(input)].value_or(host) == host;
}

ChunkGrants::Replies ChunkGrants::take(const Attempt& from, size_t host,
                                       const ChunkRequest& request) {
  Replies replies;
  Taker& taker = takers_[{from.task, from.number}];
  if (taker.is_over) return replies;
  taker.host = host;
  const bool holds = taker.held > 0 && taker.held == request.number;
  bool is_taken = true;
  switch (request.kind) {
    case Request::kOpen:
      replies.push_back({from, opened(host)});
      break;
    case Request::kTake:
      finish(taker, replies);
      grant(from, taker, replies);
      break;
    case Request::kState:
      is_taken = holds && state_begin(request, replies);
      break;
    case Request::kFail:
      is_taken = holds;
      if (holds) failing_.emplace(request.number, false);
      settle_failures(replies);
      break;
  }
  if (!is_taken) {
    ChunkAnswer refused;
    refused.kind = Answer::kRefused;
    return {{from, refused}};
  }
  return replies;
}

ChunkAnswer ChunkGrants::opened(size_t host) const {
  ChunkAnswer opened;
  opened.kind = Answer::kOpened;
  opened.chunk.number = division_.inputs();
  while (!is_at(opened.chunk.input, host)) {
    ++opened.chunk.input;
    PENSTOCK_CHECK(opened.chunk.input < division_.inputs());
  }
  opened.size = division_.size_of(opened.chunk.input);
  return opened;
}

// Takes the first chunk that was lost and whose file this host has.
std::optional<int64_t> ChunkGrants::next_lost(size_t host) {
  for (int64_t number : lost_) {
    if (!is_at(division_.chunk(number).input, host)) continue;
    lost_.erase(number);
    return number;
  }
  return std::nullopt;
}

// Takes the first chunk that was never given and whose file this host has.
std::optional<int64_t> ChunkGrants::next_new(size_t host) {
  Pool* first = nullptr;
  for (Pool& pool : pools_) {
    if (pool.inputs.empty() || pool.home.value_or(host) != host) continue;
    if (first == nullptr || pool.next < first->next) first = &pool;
  }
  if (first == nullptr) return std::nullopt;
  const int64_t number = first->next;
  const Chunk chunk = division_.chunk(number);
  ++first->next;
  if (chunk.part == chunk.parts) {
    first->inputs.pop_back();
    if (!first->inputs.empty()) first->next = division_.first_of(first->inputs.back());
  }
  return number;
}

// Returns the first chunk that was never given; one more than there are when all were.
int64_t ChunkGrants::first_new() const {
  int64_t first = division_.count() + 1;
  for (const Pool& pool : pools_) {
    if (!pool.inputs.empty()) first = std::min(first, pool.next);
  }
  return first;
}

ChunkGrants::Each& ChunkGrants::at(int64_t number) {
  auto index = static_cast<size_t>(number);
  if (index >= chunks_.size()) chunks_.resize(index + 1);
  return chunks_[index];
}

bool ChunkGrants::is_held(int64_t number) const {
  return held_.contains(number);
}

void ChunkGrants::grant(const Attempt& to, Taker& taker, Replies& replies) {
  std::optional<int64_t> given = next_lost(taker.host);
  if (!given) given = next_new(taker.host);
  if (!given) {
    ChunkAnswer none;
    none.kind = Answer::kNone;
    replies.push_back({to, none});
    return;
  }
  const int64_t number = *given;
  Each& each = at(number);
  each.state = State::kHeld;
  each.taker = to;
  held_.insert(number);
  taker.held = number;
  taker.granted.push_back(number);
  ChunkAnswer answer;
  answer.kind = Answer::kChunk;
  answer.chunk = division_.chunk(number);
  answer.size = division_.size_of(answer.chunk.input);
  each.awaits_begin = false;
  if (answer.chunk.part > 1) {
    if (each.begin >= 0) {
      answer.begin = RecordsBegin{each.begin, true};
    } else if (is_held(number - 1)) {
      each.awaits_begin = true;
    } else {
      answer.begin = earlier_begin(number);
    }
  }
  replies.push_back({to, answer});
}

// Returns false for a beginning that cannot be.
bool ChunkGrants::state_begin(const ChunkRequest& request, Replies& replies) {
  const Chunk chunk = division_.chunk(request.number);
  if (chunk.part == chunk.parts) return false;
  if (request.offset < chunk.end || request.offset > division_.size_of(chunk.input)) return false;
  Each& next = at(request.number + 1);
  // It depends on the input alone, so that two takers of a chunk state the same.
  if (next.begin >= 0 && next.begin != request.offset) return false;
  next.begin = request.offset;
  settle_begin(request.number + 1, replies);
  return true;
}

void ChunkGrants::finish(Taker& taker, Replies& replies) {
  const int64_t number = std::exchange(taker.held, 0);
  if (number == 0) return;
  at(number).state = State::kFinished;
  held_.erase(number);
  failing_.erase(number);
  settle_begin(number + 1, replies);
  settle_failures(replies);
}

ChunkGrants::Replies ChunkGrants::end(const Attempt& taker) {
  Replies replies;
  auto found = takers_.find({taker.task, taker.number});
  if (found == takers_.end()) return replies;
  found->second.is_over = true;
  finish(found->second, replies);
  return replies;
}

ChunkGrants::Replies ChunkGrants::lose(const Attempt& lost, LostChunks which) {
  Replies replies;
  auto found = takers_.find({lost.task, lost.number});
  if (found == takers_.end()) return replies;
  Taker& taker = found->second;
  taker.is_over = true;
  const int64_t held = std::exchange(taker.held, 0);
  std::vector<int64_t> kept;
  for (int64_t number : taker.granted) {
    if (number != held && which != LostChunks::kAll) {
      kept.push_back(number);
      continue;
    }
    at(number).state = State::kLost;
    lost_.insert(number);
  }
  taker.granted = std::move(kept);
  if (held > 0) {
    held_.erase(held);
    failing_.erase(held);
    settle_begin(held + 1, replies);
    settle_failures(replies);
  }
  return replies;
}

// Sends a taker the beginning of its records if it is owed and can be said now.
void ChunkGrants::settle_begin(int64_t number, Replies& replies) {
  if (!is_held(number)) return;
  Each& each = at(number);
  if (!each.awaits_begin) return;
  ChunkAnswer answer;
  answer.kind = Answer::kBegin;
  answer.chunk.number = number;
  if (each.begin >= 0) {
    answer.begin = RecordsBegin{each.begin, true};
  } else if (!is_held(number - 1)) {
    answer.begin = earlier_begin(number);
  } else {
    return;
  }
  each.awaits_begin = false;
  replies.push_back({each.taker, answer});
}

// The first of the chunks that takers fail at is the one to report. The others wait until the flow
// is ended because of it.
void ChunkGrants::settle_failures(Replies& replies) {
  if (failing_.empty()) return;
  auto& [number, is_sent] = *failing_.begin();
  if (is_sent || *held_.begin() < number || first_new() < number) return;
  is_sent = true;
  ChunkAnswer go;
  go.kind = Answer::kGo;
  replies.push_back({at(number).taker, go});
}

// The last record before a chunk whose beginning is known.
RecordsBegin ChunkGrants::earlier_begin(int64_t number) const {
  const int64_t first = number - division_.chunk(number).part + 1;
  for (int64_t before = number - 1; before > first; --before) {
    const int64_t begin = chunks_[static_cast<size_t>(before)].begin;
    if (begin >= 0) return {begin, false};
  }
  return {};
}

std::vector<GrantedChunk> ChunkGrants::granted() const {
  std::vector<GrantedChunk> granted;
  for (size_t number = 1; number < chunks_.size(); ++number) {
    const Each& each = chunks_[number];
    if (each.state != State::kHeld && each.state != State::kFinished) continue;
    granted.push_back({static_cast<int64_t>(number), each.taker, each.state == State::kFinished});
  }
  return granted;
}

}  // namespace penstock
