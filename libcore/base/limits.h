// The limits, each with its reason. Data beyond a limit is refused with an Error that names the
// limit.
#pragma once

#include <cstdint>

namespace penstock {

// Rows in a batch that our operators make: enough to pay for the fixed costs of a batch, and few
// enough for its columns to stay in a second-level cache. Batches that we read may be larger.
inline constexpr int64_t kBatchRows = 8192;

// Bytes of a batch that our operators make, approximately. A batch of rows longer than some hundred
// bytes has fewer rows; a single longer row is a batch by itself.
inline constexpr int64_t kBatchBytes = int64_t{4} << 20;

// Rows in a batch that is read: row numbers inside a batch are 32-bit.
inline constexpr int64_t kMaxBatchRows = (int64_t{1} << 31) - 1;

// Different keys in one aggregate or join: they are numbered in 31 bits.
inline constexpr int64_t kMaxGroups = (int64_t{1} << 31) - 1;

// Columns of a schema, nested ones included.
inline constexpr int64_t kMaxColumns = 65536;

// Columns that may be made of the keys found in JSON, counting nested ones. Every record has a
// value in each column, so keys that only one record has (identifiers, for instance) cost the
// square of the input.
inline constexpr int64_t kMaxFoundKeys = 4096;

// Nesting of lists and structs, in a schema, in JSON, and in an expression.
inline constexpr int kMaxNesting = 64;

// Bytes of one text record (a CSV row, a JSON line): a quote that is never closed must not pull a
// whole file into memory.
inline constexpr int64_t kMaxRecordBytes = int64_t{256} << 20;

// Bytes of a delimiter of CSV: more is a mistake, and a record is searched for it.
inline constexpr int64_t kMaxDelimiterBytes = 64;

// Text is read and handed to one parse in pieces of about this size.
inline constexpr int64_t kTextChunkBytes = int64_t{1} << 20;

// A chunk of a text that several scans read together is at most this long, apart from the rest of
// its last record, because the scan that takes it holds all of it in memory. 4 MiB are a few
// parses, and cost 2 % less time than 16 MiB; they are so much that reading on to the end of the
// last record costs little (0.1 %).
inline constexpr int64_t kLedgerChunkBytes = int64_t{4} << 20;

// An IPC message's metadata and body, as declared by a peer.
inline constexpr int64_t kMaxMessageMetadataBytes = int64_t{64} << 20;
inline constexpr int64_t kMaxMessageBodyBytes = int64_t{4} << 30;

// Pairs and bytes (of keys and values together) of one batch's metadata. Every operator that
// streams hands them on with the batch, and an exchange sends them to every receiver.
inline constexpr int64_t kMaxBatchMetadataPairs = 1024;
inline constexpr int64_t kMaxBatchMetadataBytes = int64_t{1} << 20;

// Bytes of an expression as typed.
inline constexpr int64_t kMaxExpressionBytes = int64_t{1} << 20;

// Bytes of a flow, its stages, and the workers of a fragment, each of which is several processes.
inline constexpr int64_t kMaxFlowBytes = int64_t{1} << 20;
inline constexpr int64_t kMaxFlowStages = 1000;
inline constexpr int64_t kMaxWorkers = 1024;

// Capacity to which we raise our pipes, in bytes: a pipe moves 1 GB/s at the default of 64 KiB, and
// 2.5 GB/s at 1 MiB.
inline constexpr int kPipeBytes = 1 << 20;

// Buffers are aligned for the widest vectors and may be read (not written) this far past their end.
inline constexpr int64_t kBufferAlignment = 64;
inline constexpr int64_t kBufferPadding = 64;

}  // namespace penstock
