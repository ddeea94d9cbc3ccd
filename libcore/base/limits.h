// The limits, each with its reason. What lies past one is an Error that names the limit.
#pragma once

#include <cstdint>

namespace penstock {

// Rows in a batch that our operators make: enough to pay for a batch's fixed costs, few enough for
// its columns to stay in a second-level cache. Batches that we read may be larger.
inline constexpr int64_t kBatchRows = 8192;

// Bytes of a batch that our operators make, about, unless one row takes more: what is longer than
// some hundred bytes comes in fewer rows.
inline constexpr int64_t kBatchBytes = int64_t{4} << 20;

// Rows in a batch that is read: row numbers inside a batch are 32-bit.
inline constexpr int64_t kMaxBatchRows = (int64_t{1} << 31) - 1;

// Different keys in one aggregate or join: they are numbered in 31 bits.
inline constexpr int64_t kMaxGroups = (int64_t{1} << 31) - 1;

// Columns of a schema, nested ones included.
inline constexpr int64_t kMaxColumns = 65536;

// Columns that are made of keys found in JSON, nested ones included: each record has a value of
// each, so that keys which only one record has, identifiers for instance, cost the square of the
// input.
inline constexpr int64_t kMaxFoundKeys = 4096;

// Nesting of lists and structs, in a schema, in JSON, and in an expression.
inline constexpr int kMaxNesting = 64;

// Bytes of one text record (a CSV row, a JSON line): a quote that nobody closes must not
// pull a whole file into memory.
inline constexpr int64_t kMaxRecordBytes = int64_t{256} << 20;

// Text is read and handed to one parse in pieces of about this size.
inline constexpr int64_t kTextChunkBytes = int64_t{1} << 20;

// A chunk of a text that several scans read together is held whole by the one that has it, and is
// no longer than this but for its last record: a few parses' worth (one at a time costs 2 % less
// than with 16 MiB), and so much that to read on to the end of its last record is nothing (0.1 %).
inline constexpr int64_t kLedgerChunkBytes = int64_t{4} << 20;

// An IPC message's metadata and body, as declared by a peer.
inline constexpr int64_t kMaxMessageMetadataBytes = int64_t{64} << 20;
inline constexpr int64_t kMaxMessageBodyBytes = int64_t{4} << 30;

// Bytes of an expression as typed.
inline constexpr int64_t kMaxExpressionBytes = int64_t{1} << 20;

// Bytes of a flow, its stages, and the workers of a fragment: each worker is some processes.
inline constexpr int64_t kMaxFlowBytes = int64_t{1} << 20;
inline constexpr int64_t kMaxFlowStages = 1000;
inline constexpr int64_t kMaxWorkers = 1024;

// What a pipe of ours is raised to: at the default 64 KiB a pipe moves 1 GB/s, at 1 MiB 2.5.
inline constexpr int kPipeBytes = 1 << 20;

// Buffers are aligned for the widest vectors and may be read (not written) this far past their end.
inline constexpr int64_t kBufferAlignment = 64;
inline constexpr int64_t kBufferPadding = 64;

}  // namespace penstock
