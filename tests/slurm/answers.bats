# bats file_tags=slow
# The same answers on four nodes of Slurm: TPC-H's queries, and random flows.
load lab.bash
load ../answers.bash

# A job for all flows of a test, as if they stood in its script.
begin_job() {
  salloc --quiet --no-shell --nodes=4 --exclusive
  SLURM_JOB_ID=$(squeue --noheader --format=%i)
  export SLURM_JOB_ID SLURM_JOB_NODELIST='n[1-4]' SLURM_JOB_CPUS_PER_NODE='2(x4)'
  wrap --slurm
}

end_job() {
  scancel "$SLURM_JOB_ID"
  eventually all_is_clean
}

# Also of a test that has failed: the nodes are all that the other tests have.
teardown() {
  [ -z "${SLURM_JOB_ID-}" ] || scancel "$SLURM_JOB_ID"
}

@test "TPC-H's 22 queries give the known answers" {
  begin_job
  tpch_answers
  end_job
}

@test "random flows give what the shell gives" {
  begin_job
  random_answers 200
  end_job
}
