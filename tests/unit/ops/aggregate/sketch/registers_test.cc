#include "libcore/ops/aggregate/sketch/registers.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "libcore/base/error.h"

namespace penstock {
namespace {

DistinctRegisters registers_of(uint64_t begin, uint64_t end) {
  DistinctRegisters registers;
  for (uint64_t i = begin; i < end; ++i)
    registers.add_hash(std::mt19937_64(i)());
  return registers;
}

TEST(DistinctRegisters, AreTheSamePutTogetherFromParts) {
  for (uint64_t count : {1U, 300U, 2000U, 50'000U}) {
    const DistinctRegisters whole = registers_of(0, count);
    DistinctRegisters first = registers_of(0, count / 3 + 1);
    first.merge(registers_of(count / 4, count).bytes());
    EXPECT_EQ(first.bytes(), whole.bytes()) << count;
    EXPECT_NEAR(whole.estimate(), static_cast<double>(count), 0.06 * static_cast<double>(count));
    EXPECT_GE(whole.held(), std::ssize(whole.bytes()));
  }
  EXPECT_TRUE(DistinctRegisters().is_empty());
  EXPECT_FALSE(registers_of(0, 1).is_empty());
}

TEST(DistinctRegisters, RefuseWhatIsNotTheirs) {
  for (const std::string& bytes :
       {std::string("abc"), std::string(4096, '\x7f'), std::string(size_t{4} * 513, '\0')}) {
    DistinctRegisters registers;
    EXPECT_THROW(registers.merge(bytes), Error);
  }
}

}  // namespace
}  // namespace penstock
