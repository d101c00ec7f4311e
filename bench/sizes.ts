/** Flow runs that the dashboards look through: --runs, or PREFECT_BENCH_RUNS. */
export function runsToFill(): number {
  return Number(process.env['PREFECT_BENCH_RUNS'] ?? 100_000)
}
