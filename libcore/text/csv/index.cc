#include "libcore/text/csv/index.h"

#include <algorithm>
#include <bit>

#include "libcore/base/check.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "libcore/text/csv/index.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

#ifndef LIBCORE_TEXT_CSV_INDEX_ONCE
#define LIBCORE_TEXT_CSV_INDEX_ONCE
namespace penstock {

// The state that one block passes to the next.
struct CsvIndexState {
  uint64_t inside = 0;         // all ones when the block begins inside quotes
  uint64_t may_open = 1;       // bit 0: the byte before allows a quote to open here
  uint64_t after_closing = 0;  // bit 0: the byte before closed a quote
  uint64_t phase = 0;          // field ends of the current record seen so far
  uint64_t irregular = 0;      // any bit: a newline missing or too early
  uint64_t doubled = 0;
  int64_t newlines = 0;
  bool misquoted = false;
  bool ascii = true;
  bool has_nul = false;
  bool has_return = false;
};

// One call of the kernel: blocks of 64 bytes from `from` to `to`, the last one perhaps cut.
struct CsvIndexTask {
  const CsvShape* shape;
  const uint8_t* data;
  int64_t from;
  int64_t to;
};

// Whether every set bit of `bits`, a byte after a closing quote, is the '\r' of a line end.
inline bool all_line_ends(const uint8_t* block, uint64_t bits) {
  for (; bits != 0; bits &= bits - 1) {
    const uint8_t* byte = block + std::countr_zero(bits);
    if (byte[0] != '\r') return false;
    if (byte[1] != '\n' && (byte[1] != '\r' || byte[2] != '\n')) return false;
  }
  return true;
}

}  // namespace penstock
#endif

HWY_BEFORE_NAMESPACE();
namespace penstock {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The bytes of a block that are delimiters, newlines and quotes; a set bit a byte.
struct BlockBits {
  uint64_t delimiters = 0;
  uint64_t newlines = 0;
  uint64_t quotes = 0;
};

#if HWY_TARGET == HWY_SCALAR || HWY_HAVE_SCALABLE
// Without vectors of a known size: byte by byte.
class BlockReader {
 public:
  explicit BlockReader(const CsvShape& shape)
      : delimiter_(shape.delimiter()), quote_(shape.quote()) {}
  template <bool kQuotes>
  HWY_INLINE BlockBits read(const uint8_t* block) {
    BlockBits bits;
    for (int i = 0; i < 64; ++i) {
      any_ = static_cast<uint8_t>(any_ | block[i]);
      least_ = std::min(least_, block[i]);
      has_return_ = has_return_ || block[i] == '\r';
      bits.delimiters |= static_cast<uint64_t>(block[i] == delimiter_) << i;
      bits.newlines |= static_cast<uint64_t>(block[i] == '\n') << i;
      if constexpr (kQuotes) bits.quotes |= static_cast<uint64_t>(block[i] == quote_) << i;
    }
    return bits;
  }
  bool ascii() const { return any_ < 0x80; }
  bool has_nul() const { return least_ == 0; }
  bool has_return() const { return has_return_; }

