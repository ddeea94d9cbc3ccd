#include <gtest/gtest.h>

#include <string>

#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

TEST(DatetimeFunctions, ExtractFromDates) {
  auto field = [](const std::string& name, const std::string& date) {
    return eval("extract(" + name + " from date '" + date + "')");
  };
  EXPECT_EQ(typed("extract(year from date '1998-12-01')"), "int64: 1998");
  EXPECT_EQ(field("month", "1998-12-01"), "12");
  EXPECT_EQ(field("day", "1998-12-31"), "31");
  EXPECT_EQ(field("quarter", "1998-10-01"), "4");
  EXPECT_EQ(field("dow", "2024-09-01"), "0");  // a Sunday
  EXPECT_EQ(field("isodow", "2024-09-01"), "7");
  EXPECT_EQ(field("doy", "2024-12-31"), "366");
  EXPECT_EQ(field("week", "2021-01-03"), "53");
  EXPECT_EQ(field("isoyear", "2021-01-03"), "2020");
  EXPECT_EQ(field("decade", "1998-12-01"), "199");
  EXPECT_EQ(field("century", "2000-12-01"), "20");
  EXPECT_EQ(field("century", "2001-01-01"), "21");
  EXPECT_EQ(field("millennium", "2001-01-01"), "3");
  EXPECT_EQ(field("epoch", "1970-01-02"), "86400");
  EXPECT_EQ(field("julian", "2000-01-01"), "2451545");
  EXPECT_EQ(field("hour", "2000-01-01"), "error: date32 has no hour");
  EXPECT_EQ(eval("date_part('year', date '1969-12-31')"), "1969");
  EXPECT_EQ(eval("extract(fortnight from date '1969-12-31')").substr(0, 42),
            "error: unknown field 'fortnight' of a time");
}

TEST(DatetimeFunctions, ExtractFromTimestamps) {
  std::string at = " from timestamp '1969-12-31 23:59:58.250')";
  EXPECT_EQ(eval("extract(year" + at), "1969");
  EXPECT_EQ(eval("extract(hour" + at), "23");
  EXPECT_EQ(eval("extract(minute" + at), "59");
  EXPECT_EQ(typed("extract(second" + at), "float64: 58.25");
  EXPECT_EQ(eval("extract(milliseconds" + at), "58250");
  EXPECT_EQ(eval("extract(microseconds" + at), "58250000");
  EXPECT_EQ(eval("extract(epoch" + at), "-1.75");
  EXPECT_EQ(eval("extract(hour from time '10:20:30')"), "10");
  EXPECT_EQ(eval("extract(day from time '10:20:30')"), "error: time64[us] has no day");
  EXPECT_EQ(eval("extract(month from interval '1 year 2 months')"), "2");
}

TEST(DatetimeFunctions, Truncate) {
  EXPECT_EQ(typed("date_trunc('month', date '1998-12-31')"), "date32: 1998-12-01");
  EXPECT_EQ(eval("date_trunc('year', date '1998-12-31')"), "1998-01-01");
  EXPECT_EQ(eval("date_trunc('quarter', date '1998-12-31')"), "1998-10-01");
  EXPECT_EQ(eval("date_trunc('week', date '2024-09-01')"), "2024-08-26");
  EXPECT_EQ(eval("date_trunc('century', date '2000-09-01')"), "1901-01-01");
  EXPECT_EQ(typed("date_trunc('hour', timestamp '1969-12-31 23:59:58')"),
            "timestamp[us]: 1969-12-31T23:00:00");
  EXPECT_EQ(eval("date_trunc('day', timestamptz '2024-07-01T01:30:00+02:00')"),
            "2024-06-30T00:00:00Z");
}

// Nanoseconds reach from 1677 to 2262: a millennium and some centuries begin before that.
TEST(DatetimeFunctions, TruncatedTimesThatTheTypeCannotHoldAreErrors) {
  const std::string too_far =
      "error: the first moment of this span is out of the type's range; cast to a coarser unit";
  Batch times = make_batch({{"t", "timestamp[ns]", {"1999-05-05 10:00:00"}},
                            {"early", "timestamp[ns]", {"1677-09-21 00:12:44"}},
                            {"d", "date", {"1999-05-05"}}});
  EXPECT_EQ(eval("date_trunc('millennium', t)", times), too_far);
  EXPECT_EQ(eval("date_trunc('century', t)", times), "1901-01-01T00:00:00");
  EXPECT_EQ(eval("date_trunc('century', early)", times), too_far);
  EXPECT_EQ(eval("date_trunc('day', early)", times), too_far);
  EXPECT_EQ(eval("date_trunc('hour', early)", times), too_far);
  EXPECT_EQ(eval("date_trunc('minute', early)", times), too_far);
  EXPECT_EQ(eval("date_trunc('second', early)", times), "1677-09-21T00:12:44");
  EXPECT_EQ(eval("date_trunc('millennium', d)", times), "1001-01-01");
  // What is not chosen is not computed.
  EXPECT_EQ(eval("case when false then date_trunc('millennium', t) else t end", times),
            "1999-05-05T10:00:00");
}

