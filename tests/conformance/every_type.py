"""A column of every Arrow type, for what goes between implementations."""

import datetime
import decimal

import polars
import pyarrow as pa

ROWS = 50


def every(step):
    """Values with a null at every fifth row."""
    return [None if i % 5 == 4 else step(i) for i in range(ROWS)]


def plain_type(t):
    """The type that pscan hands on for one that our columns have no layout for."""
    if t == pa.string_view():
        return pa.string()
    if t == pa.binary_view():
        return pa.binary()
    if pa.types.is_run_end_encoded(t):
        return plain_type(t.value_type)
    if pa.types.is_decimal32(t) or pa.types.is_decimal64(t):
        return pa.decimal128(t.precision, t.scale)
    if pa.types.is_list_view(t):
        return pa.list_(plain_type(t.value_type))
    if pa.types.is_large_list_view(t):
        return pa.large_list(plain_type(t.value_type))
    if pa.types.is_list(t):
        return pa.list_(t.value_field.with_type(plain_type(t.value_type)))
    if pa.types.is_struct(t):
        return pa.struct([f.with_type(plain_type(f.type)) for f in t])
    return t


def columns():
    words = every(lambda i: f"text {i} \u00e4\u4e2d\U0001f600" * (i % 4))
    blobs = every(lambda i: bytes([i, 255, 0]) * (i % 9))
    numbers = every(lambda i: i * 3 % 100)
    lists = every(lambda i: [j if j % 3 else None for j in range(i % 6)])
    yield "null", pa.nulls(ROWS)
    yield "bool", pa.array(every(lambda i: i % 3 == 0))
    for t in (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(),
              pa.uint64(), pa.float32(), pa.float64()):
        yield str(t), pa.array(numbers, t)
    yield "int64 extremes", pa.array([-2**63, 2**63 - 1] * 25)
    yield "uint64 extremes", pa.array([0, 2**64 - 1] * 25, pa.uint64())
    yield "float64 extremes", pa.array([float("nan"), float("-inf"), 5e-324, -0.0, 1.5] * 10)
    yield "float16", pa.array(every(lambda i: i / 4)).cast(pa.float16())
    cents = every(lambda i: decimal.Decimal(i - 25).scaleb(-2))
    for make, digits in ((pa.decimal32, 9), (pa.decimal64, 18), (pa.decimal128, 38),
                         (pa.decimal256, 76)):
        yield f"{make.__name__}({digits})", pa.array(cents, make(digits, 2))
    yield "date32", pa.array(numbers, pa.int32()).cast(pa.date32())
    yield "date64", pa.array(every(lambda i: datetime.date(2000, 1, 1 + i % 28)), pa.date64())
    for unit in ("s", "ms"):
        yield f"time32[{unit}]", pa.array(numbers, pa.int32()).cast(pa.time32(unit))
    for unit in ("us", "ns"):
        yield f"time64[{unit}]", pa.array(numbers, pa.int64()).cast(pa.time64(unit))
    for unit in ("s", "ms", "us", "ns"):
        for zone in (None, "UTC", "Europe/Paris", "+02:00"):
            t = pa.timestamp(unit, zone)
            yield str(t), pa.array(numbers, pa.int64()).cast(t)
        yield f"duration[{unit}]", pa.array(numbers, pa.int64()).cast(pa.duration(unit))
    yield "month_day_nano", pa.array(every(lambda i: pa.MonthDayNano([i, -i, i * 10**9])))
    for t in (pa.string(), pa.large_string(), pa.string_view()):
        yield str(t), pa.array(words, t)
    for t in (pa.binary(), pa.large_binary(), pa.binary_view()):
        yield str(t), pa.array(blobs, t)
    yield "fixed_size_binary", pa.array(every(lambda i: bytes([i] * 7)), pa.binary(7))
    for t in (pa.list_(pa.int32()), pa.large_list(pa.int64()), pa.list_view(pa.int16()),
              pa.large_list_view(pa.int8())):
        yield str(t), pa.array(lists, t)
    yield "list view out of order", pa.ListViewArray.from_arrays(
        pa.array([(i * 7) % 40 for i in range(ROWS)], pa.int32()),
        pa.array([i % 5 for i in range(ROWS)], pa.int32()), pa.array(range(50)))
    yield "fixed_size_list", pa.array(every(lambda i: [i, None, i + 1]), pa.list_(pa.int32(), 3))
    yield "list of string_view", pa.array(every(lambda i: [f"{i}" * i] * (i % 3)),
                                          pa.list_(pa.string_view()))
    yield "struct", pa.array(every(lambda i: {"a": i, "b": {"c": f"{i}", "d": [i]}}))
    yield "struct without fields", pa.array(every(lambda i: {}), pa.struct([]))
    yield "map", pa.array(every(lambda i: [(f"k{j}", j) for j in range(i % 4)]),
                          pa.map_(pa.string(), pa.int32()))
    yield "map sorted", pa.array(every(lambda i: [(j, None) for j in range(i % 4)]),
                                 pa.map_(pa.int8(), pa.string(), keys_sorted=True))
    codes = pa.array([i % 2 for i in range(ROWS)], pa.int8())
    yield "sparse union", pa.UnionArray.from_sparse(
        codes, [pa.array(numbers), pa.array(words)], ["n", "w"])
    yield "dense union", pa.UnionArray.from_dense(
        codes, pa.array([i // 2 for i in range(ROWS)], pa.int32()),
        [pa.array(numbers), pa.array(words)], ["n", "w"], [0, 1])
    for index in (pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(),
                  pa.int64(), pa.uint64()):
        yield f"dictionary of {index}", pa.DictionaryArray.from_arrays(
            pa.array(every(lambda i: i % 3), index), pa.array(["x", "yy", None]))
    yield "dictionary of lists", pa.DictionaryArray.from_arrays(
        pa.array(every(lambda i: i % 3), pa.int32()), pa.array([[1], [], None]))
    yield "dictionary ordered", pa.DictionaryArray.from_arrays(
        pa.array([0, 1] * 25, pa.int8()), pa.array([2.5, 1.5]), ordered=True)
    yield "list of dictionaries", pa.ListArray.from_arrays(
        pa.array(range(ROWS + 1), pa.int32()),
        pa.DictionaryArray.from_arrays(pa.array([0, 1] * 25, pa.int8()), pa.array(["p", "q"])))
    for ends in (pa.int16(), pa.int32(), pa.int64()):
        yield f"run ends of {ends}", pa.RunEndEncodedArray.from_arrays(
            pa.array([3, 10, 49, 50], ends), pa.array(["a", None, "b", "c"]))
    yield "run ends of structs", pa.RunEndEncodedArray.from_arrays(
        pa.array([20, 50], pa.int32()), pa.array([{"a": [1, 2]}, {"a": None}]))


def as_text(array):
    if pa.types.is_temporal(array.type) and not pa.types.is_interval(array.type):
        # Python has no nanoseconds.
        array = array.cast(pa.int64() if array.type.bit_width == 64 else pa.int32())
    return [str(value) for value in array.to_pylist()]


def polars_frame():
    """Polars' own types."""
    return polars.DataFrame({
        "text": every(lambda i: "long enough for a view that is not inline " * (i % 3) + str(i)),
        "bytes": every(lambda i: bytes([i]) * i),
        "int": every(lambda i: i),
        "float": every(lambda i: i / 7),
        "bool": every(lambda i: i % 2 == 0),
        "date": every(lambda i: datetime.date(1970, 1, 1 + i % 28)),
        "time": every(lambda i: datetime.time(i % 24, 1, 2)),
        "stamp": every(lambda i: datetime.datetime(2020, 1, 1, i % 24)),
        "span": every(lambda i: datetime.timedelta(seconds=i)),
        "decimal": every(lambda i: decimal.Decimal(i).scaleb(-2)),
        "list": every(lambda i: [str(i)] * (i % 3)),
        "struct": every(lambda i: {"a": i, "b": "x" * i}),
        "category": polars.Series(every(lambda i: "xyz"[i % 3]), dtype=polars.Categorical),
    })
