// Chunks that the manager of a flow grants to a scan, which asks for them over a socket that it
// inherits. CHUNKS.md describes the messages.
#pragma once

#include <cstdint>
#include <optional>

#include "libcore/os/chunks/messages.h"
#include "libcore/os/chunks/source.h"
#include "libcore/os/descriptor.h"

namespace penstock {

class GrantedChunks final : public ChunkSource {
 public:
  // `manager` is a socket of kind SOCK_SEQPACKET. Throws Error when the manager does not answer, or
  // has another number of inputs.
  GrantedChunks(Descriptor manager, int64_t inputs);

  int64_t first_input() const override { return first_input_; }
  int64_t size_of(int64_t input) const override;
  RecordsBegin begin_of_records() override;
  std::optional<int64_t> known_begin_of_records() override;
  void tell_next(int64_t offset) override;
  void give_way() noexcept override;

 protected:
  std::optional<Chunk> get_after(const Chunk& ended) override;

 private:
  void send(const ChunkRequest& request);
  // Waits for the next answer; empty when `is_waiting` is false and none is there.
  std::optional<ChunkAnswer> receive(bool is_waiting);
  // Waits for an answer of one of two kinds.
  ChunkAnswer await(ChunkAnswer::Kind kind, ChunkAnswer::Kind other);
  void note(const ChunkAnswer& answer);

  Descriptor manager_;
  int64_t first_input_ = 0;
  int64_t first_size_ = 0;
  ChunkAnswer granted_;  // the last one, with what was learned since
};

}  // namespace penstock