 private:
  uint8_t delimiter_;
  uint8_t quote_;
  bool has_return_ = false;
  uint8_t any_ = 0;
  uint8_t least_ = 255;
};
#else
#if HWY_CAP_GE512
constexpr size_t kVectorBytes = 64;
#elif HWY_CAP_GE256
constexpr size_t kVectorBytes = 32;
#else
constexpr size_t kVectorBytes = 16;
#endif
using Bytes = hn::FixedTag<uint8_t, kVectorBytes>;
using BitsOfVector = hwy::UnsignedFromSize<kVectorBytes / 8>;

template <class Mask>
HWY_INLINE uint64_t bits_of(Mask mask) {
  BitsOfVector bits = 0;
  hn::StoreMaskBits(Bytes(), mask, reinterpret_cast<uint8_t*>(&bits));
  return bits;
}

// Also gathers what all bytes read have in common.
class BlockReader {
 public:
  explicit BlockReader(const CsvShape& shape)
      : delimiter_(hn::Set(Bytes(), shape.delimiter())),
        newline_(hn::Set(Bytes(), static_cast<uint8_t>('\n'))),
        quote_(hn::Set(Bytes(), shape.quote())),
        return_(hn::Set(Bytes(), static_cast<uint8_t>('\r'))),
        nearest_return_(hn::Set(Bytes(), uint8_t{255})),
        any_(hn::Zero(Bytes())),
        least_(hn::Set(Bytes(), uint8_t{255})) {}
  template <bool kQuotes>
  HWY_INLINE BlockBits read(const uint8_t* block) {
    BlockBits bits;
    for (size_t i = 0; i < 64; i += kVectorBytes) {
      const auto vector = hn::LoadU(Bytes(), block + i);
      any_ = hn::Or(any_, vector);
      least_ = hn::Min(least_, vector);
      nearest_return_ = hn::Min(nearest_return_, hn::Xor(vector, return_));
      bits.delimiters |= bits_of(hn::Eq(vector, delimiter_)) << i;
      bits.newlines |= bits_of(hn::Eq(vector, newline_)) << i;
      if constexpr (kQuotes) bits.quotes |= bits_of(hn::Eq(vector, quote_)) << i;
    }
    return bits;
  }
  bool ascii() const {
    const auto high = hn::Set(Bytes(), uint8_t{0x80});
    return hn::AllFalse(Bytes(), hn::Eq(hn::And(any_, high), high));
  }
  bool has_nul() const { return !hn::AllFalse(Bytes(), hn::Eq(least_, hn::Zero(Bytes()))); }
  bool has_return() const {
    return !hn::AllFalse(Bytes(), hn::Eq(nearest_return_, hn::Zero(Bytes())));
  }