// The last instant of nanoseconds is 2262-04-11 23:47:16.85 in UTC: two hours later, its clock
// would show a time that has no number.
TEST(DatetimeFunctions, ClocksOfZonesAtTheEndsOfTheRange) {
  const std::string out =
      "error: a clock of this zone shows a time that is out of the type's range; cast to a coarser "
      "unit";
  Batch ends = make_batch({{"last", "timestamp[ns]", {"2262-04-11 23:47:16"}},
                           {"first", "timestamp[ns]", {"1677-09-21 00:12:44"}},
                           {"zoned", "timestamp[ns, +02:00]", {"2262-04-11T23:47:16Z"}}});
  EXPECT_EQ(eval("extract(year from zoned)", ends), out);
  EXPECT_EQ(eval("date_trunc('hour', zoned)", ends), out);
  EXPECT_EQ(eval("last at time zone '-02:00'", ends), out);
  EXPECT_EQ(eval("first at time zone '+02:00'", ends), out);
  EXPECT_EQ(eval("first at time zone '-02:00'", ends), "1677-09-21T00:12:44-02:00");
  EXPECT_EQ(eval("zoned at time zone 'UTC'", ends), "2262-04-11T23:47:16");
  EXPECT_EQ(eval("zoned + interval '1 day'", ends).substr(0, 6), "error:");
  EXPECT_EQ(eval("extract(hour from first)", ends), "0");
  EXPECT_EQ(eval("extract(epoch from zoned)", ends), "9223372036");
}

TEST(DatetimeFunctions, Make) {
  EXPECT_EQ(typed("make_date(2024, 2, 29)"), "date32: 2024-02-29");
  EXPECT_EQ(eval("make_date(2023, 2, 29)"), "error: there is no date 2023-2-29");
  EXPECT_EQ(eval("make_timestamp(2024, 2, 29, 1, 2, 3.5)"), "2024-02-29T01:02:03.5");
  EXPECT_EQ(typed("to_timestamp(0.5)"), "timestamp[us, UTC]: 1970-01-01T00:00:00.5Z");
  EXPECT_EQ(eval("to_timestamp(1e300)"), "error: the timestamp is out of range");
  EXPECT_EQ(eval("now()").substr(0, 26), "error: now is not known: i");
  EXPECT_EQ(eval("date(timestamp '2024-01-02 03:04:05')"), "2024-01-02");
}

TEST(DatetimeFunctions, TimeZones) {
  EXPECT_EQ(typed("timestamp '2024-07-01 12:00:00' at time zone 'UTC'"),
            "timestamp[us, UTC]: 2024-07-01T12:00:00Z");
  EXPECT_EQ(eval("timestamp '2024-07-01 12:00:00' at time zone '+02:00'"),
            "2024-07-01T12:00:00+02:00");
  EXPECT_EQ(typed("timestamptz '2024-07-01T12:00:00Z' at time zone '+02:00'"),
            "timestamp[us]: 2024-07-01T14:00:00");
  // Clocks skipped this one, and showed that one twice.
  EXPECT_EQ(eval("timestamp '2024-03-10 02:30:00' at time zone 'US/Pacific'"),
            "2024-03-10T03:30:00-07:00");
  EXPECT_EQ(eval("timestamp '2024-11-03 01:30:00' at time zone 'US/Pacific'"),
            "2024-11-03T01:30:00-08:00");
  EXPECT_EQ(typed("extract(julian from timestamp '2024-01-01 06:00:00')"), "float64: 2460311.25");
  EXPECT_EQ(eval("timestamp '2024-07-01 12:00:00' at time zone 'Nowhere'").substr(0, 6), "error:");
}

