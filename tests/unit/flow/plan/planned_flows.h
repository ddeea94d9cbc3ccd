// What becomes of flows: what plan_test.cc proves.
#pragma once

#include <cstdint>

namespace penstock {

struct PlannedFlow {
  int64_t workers;
  bool unordered;
  const char* flow;
  // Fragments with their workers and how they divide the input, "=>" where an edge is, which is the
  // first stage behind it.
  const char* plan;
};

inline constexpr PlannedFlow kPlannedFlows[] = {
    {1, false, "pscan t.csv | pagg -k k 'sum(v)' | psort -k k",
     "1: pscan t.csv | pagg -k k sum(v) | psort -k k"},
    {2, false, "pscan t.csv", "1: pscan t.csv"},
    {2, false, "pscan t.csv | pfilter 'id > 1'", "1: pscan t.csv | pfilter id > 1"},
    {2, false, "pscan t.csv | pfilter 'id > 1' | phead -n 3",
     "2 parts: pscan --check-all --where=id > 1 t.csv | phead -n 3 => 1: pmerge --in-turn | "
     "phead -n 3"},
    {2, false, "pscan t.csv | phead -n 3", "1: pscan t.csv | phead -n 3"},
    {2, false, "pscan t.csv | pproject 'id + 1 as n'",
     "2 parts: pscan --check-all --columns=id t.csv | pproject id + 1 as n => 1: pmerge "
     "--in-turn"},
    {2, true, "pscan t.csv | pproject 'id + 1 as n'",
     "2 chunks: pscan --check-all --columns=id t.csv | pproject id + 1 as n => 1: pmerge"},
    {2, false, "pscan t.csv | pfilter 'id > 1' | pproject 'v as w'",
     "2 parts: pscan --check-all --columns=v --where=id > 1 t.csv | pproject v as w => 1: "
     "pmerge --in-turn"},
    {2, false, "pscan -c id,v t.csv | pfilter 'id > 1' | pproject 'v as w'",
     "2 parts: pscan -c id,v t.csv | pfilter id > 1 | pproject v as w => 1: pmerge --in-turn"},
    {2, false, "pscan -w 'v > 1' t.csv | pfilter 'id > 1' | pproject 'v as w'",
     "2 parts: pscan -w v > 1 t.csv | pfilter id > 1 | pproject v as w => 1: pmerge --in-turn"},
    {2, false, "pscan --on-error skip t.csv | pfilter 'id > 1' | pagg 'count(*)'",
     "2 chunks: pscan --check-all --columns=id --where=id > 1 --on-error skip t.csv | pagg "
     "--partial count(*) => 1: pmerge | pagg --final count(*)"},
    {2, false, "pscan --check-all t.csv | pagg 'sum(v)'",
     "2 chunks: pscan --columns=v --check-all t.csv | pagg --partial sum(v) => 1: pmerge | "
     "pagg --final sum(v)"},
    {2, false, "pscan t.csv u.csv | pagg 'sum(v)'",
     "2 chunks: pscan --check-all --columns=v t.csv u.csv | pagg --partial sum(v) => 1: pmerge "
     "| pagg --final sum(v)"},
    {2, false, "pscan t.ndjson | pagg -k k 'sum(v)'",
     "2 parts: pscan --check-all --columns=k,v t.ndjson | pagg --partial -k k sum(v) => 1: "
     "pmerge --in-turn | pagg --final -k k sum(v)"},
    {2, false, "pscan array.ndjson | pagg 'count(*)'", "1: pscan array.ndjson | pagg count(*)"},
    {2, false, "pscan t.csv.gz | pagg 'count(*)'", "1: pscan t.csv.gz | pagg count(*)"},
    {2, false, "pscan - | pagg 'count(*)'", "1: pscan - | pagg count(*)"},
    {2, false, "pscan /dev/stdin | pagg 'count(*)'", "1: pscan /dev/stdin | pagg count(*)"},
    {2, false, "pscan <(pscan t.csv) | pagg 'count(*)'",
     "1: pscan <( 1: pscan t.csv ) | pagg count(*)"},
    {2, false, "pscan --partition 1/2 t.csv | pagg 'count(*)'",
     "1: pscan --partition 1/2 t.csv | pagg count(*)"},
    {2, false, "pscan --rejects out.csv t.csv | pagg 'count(*)'",
     "1: pscan --rejects out.csv t.csv | pagg count(*)"},
    {2, false, "pscan missing.csv | pagg 'count(*)'", "1: pscan missing.csv | pagg count(*)"},
    {2, false, "cat t.csv | pagg 'count(*)'", "1: cat t.csv | pagg count(*)"},
    {2, false, "pscan t.csv | sort | pagg 'count(*)'", "1: pscan t.csv | sort | pagg count(*)"},
    {2, false, "pscan t.csv | anywhere -x | pagg 'count(*)'",
     "2 chunks: pscan t.csv | anywhere -x | pagg --partial count(*) => 1: pmerge | pagg "
     "--final count(*)"},
    {2, false, "pscan t.csv | bykey | pagg 'count(*)'",
     "2 chunks: pscan t.csv => 2: pexchange --hash -k k | bykey | pagg --partial count(*) => "
     "1: pmerge | pagg --final count(*)"},
    {2, false, "pscan t.csv | pagg 'sum(v), avg(v)'",
     "2 chunks: pscan --check-all --columns=v t.csv | pagg --partial sum(v), avg(v) => 1: "
     "pmerge | pagg --final sum(v), avg(v)"},
    {2, false, "pscan t.csv | pagg -k k 'sum(v)'",
     "2 parts: pscan --check-all --columns=k,v t.csv | pagg --partial -k k sum(v) => 1: pmerge "
     "--in-turn | pagg --final -k k sum(v)"},
    {2, true, "pscan t.csv | pagg -k k 'sum(v)'",
     "2 chunks: pscan --check-all --columns=k,v t.csv | pagg --partial -k k sum(v) => 1: "
     "pmerge | pagg --final -k k sum(v)"},
    {2, false, "pscan t.csv | pagg -k k 'sum(v)' | psort -k k",
     "2 chunks: pscan --check-all --columns=k,v t.csv | pagg --partial -k k sum(v) => 1: "
     "pmerge | pagg --final -k k sum(v) | psort -k k"},
    {2, false, "pscan t.csv | pagg -k k,g 'sum(v)' | psort -k k",
     "2 parts: pscan --check-all --columns=k,g,v t.csv | pagg --partial -k k,g sum(v) => 1: "
     "pmerge --in-turn | pagg --final -k k,g sum(v) | psort -k k"},
    {2, false, "pscan t.csv | pagg -k k,g 'sum(v)' | psort -k g:desc,k",
     "2 chunks: pscan --check-all --columns=k,g,v t.csv | pagg --partial -k k,g sum(v) => 1: "
     "pmerge | pagg --final -k k,g sum(v) | psort -k g:desc,k"},
    {2, false, "pscan t.csv | pagg -k k 'sum(v) as v' | pagg 'max(v)'",
     "2 chunks: pscan --check-all --columns=k,v t.csv | pagg --partial -k k sum(v) as v => 1: "
     "pmerge | pagg --final -k k sum(v) as v | pagg max(v)"},
    {2, false, "pscan t.csv | pagg -k k,g 'sum(v) as v' | pagg -k g 'max(v)' | psort -k g",
     "2 chunks: pscan --check-all --columns=k,g,v t.csv | pagg --partial -k k,g sum(v) as v => "
     "1: pmerge | pagg --final -k k,g sum(v) as v | pagg -k g max(v) | psort -k g"},
    {2, false, "pscan t.csv | pagg -k k 'median(v)'", "1: pscan t.csv | pagg -k k median(v)"},
    {2, false, "pscan t.csv | pagg -k k 'median(v)' | psort -k k",
     "2 chunks: pscan --check-all --columns=k,v t.csv => 2: pexchange --hash -k k | pagg -k k "
     "median(v) | psort -k k => 1: pmerge -k k"},
    {2, true, "pscan t.csv | pagg -k k 'count(distinct v)'",
     "2 chunks: pscan --check-all --columns=k,v t.csv => 2: pexchange --hash -k k | pagg -k k "
     "count(distinct v) => 1: pmerge"},
    {2, false, "pscan t.csv | pagg 'median(v)'", "1: pscan t.csv | pagg median(v)"},
    {2, false, "pscan t.csv | pagg -k k 'string_agg(s, chr(44))' | psort -k k",
     "2 parts: pscan --check-all --columns=k,s t.csv | pagg --partial -k k string_agg(s, "
     "chr(44)) => 1: pmerge --in-turn | pagg --final -k k string_agg(s, chr(44)) | psort -k k"},
    {2, false, "pscan t.csv | pagg -k k 'String_Agg(s, chr(44) order by s)' | psort -k k",
     "2 chunks: pscan --check-all --columns=k,s t.csv => 2: pexchange --hash -k k | pagg -k k "
     "String_Agg(s, chr(44) order by s) | psort -k k => 1: pmerge -k k"},
    {2, false, "pscan t.csv | pagg -k k 'ARRAY_AGG(s)' | psort -k k",
     "1: pscan t.csv | pagg -k k ARRAY_AGG(s) | psort -k k"},
    {2, false, "pscan t.csv | pagg -k k 'Min_By(s, v)' | psort -k k",
     "2 parts: pscan --check-all --columns=k,v,s t.csv | pagg --partial -k k Min_By(s, v) => "
     "1: pmerge --in-turn | pagg --final -k k Min_By(s, v) | psort -k k"},
    {2, false, "pscan t.csv | pagg -k k 'any_value(s)' | psort -k k",
     "2 parts: pscan --check-all --columns=k,s t.csv | pagg --partial -k k any_value(s) => "
     "1: pmerge --in-turn | pagg --final -k k any_value(s) | psort -k k"},
    {2, true, "pscan t.csv | pagg -k k 'min_by(s, v), median(v)'",
     "1: pscan t.csv | pagg -k k min_by(s, v), median(v)"},
    {2, false, "pscan t.csv | pagg -k k --window 'sum(v)'",
     "2 chunks: pscan t.csv => 2: pexchange --hash -k k | pagg -k k --window sum(v) => 1: "
     "pmerge"},
    {2, false, "pscan t.csv | pagg -k k --window 'min_by(s, v)' | pagg 'count(*)'",
     "1: pscan t.csv | pagg -k k --window min_by(s, v) | pagg count(*)"},
    {2, false, "pscan t.csv | pagg -k k --window 'sum(v)' | pagg 'count(*)'",
     "2 chunks: pscan --check-all --columns=k,v t.csv => 2: pexchange --hash -k k | pagg -k k "
     "--window sum(v) | pagg --partial count(*) => 1: pmerge | pagg --final count(*)"},
    {2, false, "pscan t.csv | pagg --window 'rank() over (partition by K order by v)'",
     "2 chunks: pscan t.csv => 2: pexchange --hash -k k | pagg --window rank() over (partition by "
     "K "
     "order by v) => 1: pmerge"},
    {2, false,
     "pscan t.csv | pagg --window 'rank() over w window w as (partition by G, K order by v)'",
     "2 chunks: pscan t.csv => 2: pexchange --hash -k g,k | pagg --window rank() over w window w "
     "as "
     "(partition by G, K order by v) => 1: pmerge"},
    {2, false, "pscan t.csv | pagg --window 'rank() over (partition by \"K\" order by v)'",
     "1: pscan t.csv | pagg --window rank() over (partition by \"K\" order by v)"},
    {2, false, "pscan t.csv | pagg --window 'rank() over (partition by upper(s) order by v)'",
     "1: pscan t.csv | pagg --window rank() over (partition by upper(s) order by v)"},
    {2, false, "pscan t.csv | bykey | pagg --window 'rank() over (partition by k order by v)'",
     "2 chunks: pscan t.csv => 2: pexchange --hash -k k | bykey => 1: pmerge | pagg --window "
     "rank() "
     "over (partition by k order by v)"},
    {2, false, "pscan t.csv | pagg --sorted -k k 'sum(v)' | psort -k k",
     "1: pscan t.csv | pagg --sorted -k k sum(v) | psort -k k"},
    {2, false, "pagg -k k 'sum(v)' t.csv -t csv",
     "2 parts: pscan --check-all --columns=k,v t.csv | pagg --partial -k k sum(v) => 1: pmerge "
     "--in-turn | pagg --to=csv --final -k k sum(v)"},
    {2, false, "pagg -k k 'sum(v)' -f csv --types v=float64 t.csv -o out.csv",
     "2 parts: pscan --check-all --columns=k,v --from=csv --types=v=float64 t.csv | pagg "
     "--partial -k k sum(v) => 1: pmerge --in-turn | pagg --output=out.csv --final -k k sum(v)"},
    {2, false, "pscan t.csv | pagg -k k 'sum(v)' -S 16M -T here -q",
     "2 parts: pscan --check-all --columns=k,v t.csv | pagg --quiet --memory=16M "
     "--temp-dir=here --partial -k k sum(v) => 1: pmerge --in-turn | pagg --quiet --memory=16M "
     "--temp-dir=here --final -k k sum(v)"},
    {2, false, "pscan t.csv | pagg --partial -k k 'sum(v)' | pagg --final -k k 'sum(v)'",
     "1: pscan t.csv | pagg --partial -k k sum(v) | pagg --final -k k sum(v)"},
    {2, false, "pscan big.csv | pagg -k k 'sum(v)'",
     "2 parts: pscan --check-all --columns=k,v big.csv | pagg --partial -k k sum(v) => 1: "
     "pmerge --in-turn | pagg --final -k k sum(v)"},
    {2, false, "pscan big.csv | pagg -k k 'sum(v)' | psort -k sum",
     "2 chunks: pscan --check-all --columns=k,v big.csv | pagg --partial -k k sum(v) => 2: "
     "pexchange --hash -k k | pagg --final -k k sum(v) | psort -k sum => 1: pmerge -k sum"},
    {2, false, "pscan big.csv | pagg -k k 'sum(v)' -t csv",
     "2 parts: pscan --check-all --columns=k,v big.csv | pagg --partial -k k sum(v) => 1: "
     "pmerge --in-turn | pagg --to=csv --final -k k sum(v)"},
    {2, false, "pscan big.csv | pagg -k k 'median(v)'",
     "2 chunks: pscan --check-all --columns=k,v big.csv => 2: pexchange --hash -k k | pagg -k "
     "k median(v) => 1: pmerge"},
    {2, false, "pscan big.csv | pagg -k k 'array_agg(s)' | psort -k k",
     "1: pscan big.csv | pagg -k k array_agg(s) | psort -k k"},
    {2, false, "pscan big.csv | pagg -k k,g 'sum(v) as v' | pagg -k k,g 'max(v)' | psort -k k",
     "2 chunks: pscan --check-all --columns=k,g,v big.csv | pagg --partial -k k,g sum(v) as v "
     "=> 2: pexchange --hash -k k,g | pagg --final -k k,g sum(v) as v | pagg -k k,g max(v) | "
     "psort -k k => 1: pmerge -k k"},
    {2, false, "pscan big.csv | pagg -k k,g 'sum(v) as v' | pagg -k k 'max(v)' | psort -k k",
     "2 chunks: pscan --check-all --columns=k,g,v big.csv | pagg --partial -k k,g sum(v) as v "
     "=> 2: pexchange --hash -k k,g | pagg --final -k k,g sum(v) as v | pagg --partial -k k "
     "max(v) => 2: pexchange --hash -k k | pagg --final -k k max(v) | psort -k k => 1: pmerge "
     "-k k"},
    {2, false, "pscan t.csv | psort -k k", "2 parts: pscan t.csv | psort -k k => 1: pmerge -k k"},
    {2, true, "pscan t.csv | psort -k k", "2 chunks: pscan t.csv | psort -k k => 1: pmerge -k k"},
    {2, false, "psort -k v:desc:nulls-first,k t.csv",
     "2 parts: pscan t.csv | psort -k v:desc:nulls-first,k => 1: pmerge -k v:desc:nulls-first,k"},
    {2, false, "psort t.csv -f lines",
     "2 parts: pscan --from=lines t.csv | psort -k line => 1: pmerge -k line"},
    {2, false, "pscan t.csv | psort -k k -n 5 -S 16M -v",
     "2 parts: pscan t.csv | psort --verbose --memory=16M -k k -n 5 => 1: pmerge -k k | phead "
     "--verbose -n 5"},
    {2, false, "pscan t.csv | psort -k k | phead -n 2",
     "2 parts: pscan t.csv | psort -k k => 1: pmerge -k k | phead -n 2"},
    {2, false, "pscan t.csv | psort -k k -t csv",
     "2 parts: pscan t.csv | psort -k k => 1: pmerge -k k --to=csv"},
    {2, false, "pscan t.csv | pproject 'id' -t csv",
     "2 parts: pscan --check-all --columns=id t.csv | pproject id => 1: pmerge --in-turn "
     "--to=csv"},
    {2, false, "pscan t.csv | pproject 'id' -t csv | cat",
     "2 parts: pscan --check-all --columns=id t.csv => 1: pmerge --in-turn | pproject id -t "
     "csv | cat"},
    {2, false, "pscan t.csv | pproject 'id' | pprint",
     "2 parts: pscan --check-all --columns=id t.csv | pproject id => 1: pmerge --in-turn | "
     "pprint"},
    {2, false, "pmerge t.csv u.csv | pagg 'sum(v)'", "1: pmerge t.csv u.csv | pagg sum(v)"},
    {2, false, "pscan t.csv | pmerge - | pagg 'sum(v)'", "1: pscan t.csv | pmerge - | pagg sum(v)"},
    {2, false, "pscan t.csv | pjoin -k k - r.csv",
     "2 parts: pscan t.csv | pjoin -k k - r.csv => 1: pmerge --in-turn"},
    {2, false, "pscan t.csv | pjoin -k k r.csv | pagg -k name 'sum(v)' | psort -k name",
     "2 chunks: pscan --check-all --columns=k,v t.csv | pjoin -k k r.csv | pagg --partial -k "
     "name sum(v) => 1: pmerge | pagg --final -k name sum(v) | psort -k name"},
    {2, false, "pjoin -k k t.csv r.csv",
     "2 parts: pscan t.csv | pjoin --key=k - r.csv => 1: pmerge --in-turn"},
    {2, false, "pjoin -k k --types id=text t.csv r.csv",
     "1: pjoin -k k --types id=text t.csv r.csv"},
    {2, false, "pscan t.csv | pjoin --type semi -k k - r.csv | pagg 'count(*)'",
     "2 chunks: pscan --check-all --columns=k t.csv | pjoin --type semi -k k - r.csv | pagg "
     "--partial count(*) => 1: pmerge | pagg --final count(*)"},
    {2, false, "pscan t.csv | pjoin --type right -k k - r.csv",
     "1: pscan t.csv | pjoin --type right -k k - r.csv"},
    {2, false, "pscan t.csv | pjoin --type right -k k - r.csv | pagg 'count(*)'",
     "2 chunks: pscan --check-all --columns=k t.csv => 2: pexchange --hash -k k | pjoin "
     "--type=right --key=k - <( 2 chunks: pscan r.csv => 2: pexchange --hash -k k ) | pagg "
     "--partial count(*) => 1: pmerge | pagg --final count(*)"},
    {2, false, "pscan t.csv | pjoin --type full -k k - r.csv | pagg -k k 'median(v)' | psort -k k",
     "2 chunks: pscan --check-all --columns=k,v t.csv => 2: pexchange --hash -k k | pjoin "
     "--type=full --key=k - <( 2 chunks: pscan r.csv => 2: pexchange --hash -k k ) => 2: "
     "pexchange --hash -k k | pagg -k k median(v) | psort -k k => 1: pmerge -k k"},
    {2, false, "pscan t.csv | pjoin --type full --on 'l.k = r.k' - r.csv | pagg 'count(*)'",
     "2 chunks: pscan t.csv => 2: pexchange --hash -k k | pjoin --type=full --on=l.k = r.k - "
     "<( 2 chunks: pscan r.csv => 2: pexchange --hash -k k ) | pagg --partial count(*) => 1: "
     "pmerge | pagg --final count(*)"},
    {2, false, "pscan t.csv | pjoin --type full --on 'l.k < r.k' - r.csv | pagg 'count(*)'",
     "1: pscan t.csv | pjoin --type full --on l.k < r.k - r.csv | pagg count(*)"},
    {2, false, "pscan t.csv | pjoin --algorithm merge --type full -k k - r.csv | pagg 'count(*)'",
     "1: pscan t.csv | pjoin --algorithm merge --type full -k k - r.csv | pagg count(*)"},
    {2, false, "pscan t.csv | pjoin --algorithm symmetric -k k - r.csv | pproject 'id'",
     "2 chunks: pscan --check-all --columns=id,k t.csv | pjoin --algorithm symmetric -k k - "
     "r.csv | pproject id => 1: pmerge"},
    {2, false,
     "pscan t.csv | pjoin -k k - <(pscan r.csv | pfilter \"name <> 'x'\") | pagg 'count(*)'",
     "2 chunks: pscan t.csv | pjoin -k k - <( 1: pscan r.csv | pfilter name <> 'x' ) | pagg "
     "--partial count(*) => 1: pmerge | pagg --final count(*)"},
    {2, false, "pscan t.csv | pjoin -k k - - | pagg 'count(*)'",
     "error: pjoin: standard input ('-') cannot be two inputs at once"},
    {2, false, "pscan t.csv | pjoin -k id - big.csv | pagg 'count(*)'",
     "2 chunks: pscan t.csv => 2: pexchange --hash --spread=heavy-14 -k id | pjoin --key=id - "
     "<( 2 chunks: pscan big.csv => 2: pexchange --hash --spread=heavy-14 --second-input -k id "
     ") | pagg --partial count(*) => 1: pmerge | pagg --final count(*)"},
    {4, false, "pscan t.csv | pjoin -k id - big.csv | pagg 'count(*)'",
     "4 chunks: pscan t.csv => 4: pexchange --hash --spread=heavy-14 -k id | pjoin --key=id - "
     "<( 4 chunks: pscan big.csv => 4: pexchange --hash --spread=heavy-14 --second-input -k id "
     ") | pagg --partial count(*) => 1: pmerge | pagg --final count(*)"},
    {2, false, "pscan t.csv | pjoin -k id - big.csv", "1: pscan t.csv | pjoin -k id - big.csv"},
    {4, false, "pscan t.csv | pjoin --on 'l.v < r.v' - big.csv | pagg 'count(*)'",
     "4 chunks: pscan t.csv => 4: pexchange --grid 1x4 | pjoin --on=l.v < r.v - <( 4 chunks: "
     "pscan big.csv => 4: pexchange --grid 1x4 --second-input ) | pagg --partial count(*) => "
     "1: pmerge | pagg --final count(*)"},
    {6, false, "pscan big.csv | pjoin --on 'l.v < r.v' - big.csv | pagg 'count(*)'",
     "6 chunks: pscan big.csv => 6: pexchange --grid 3x2 | pjoin --on=l.v < r.v - <( 6 chunks: "
     "pscan big.csv => 6: pexchange --grid 3x2 --second-input ) | pagg --partial count(*) => "
     "1: pmerge | pagg --final count(*)"},
    {4, false, "pscan t.csv | pjoin --type left --on 'l.v < r.v' - big.csv | pagg 'count(*)'",
     "1: pscan t.csv | pjoin --type left --on l.v < r.v - big.csv | pagg count(*)"},
    {2, false, "pscan t.csv | pexchange --hash -k k | pagg -k k 'median(v)' | psort -k k",
     "2 chunks: pscan --check-all --columns=k,v t.csv => 2: pexchange --hash -k k | pagg -k k "
     "median(v) | psort -k k => 1: pmerge -k k"},
    {2, false, "pscan t.csv | pexchange --hash -k k,g | pagg -k k 'median(v)' | psort -k k",
     "2 chunks: pscan --check-all --columns=k,g,v t.csv => 2: pexchange --hash -k k,g => 2: "
     "pexchange --hash -k k | pagg -k k median(v) | psort -k k => 1: pmerge -k k"},
    {2, false, "pscan t.csv | pexchange --hash -k k | pagg -k k,g 'median(v)' | psort -k k",
     "2 chunks: pscan --check-all --columns=k,g,v t.csv => 2: pexchange --hash -k k | pagg -k "
     "k,g median(v) | psort -k k => 1: pmerge -k k"},
    {2, false,
     "pscan t.csv | pexchange --hash -k k | pproject 'k as j, g as k, v' | pagg -k k "
     "'median(v)' | psort -k k",
     "2 chunks: pscan --check-all --columns=k,g,v t.csv => 2: pexchange --hash -k k | pproject "
     "k as j, g as k, v => 2: pexchange --hash -k k | pagg -k k median(v) | psort -k k => 1: "
     "pmerge -k k"},
    {2, false,
     "pscan t.csv | pexchange --hash -k k | pfilter 'v > 1' | pagg -k k 'median(v)' | psort -k "
     "k",
     "2 chunks: pscan --check-all --columns=k,v t.csv => 2: pexchange --hash -k k | pfilter v "
     "> 1 | pagg -k k median(v) | psort -k k => 1: pmerge -k k"},
    {2, false, "pscan t.csv | pexchange --hash -k k -S 16M -q | pproject 'v'",
     "2 chunks: pscan --check-all --columns=k,v t.csv => 2: pexchange --memory=16M --quiet "
     "--hash -k k | pproject v => 1: pmerge"},
    {2, false,
     "pscan t.csv | pexchange --hash -k k | pjoin -k k - <(pscan r.csv | pexchange --hash -k "
     "k) | pagg 'count(*)'",
     "2 chunks: pscan t.csv => 2: pexchange --hash -k k | pjoin --key=k - <( 2 chunks: pscan "
     "r.csv => 2: pexchange --hash -k k ) | pagg --partial count(*) => 1: pmerge | pagg "
     "--final count(*)"},
    {2, false,
     "pscan t.csv | pjoin -k k - <(pscan r.csv | pexchange --round-robin) | pagg 'count(*)'",
     "2 chunks: pscan t.csv | pjoin -k k - <( 2 chunks: pscan r.csv => 2: pexchange "
     "--round-robin => 1: pmerge ) | pagg --partial count(*) => 1: pmerge | pagg --final "
     "count(*)"},
    {2, false,
     "pscan t.csv | pjoin --type full -k k - <(pscan r.csv | pexchange --hash -k name) | pagg "
     "'count(*)'",
     "2 chunks: pscan t.csv => 2: pexchange --hash -k k | pjoin --type=full --key=k - <( 2 "
     "chunks: pscan r.csv => 2: pexchange --hash -k name => 2: pexchange --hash -k k ) | pagg "
     "--partial count(*) => 1: pmerge | pagg --final count(*)"},
    {2, false,
     "pscan t.csv | pjoin --type full -k k - <(pscan r.csv | pexchange --range -k k) | pagg "
     "'count(*)'",
     "2 chunks: pscan t.csv => 2: pexchange --hash -k k | pjoin --type=full --key=k - <( 2 "
     "chunks: pscan r.csv => 2: pexchange --range -k k => 2: pexchange --hash -k k ) | pagg "
     "--partial count(*) => 1: pmerge | pagg --final count(*)"},
    {2, false,
     "pscan t.csv | pjoin --type cross - <(pscan r.csv | pexchange --hash -k k) | pagg 'count(*)'",
     "2 chunks: pscan t.csv | pjoin --type cross - <( 2 chunks: pscan r.csv => 2: pexchange "
     "--hash -k k => 1: pmerge ) | pagg --partial count(*) => 1: pmerge | pagg --final count(*)"},
    {2, false,
     "pscan t.csv | pjoin --on 'l.k < r.k' - <(pscan r.csv | pexchange --hash -k k) | pagg "
     "'count(*)'",
     "2 chunks: pscan t.csv | pjoin --on l.k < r.k - <( 2 chunks: pscan r.csv => 2: pexchange "
     "--hash -k k => 1: pmerge ) | pagg --partial count(*) => 1: pmerge | pagg --final count(*)"},
    {2, false, "pscan t.csv | pjoin -k k - mid.csv | pagg -k name 'count(*)' | psort -k name",
     "2 chunks: pscan --check-all --columns=k t.csv | pjoin -k k - <( 1: pscan --check-all "
     "--columns=k,name mid.csv ) | pagg --partial -k name count(*) => 1: pmerge | pagg --final "
     "-k name count(*) | psort -k name"},
    {2, false, "pscan t.csv | pfilter 'id > 1' -q | pproject 'v as w'",
     "2 parts: pscan --check-all --columns=id,v t.csv | pfilter id > 1 -q | pproject v as w => "
     "1: pmerge --in-turn"},
    {2, false, "pscan t.csv | pjoin -k id - big.csv | pagg -k id 'count(distinct g)' | psort -k id",
     "2 chunks: pscan t.csv => 2: pexchange --hash --spread=heavy-14 -k id | pjoin --key=id - "
     "<( 2 chunks: pscan big.csv => 2: pexchange --hash --spread=heavy-14 --second-input -k id "
     ") => 2: pexchange --hash -k id | pagg -k id count(distinct g) | psort -k id => 1: pmerge "
     "-k id"},
    {2, false, "pscan t.csv | pagg -k k 'sum(v) as v' | pproject 'v as k, k as g' | psort -k k",
     "2 parts: pscan --check-all --columns=k,v t.csv | pagg --partial -k k sum(v) as v => 1: "
     "pmerge --in-turn | pagg --final -k k sum(v) as v | pproject v as k, k as g | psort -k k"},
    {2, false, "pscan t.csv | pagg -k k 'sum(v) as v' | pagg 'array_agg(v)'",
     "2 parts: pscan --check-all --columns=k,v t.csv | pagg --partial -k k sum(v) as v => 1: "
     "pmerge --in-turn | pagg --final -k k sum(v) as v | pagg array_agg(v)"},
    {2, false,
     "pscan t.csv | pjoin --type full -k k - r.csv | pagg -k k 'string_agg(s, chr(44))' | psort -k "
     "k",
     "1: pscan t.csv | pjoin --type full -k k - r.csv | pagg -k k string_agg(s, chr(44)) | "
     "psort -k k"},
    {2, false, "pscan t.csv | psort -k v | pexchange --range -k v | pproject 'v'",
     "2 parts: pscan --check-all --columns=v t.csv | psort -k v => 1: pmerge -k v | pexchange "
     "--range -k v | pproject v"},
    {2, false, "pscan t.csv | pexchange --hash -k k -q -t csv",
     "2 chunks: pscan t.csv => 2: pexchange --quiet --hash -k k => 1: pmerge --to=csv"},
    {2, false, "pscan t.csv | psort -k v | pexchange --range --merge -k v -o out.arrow",
     "2 parts: pscan t.csv | psort -k v => 2: pexchange --range --merge -k v => 1: pmerge "
     "--in-turn --output=out.arrow"},
    {2, false, "pscan t.csv | pexchange --hash -k k -t csv | cat",
     "2 parts: pscan t.csv => 1: pmerge --in-turn | pexchange --hash -k k -t csv | cat"},
    {2, false, "pscan t.csv | pjoin --type full --on 'l.k = r.name' - r.csv | pagg 'count(*)'",
     "2 chunks: pscan t.csv => 2: pexchange --hash -k k | pjoin --type=full --on=l.k = r.name - "
     "<( 2 chunks: pscan r.csv => 2: pexchange --hash -k name ) | pagg --partial count(*) => 1: "
     "pmerge | pagg --final count(*)"},
    {2, false,
     "pscan t.csv | pjoin --type full -k k - <(pscan r.csv | psort -k k) | pagg 'count(*)'",
     "2 chunks: pscan t.csv => 2: pexchange --hash -k k | pjoin --type=full --key=k - <( 2 "
     "parts: pscan r.csv | psort -k k => 1: pmerge -k k => 2: pexchange --hash -k k ) | pagg "
     "--partial count(*) => 1: pmerge | pagg --final count(*)"},
    {2, true, "pscan t.csv | pagg 'string_agg(s, chr(44))'",
     "2 parts: pscan --check-all --columns=s t.csv | pagg --partial string_agg(s, chr(44)) => "
     "1: pmerge --in-turn | pagg --final string_agg(s, chr(44))"},
    {2, false,
     "pscan t.csv | pexchange --hash -k g | pjoin --type full -k k - r.csv | pagg 'count(*)'",
     "2 chunks: pscan --check-all --columns=k,g t.csv => 2: pexchange --hash -k g => 2: "
     "pexchange --hash -k k | pjoin --type=full --key=k - <( 2 chunks: pscan r.csv => 2: "
     "pexchange --hash -k k ) | pagg --partial count(*) => 1: pmerge | pagg --final count(*)"},
    {2, true, "pscan big.csv | pagg -k k 'sum(v)' -t csv | cat",
     "2 chunks: pscan --check-all --columns=k,v big.csv | pagg --partial -k k sum(v) => 1: "
     "pmerge | pagg --to=csv --final -k k sum(v) | cat"},
    {2, false, "pscan t.csv | pagg 'count(*)' > ./t.csv",
     "error: the statement reads './t.csv', which it writes"},
    {2, false, "pscan t.csv | pexchange --range -k v | psort -k v",
     "2 chunks: pscan t.csv => 2: pexchange --range -k v | psort -k v => 1: pmerge --in-turn"},
    {2, false, "pscan t.csv | psort -k v | pexchange --range --merge -k v | pagg 'count(*)'",
     "2 parts: pscan --check-all --columns=v t.csv | psort -k v => 2: pexchange --range "
     "--merge -k v | pagg --partial count(*) => 1: pmerge | pagg --final count(*)"},
    {2, false, "pscan t.csv | psort -k v | pexchange --range --merge -k k | pproject 'v'",
     "2 parts: pscan --check-all --columns=k,v t.csv | psort -k v => 1: pmerge -k v | "
     "pexchange --range --merge -k k | pproject v"},
    {2, false, "pscan t.csv | pexchange --round-robin | pproject 'v'",
     "2 chunks: pscan --check-all --columns=v t.csv => 2: pexchange --round-robin | pproject v "
     "=> 1: pmerge"},
    {2, false, "pscan t.csv | pexchange --broadcast | pproject 'v'",
     "2 parts: pscan --check-all --columns=v t.csv => 1: pmerge --in-turn | pexchange "
     "--broadcast | pproject v"},
    {2, false, "pscan t.csv | pexchange --single | pproject 'v'",
     "2 parts: pscan --check-all --columns=v t.csv => 1: pmerge --in-turn | pexchange --single "
     "| pproject v"},
    {2, false, "pscan t.csv | ppartition --hash -k k -n 2 a.csv b.csv",
     "1: pscan t.csv | ppartition --hash -k k -n 2 a.csv b.csv"},
    {2, false, "ppartition --round-robin -n 2 t.csv u.csv a.csv b.csv",
     "1: pscan t.csv u.csv | ppartition --round-robin --partitions=2 a.csv b.csv"},
    {2, false, "ppartition --by k -o '{k}.csv' --file-name f t.csv u.csv",
     "1: pscan --file-name=f t.csv u.csv | ppartition --by=k --output={k}.csv"},
    {2, false, "pscan t.csv | pfilter 'v > 1' t.csv", "1: pscan t.csv | pfilter v > 1 t.csv"},
    {2, false, "pscan t.csv | pagg -k nothere 'sum(v)'",
     "2 parts: pscan t.csv | pagg --partial -k nothere sum(v) => 1: pmerge --in-turn | pagg "
     "--final -k nothere sum(v)"},
    {2, false, "pscan t.csv | pagg 'sum(('", "error: pagg: this bracket is not closed"},
    {2, false, "pscan t.csv | pjoin -k k", "error: pjoin: an input is missing"},
    {2, false, "pscan t.csv --nope",
     "error: pscan: unknown option '--nope'; an operand that begins with '-' comes after '--'"},
};

}  // namespace penstock
