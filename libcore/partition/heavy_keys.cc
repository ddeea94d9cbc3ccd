#include "libcore/partition/heavy_keys.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/data/hash.h"
#include "libcore/partition/key_sample.h"

namespace penstock {
namespace {

constexpr const char* kHashName = "penstock.hash";
constexpr const char* kShareName = "penstock.share";

// The weights of a sample. If a stranger wrote them, they affect only how even partitions are.
const Column& weights_of(const Batch& sample) {
  bool fits = sample.columns.size() > 1 && sample.columns.back()->type->id == TypeId::kFloat64 &&
              sample.columns.back()->null_count == 0;
  if (!fits) throw Error("a sender's sample of its keys is damaged");
  return *sample.columns.back();
}

}  // namespace

HeavyKeys choose_heavy_keys(std::span<const Batch> samples, int64_t partitions) {
  PENSTOCK_CHECK(partitions > 0);
  std::unordered_map<uint64_t, double> rows;
  double all = 0;
  for (const Batch& sample : samples) {
    const auto* weights = weights_of(sample).data<double>();
    std::vector<uint64_t> hashes =
        key_hashes(std::span(sample.columns).first(sample.columns.size() - 1));
    for (size_t i = 0; i < hashes.size(); ++i) {
      rows[hashes[i]] += weights[i];
      all += weights[i];
    }
  }
  HeavyKeys heavy;
  const double least = all * kHeavyShare / static_cast<double>(partitions);
  for (const auto& [hash, weight] : rows) {
    if (!(weight > least)) continue;
    heavy.hashes.push_back(hash);
    heavy.share += weight / all;
  }
  std::sort(heavy.hashes.begin(), heavy.hashes.end());
  return heavy;
}

std::string encode_heavy_keys(const HeavyKeys& keys) {
  FixedBuilder<uint64_t> hashes;
  FixedBuilder<double> shares;
  for (uint64_t hash : keys.hashes) {
    hashes.append(hash);
    shares.append(keys.share);
  }
  Batch batch{
      make_schema({{kHashName, uint64_type(), false, {}}, {kShareName, float64_type(), false, {}}}),
      std::ssize(keys.hashes),
      {hashes.finish(uint64_type()), shares.finish(float64_type())}};
  return encode_batch_stream(batch);
}

HeavyKeys decode_heavy_keys(std::string_view bytes) {
  Batch batch = decode_batch_stream(bytes);
  bool fits = batch.columns.size() == 2 && batch.columns[0]->type->id == TypeId::kUint64 &&
              batch.columns[1]->type->id == TypeId::kFloat64 && batch.columns[0]->null_count == 0 &&
              batch.columns[1]->null_count == 0;
  if (!fits) throw Error("the list of heavy keys is damaged");
  const auto* hashes = batch.columns[0]->data<uint64_t>();
  HeavyKeys keys{{hashes, hashes + batch.rows}, 0};
  if (batch.rows != 0) keys.share = batch.columns[1]->data<double>()[0];
  std::sort(keys.hashes.begin(), keys.hashes.end());
  return keys;
}

}  // namespace penstock
