/** What people do in the UI, and that it has happened. */
import type { Page } from 'playwright-core'
import { waitUntil } from '../environment/processes.ts'
import { type Seed, writeLog } from './seed.ts'

export interface Desk {
  page: Page
  seed: Seed
  /** Opens a page of the UI. */
  open(path: string): Promise<void>
}

export interface Task {
  name: string
  work(desk: Desk): Promise<void>
}

export const tasks: readonly Task[] = [
  {
    name: 'create a variable',
    async work({ page, seed, open }) {
      await open('/variables')
      await page.getByText('season_variable').first().waitFor()
      await page.getByRole('main').getByRole('button').first().click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('heading', { name: 'New Variable' }).waitFor()
      await dialog.getByLabel('Name').fill('weather_variable')
      await dialog.locator('.cm-content').click()
      await page.keyboard.type('17')
      await dialog.getByRole('button', { name: 'Create' }).click()
      await page.getByText('weather_variable').first().waitFor()
      await until(seed, '/variables/name/weather_variable', ({ value }) => value === 17)
    },
  },
  {
    name: 'pause a schedule',
    async work({ page, seed, open }) {
      await open(`/deployments/deployment/${seed.deployment}`)
      await page.getByRole('switch').first().click()
      await until(seed, `/deployments/${seed.deployment}`, ({ schedules }) => JSON.stringify(schedules).includes('"active":false'))
    },
  },
  {
    name: 'run a deployment',
    async work({ page, seed, open }) {
      await open(`/deployments/deployment/${seed.deployment}`)
      const run = page.getByRole('button', { name: 'Run', exact: true })
      await run.click()
      await page.getByText('Quick run').click()
      const asked = { deployments: { id: { any_: [seed.deployment] } }, flow_runs: { state: { type: { any_: ['SCHEDULED'] } } } }
      await until(seed, '/flow_runs/filter', (runs) => JSON.stringify(runs).includes('"auto_scheduled":false'), asked)
    },
  },
  {
    name: 'follow the log of a run',
    async work({ page, seed, open }) {
      await writeLog(seed.api, seed.running, 'the first apple')
      await open(`/runs/flow-run/${seed.running}`)
      await page.getByText('the first apple').first().waitFor()
      await writeLog(seed.api, seed.running, 'the second apple')
      await page.getByText('the second apple').first().waitFor()
    },
  },
  {
    name: 'cancel a run',
    async work({ page, seed, open }) {
      await open(`/runs/flow-run/${seed.running}`)
      await page.getByText('sorting-run').first().waitFor()
      await page.getByRole('main').locator('button[aria-haspopup=menu]').first().click()
      await page.getByRole('menuitem', { name: 'Cancel' }).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel Flow Run' }).click()
      await until(seed, `/flow_runs/${seed.running}`, ({ state_type }) => ['CANCELLING', 'CANCELLED'].includes(String(state_type)))
    },
  },
]

/** Asks the API until the answer is as wanted. */
async function until(seed: Seed, path: string, wanted: (answer: Record<string, unknown>) => boolean, body?: unknown): Promise<void> {
  const ask = () => seed.api.ask<Record<string, unknown>>(body === undefined ? 'GET' : 'POST', path, body)
  await waitUntil(path, async () => wanted(await ask().catch(() => ({}))))
}
