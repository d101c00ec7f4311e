/** What people do in the UI, and that it has happened. */
import type { Page } from 'playwright-core'
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
      await page.getByRole('button', { name: 'Add Variable' }).first().click()
      await page.getByLabel('Name').fill('weather_variable')
      const editor = page.getByRole('dialog').locator('.cm-content')
      await editor.click()
      await page.keyboard.type('"rain"')
      await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
      await page.getByText('weather_variable').first().waitFor()
      const { value } = await seed.api.ask<{ value: unknown }>('GET', '/variables/name/weather_variable')
      if (value !== 'rain') throw new Error(`the variable holds ${JSON.stringify(value)}`)
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
]
