import type { Case } from '../case.ts'
import { dashboards } from './dashboards.ts'
import { runsOfDeployment } from './deployments.ts'
import { taskRunEvents } from './events.ts'
import { createFlowRuns, health, lifecycle, readRun, readVariable, setState } from './runs.ts'
import { limits, logsOf50, logsOf500, polling } from './work.ts'

/** In the order in which they run and are printed. */
export const cases: readonly Case[] = [
  health,
  createFlowRuns,
  runsOfDeployment,
  lifecycle,
  setState,
  readRun,
  readVariable,
  logsOf50,
  logsOf500,
  limits,
  taskRunEvents,
  polling,
  ...dashboards,
]