 private:
  using Vector = hn::Vec<Bytes>;
  Vector delimiter_;
  Vector newline_;
  Vector quote_;
  Vector return_;
  Vector nearest_return_;
  Vector any_;
  Vector least_;
};
#endif

// Bit i is the exclusive or of bits 0 to i: the bytes from each opening quote up to its closing
// one.
HWY_INLINE uint64_t prefix_xor(uint64_t bits) {
#if (HWY_ARCH_X86 && HWY_TARGET <= HWY_SSE4) || HWY_TARGET == HWY_NEON
  const hn::FixedTag<uint64_t, 2> words;
  return hn::GetLane(hn::CLMulLower(hn::Set(words, bits), hn::Set(words, ~uint64_t{0})));
#else
  for (int shift = 1; shift < 64; shift *= 2)
    bits ^= bits << shift;
  return bits;
#endif
}

// The i-th set bit of `mask` stays when bit i of `choice` is set.
HWY_INLINE uint64_t deposit(uint64_t choice, uint64_t mask) {
#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX2
  return _pdep_u64(choice, mask);
#else
  uint64_t chosen = 0;
  for (; mask != 0; mask &= mask - 1, choice >>= 1) {
    chosen |= (mask & (~mask + 1)) & (~(choice & 1) + 1);
  }
  return chosen;
#endif
}

// Takes the delimiters and newlines inside of quotes out of `bits`, and notes in `s` what the
// block's quotes do: whether all of them stand where a quote may, and whether some are doubled.
HWY_INLINE void leave_out_quoted(const uint8_t* block, BlockBits& bits, CsvIndexState& s) {
  // The parity of the quotes so far says whether a byte is inside: a doubled quote closes and opens
  // again at once, and so needs no case of its own. The method is that of simdjson (Langdale and
  // Lemire, "Parsing Gigabytes of JSON per Second", 2019), section 3.1.1, where it finds strings.
  const uint64_t inside = prefix_xor(bits.quotes) ^ s.inside;
  // The last bit, spread over the word: whether the next block begins inside.
  s.inside = uint64_t{0} - (inside >> 63);
  bits.delimiters &= ~inside;
  bits.newlines &= ~inside;
  // A quote may open behind a delimiter, a newline, or a closing quote, with which it is a doubled
  // one. Behind a closing quote only these may follow.
  // Parity alone would take `a"b` for a text that opens in its middle, and shift all that follows.
  // So each quote is also held to its place.
  const uint64_t opening = bits.quotes & inside;
  const uint64_t closing = bits.quotes & ~inside;
  const uint64_t may_open = bits.delimiters | bits.newlines | closing;
  const uint64_t after_closing = (closing << 1) | s.after_closing;
  const uint64_t wrong_open = opening & ~((may_open << 1) | s.may_open);
  const uint64_t wrong_close = after_closing & ~(bits.delimiters | bits.newlines | opening);
  s.doubled |= after_closing & opening;
  s.may_open = may_open >> 63;
  s.after_closing = closing >> 63;
  if (HWY_UNLIKELY((wrong_open | wrong_close) != 0)) {
    if (wrong_open != 0 || !all_line_ends(block, wrong_close)) s.misquoted = true;
  }
}

// kQuotes: there are quotes. kNarrow: a block may hold a whole record's ends. kAtOnce: positions
// written without a test, about as many as a block has.
template <bool kQuotes, bool kNarrow, int kAtOnce>
HWY_INLINE int32_t* index_blocks(const CsvIndexTask& task, CsvIndexState& state, int32_t* out) {
  const CsvShape& shape = *task.shape;
  BlockReader reader(shape);
  const uint64_t* wanted_by_phase = shape.wanted_by_phase();
  const uint64_t* newline_by_phase = shape.newline_by_phase();
  const auto ends_per_record = static_cast<uint64_t>(shape.ends_per_record());
  const uint8_t* phase_after = shape.phase_after();
  // A copy stays in registers; `out` could point to the caller's as far as the compiler knows.
  CsvIndexState s = state;
  for (int64_t at = task.from; at < task.to; at += 64) {
    const uint8_t* block = task.data + at;
    BlockBits bits = reader.read<kQuotes>(block);
    // The last block is read whole, beyond `to`: what it finds there is not of this task.
    if (HWY_UNLIKELY(task.to - at < 64)) {
      const uint64_t valid = (uint64_t{1} << (task.to - at)) - 1;
      bits.delimiters &= valid;
      bits.newlines &= valid;
    }
    s.newlines += std::popcount(bits.newlines);
    if constexpr (kQuotes) leave_out_quoted(block, bits, s);
    const uint64_t ends = bits.delimiters | bits.newlines;
    // Newlines where the records' width wants them, against those that are there: this proves the
    // width of every record of the block.
    s.irregular |= deposit(newline_by_phase[s.phase], ends) ^ bits.newlines;
    uint64_t wanted = deposit(wanted_by_phase[s.phase], ends);
    s.phase += static_cast<uint64_t>(std::popcount(ends));
    // A table for the remainder, here, and a bit count without a branch, below, took all 16 columns
    // of lineitem.csv from 1.30 to 1.22 s of CPU time.
    if (kNarrow) {
      s.phase = phase_after[s.phase];
    } else {
      s.phase -= s.phase >= ends_per_record ? ends_per_record : 0;
    }
    // kAtOnce positions are written whatever their number, and the excess is overwritten by the
    // next block. A loop of exactly popcount rounds ends with a branch that cannot be predicted.
    int32_t* next = out + std::popcount(wanted);
    const auto base = static_cast<int32_t>(at);
    for (int i = 0; i < kAtOnce; ++i) {
      // The highest bit keeps the count defined without a branch when no bit is left.
      out[i] = base + __builtin_ctzll(wanted | (uint64_t{1} << 63));
      wanted &= wanted - 1;
    }
    for (out += kAtOnce; HWY_UNLIKELY(wanted != 0); wanted &= wanted - 1) {
      *out++ = base + std::countr_zero(wanted);
    }
    out = next;
  }
  s.ascii = s.ascii && reader.ascii();
  s.has_nul = s.has_nul || reader.has_nul();
  s.has_return = s.has_return || reader.has_return();
  state = s;
  return out;
}

template <bool kQuotes>
HWY_INLINE int32_t* index_blocks(const CsvIndexTask& task, CsvIndexState& state, int32_t* out) {
  // A block cannot hold the ends of a record as wide as this, so its phase wraps around at most
  // once and a subtraction is enough.
  if (task.shape->ends_per_record() > 64) {
    return index_blocks<kQuotes, false, 16>(task, state, out);
  }
  // With few columns wanted of many, sixteen stores a block would be mostly excess.
  const bool dense = 2 * task.shape->stride() > task.shape->ends_per_record();
  return dense ? index_blocks<kQuotes, true, 16>(task, state, out)
               : index_blocks<kQuotes, true, 4>(task, state, out);
}

int32_t* index_kernel(const CsvIndexTask& task, CsvIndexState& state, int32_t* out) {
  return task.shape->quotes() ? index_blocks<true>(task, state, out)
                              : index_blocks<false>(task, state, out);
}

}  // namespace HWY_NAMESPACE
}  // namespace penstock
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace penstock {
namespace {

HWY_EXPORT(index_kernel);

// Positions are made room for this many bytes of text at a time.
constexpr int64_t kSegmentBytes = int64_t{64} << 10;

// Whether every record ends in a delimiter before its newline.
bool all_trail(const CsvIndex& index, const uint8_t* data) {
  const int32_t* slots = index.at() + index.stride;
  for (int64_t record = 0; record < index.records; ++record, slots += index.stride) {
    int32_t newline = slots[0];
    for (int i = 0; i < 2 && data[newline - 1] == '\r'; ++i)
      --newline;
    if (slots[-1] + 1 != newline) return false;
  }
  return true;
}

}  // namespace

CsvShape::CsvShape(char delimiter, std::optional<char> quote, bool trailing_delimiter,
                   int64_t ends_per_record, std::span<const int64_t> ends)
    : delimiter_(static_cast<uint8_t>(delimiter)),
      quote_(quote),
      trailing_delimiter_(trailing_delimiter),
      ends_per_record_(ends_per_record),
      stride_(static_cast<int64_t>(ends.size())),
      ends_(ends.begin(), ends.end()),
      wanted_(static_cast<size_t>(ends_per_record)),
      newline_(static_cast<size_t>(ends_per_record)) {
  PENSTOCK_CHECK(!ends.empty() && ends.back() == ends_per_record - 1);
  PENSTOCK_CHECK(!trailing_delimiter ||
                 (ends.size() > 1 && ends[ends.size() - 2] == ends_per_record - 2));
  for (size_t i = 0; i < phase_after_.size() && ends_per_record <= 64; ++i) {
    phase_after_[i] = static_cast<uint8_t>(static_cast<int64_t>(i) % ends_per_record);
  }
  std::vector<bool> chosen(static_cast<size_t>(ends_per_record));
  for (int64_t end : ends)
    chosen[static_cast<size_t>(end)] = true;
  for (size_t phase = 0; phase < wanted_.size(); ++phase) {
    // What the 64 ends after a beginning in this phase are: the kernel picks these bits by the ends
    // that are really there (deposit).
    size_t place = phase;
    for (int bit = 0; bit < 64; ++bit) {
      if (chosen[place]) wanted_[phase] |= uint64_t{1} << bit;
      if (++place == wanted_.size()) {
        newline_[phase] |= uint64_t{1} << bit;
        place = 0;
      }
    }
  }
}

void index_csv(const CsvShape& shape, const uint8_t* data, int64_t size, CsvIndex& index) {
  PENSTOCK_CHECK(size > 0 && size < (int64_t{1} << 31) - 64 && data[size - 1] == '\n');
  constexpr auto kSlot = static_cast<int64_t>(sizeof(int32_t));
  index.positions.resize(kSlot);
  index.positions.as<int32_t>()[0] = -1;
  int64_t used = 1;
  CsvIndexState state;
  for (int64_t from = 0; from < size; from += kSegmentBytes) {
    // A multiple of 64, so that blocks do not straddle two calls of the kernel.
    int64_t to = std::min(size, from + kSegmentBytes);
    index.positions.resize(used * kSlot);
    // The kernel writes without testing for room, and every byte may be an end. Room for that in
    // the whole chunk would be four times its bytes, so it is made a segment at a time.
    index.positions.reserve((used + to - from + 64) * kSlot);
    int32_t* slots = index.positions.as<int32_t>();
    int32_t* end =
        HWY_DYNAMIC_DISPATCH(index_kernel)({&shape, data, from, to}, state, slots + used);
    used = end - slots;
    index.positions.resize(used * kSlot);
  }
  index.stride = shape.stride();
  index.sifted = false;
  index.newlines = state.newlines;
  // With phase 0 and outside of quotes the chunk ends where a record does. If any of this fails,
  // records are found one by one by a slower reader that can name the place.
  index.regular = state.irregular == 0 && state.phase == 0 && state.inside == 0;
  index.records = index.regular ? (used - 1) / index.stride : 0;
  if (index.regular && shape.trailing_delimiter()) index.regular = all_trail(index, data);
  index.misquoted = state.misquoted;
  index.doubled = state.doubled != 0;
  index.ascii = state.ascii;
  index.has_nul = state.has_nul;
  index.has_return = state.has_return;
}

}  // namespace penstock
#endif