TEST(TimeArithmetic, Dates) {
  EXPECT_EQ(typed("date '1998-12-01' - interval '90' day"), "date32: 1998-09-02");
  EXPECT_EQ(typed("date '2024-01-31' + interval '1 month'"), "date32: 2024-02-29");
  EXPECT_EQ(typed("date '2024-01-31' + 1"), "date32: 2024-02-01");
  EXPECT_EQ(typed("1 + date '2024-01-31'"), "date32: 2024-02-01");
  EXPECT_EQ(typed("date '2024-01-31' - 31"), "date32: 2023-12-31");
  EXPECT_EQ(typed("date '2024-03-01' - date '2024-02-01'"), "int64: 29");
  EXPECT_EQ(typed("date '2024-03-01' - '2024-02-01'"), "int64: 29");
  EXPECT_EQ(typed("date '2024-03-01' + '1 day'"), "date32: 2024-03-02");
  EXPECT_EQ(typed("date '2024-03-01' + interval '1 hour'"), "timestamp[us]: 2024-03-01T01:00:00");
  EXPECT_EQ(eval("date '2024-03-01' + 3000000000"), "error: the date is out of range");
  EXPECT_EQ(eval("date '2024-03-01' * 2"), "error: there is no date32 * int64");
}

TEST(TimeArithmetic, TimestampsAndIntervals) {
  EXPECT_EQ(eval("timestamp '2024-03-31 10:00:00' - interval '1 month'"), "2024-02-29T10:00:00");
  EXPECT_EQ(eval("timestamp '1969-01-31 10:00:00' + interval '1 month 1 day 1 hour'"),
            "1969-03-01T11:00:00");
  EXPECT_EQ(eval("(timestamp '2024-03-02 01:00:00' - timestamp '2024-03-01 02:00:00')::text"),
            "'23:00:00'");
  EXPECT_EQ(eval("(interval '1 day' * 3 + interval '2 hours')::text"), "'3 days 02:00:00'");
  EXPECT_EQ(eval("(interval '1 year' - interval '14 months')::text"), "'-2 mons'");
  EXPECT_EQ(eval("timestamp '2024-03-01 02:00:00' - timestamptz '2024-03-01T02:00:00Z'"),
            "error: cannot subtract timestamp[us] and timestamp[us, UTC]; name the time zone of "
            "the one without a zone, as in x at time zone 'UTC'");
}

TEST(TimeArithmetic, IntervalLiterals) {
  EXPECT_EQ(eval("interval '1 year 2 months 3 days 04:05:06.5'::text"),
            "'1 year 2 mons 3 days 04:05:06.5'");
  EXPECT_EQ(eval("interval '1.5 hours'::text"), "'01:30:00'");
  EXPECT_EQ(eval("interval '90' minute::text"), "'01:30:00'");
  EXPECT_EQ(eval("interval '2 weeks ago'::text"), "'-14 days'");
  EXPECT_EQ(eval("interval '1.5 months'::text"), "'1 mon 15 days'");
  EXPECT_EQ(eval("interval '-1 mon 1 day -2:00'::text"), "'-1 mons +1 day -02:00:00'");
  EXPECT_EQ(eval("interval '1.000000001 s'::text"), "'00:00:01.000000001'");
  // Numbers as PostgreSQL cuts them.
  EXPECT_EQ(eval("interval '.5.25 hours'::text"), "'12:15:00'");
  EXPECT_EQ(eval("interval '.8216. h'::text"), "'19:43:06.24'");
  EXPECT_EQ(eval("interval '.d'::text"), "'00:00:00'");
  EXPECT_EQ(eval("interval '8--0'::text"), "'8 years'");
  EXPECT_EQ(eval("interval '-7:-0:37'::text"), "'-07:00:37'");
  EXPECT_NE(error_of("interval '8--1'", Batch{make_schema({}), 1, {}}).find("not a valid interval"),
            std::string::npos);
  // PostgreSQL 15 loses the fraction here, and twelve hours there.
  EXPECT_EQ(eval("interval 'PT040506.789'::text"), "'04:05:06.789'");
  EXPECT_EQ(eval("interval '1:00 1.5 days'::text"), "'1 day 13:00:00'");
  EXPECT_EQ(eval("interval '1.23456' second(2)::text"), "'00:00:01.23'");
  EXPECT_EQ(eval("interval '14 months 3 days' year::text"), "'1 year'");
  EXPECT_EQ(eval("interval '1:30' minute to second::text"), "'00:01:30'");
  EXPECT_EQ(eval("interval '2562047 hours'::text"), "'2562047:00:00'");
  for (const char* wrong : {"", "1 2", "1 quarter", "2562048 hours", "2147483648 days", "1day2h"}) {
    std::string text = wrong;
    EXPECT_EQ(eval("interval '" + text + "'"), "error: '" + text +
                                                   "' is not a valid interval, as '1 year 2 "
                                                   "months' or '90 days'");
  }
  EXPECT_EQ(eval("interval 'soon'").substr(0, 32), "error: 'soon' is not a valid int");
}

}  // namespace
}  // namespace penstock
