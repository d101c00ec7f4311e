/** The reference's own web UI in a real browser: on the reference first, then served by us. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { oraclePython } from '../environment/oracle.ts'
import { artifact, root } from '../environment/paths.ts'
import { freePort } from '../environment/ports.ts'
import { run } from '../environment/processes.ts'
import { backends, type Implementation, type Server, type ServerOptions, startServer } from '../environment/servers.ts'
import type { Tally } from '../tally.ts'
import { openBrowser, type Visit, visit } from './browser.ts'
import { type UiPage, v1Pages, v2Pages } from './pages.ts'
import { type Seed, seed } from './seed.ts'
import { tasks } from './tasks.ts'

export async function browserStep(tally: Tally): Promise<void> {
  const browser = await openBrowser()
  const folder = await mkdtemp(join(tmpdir(), 'prefect-test-ui.'))
  try {
    await tally.part('the reference', async () => {
      await serve(tally, browser, 'reference', { backend: 'postgres' }, folder)
      await logIn(tally, browser, 'reference', folder)
    })
    await tally.check('prefect-server ui install', () => installUi(folder))
    for (const backend of backends) await tally.part(`ours on ${backend}`, () => serve(tally, browser, 'ours', { backend }, folder))
    await tally.part('ours with a password', () => logIn(tally, browser, 'ours', folder))
  } finally {
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Takes the UI out of the package that the reference runs from. */
async function installUi(folder: string): Promise<void> {
  const python = await oraclePython()
  const { output: from } = await run(python, [
    '-c',
    'import importlib.util as u; print(u.find_spec("prefect").submodule_search_locations[0])',
  ])
  const env = { ...process.env, PREFECT_HOME: folder, PREFECT_SERVER_UI_STATIC_DIRECTORY: join(folder, 'ours') }
  const { code, output } = await run(process.execPath, [join(root, 'bin/prefect-server.js'), 'ui', 'install', '--from', from.trim()], {
    env,
  })
  if (code !== 0) throw new Error(`ui install ended with ${code}\n${output}`)
}

async function serve(tally: Tally, browser: Browser, who: Implementation, options: ServerOptions, folder: string): Promise<void> {
  const { server, origin } = await startWithUi(who, options, folder)
  try {
    const label = `${who}-${options.backend}`
    const made = await seed(server.url)
    await walk(tally, browser, { origin, base: '/v2', ui: 'v2', label }, v2Pages, made)
    await walk(tally, browser, { origin, base: '', ui: 'v1', label }, v1Pages, made)
    await act(tally, browser, { origin, base: '/v2', ui: 'v2', label }, made)
  } finally {
    await server.stop()
  }
}

const authString = 'orchard:gate'

/** A server that wants a password: v2 asks for it, and then shows the dashboard. */
async function logIn(tally: Tally, browser: Browser, who: Implementation, folder: string): Promise<void> {
  const { server, origin } = await startWithUi(who, { backend: 'sqlite', settings: { PREFECT_SERVER_API_AUTH_STRING: authString } }, folder)
  try {
    await tally.check('log in', async () => {
      const visited = await visit(browser, origin, 'v2')
      await withoutFaults(visited, `${who}-log-in`, async () => {
        await visited.page.goto(`${origin}/v2/dashboard`)
        await visited.page.getByPlaceholder('admin:pass').fill(authString)
        await visited.page.getByRole('button', { name: 'Login' }).click()
        await visited.page.getByText('Logout').first().waitFor()
        // Before that it asks without a password, and is refused.
        visited.faults()
        await visited.page.goto(`${origin}/v2/settings`)
        await visited.page.getByText('Server Settings').first().waitFor()
      })
      await visited.close()
    })
  } finally {
    await server.stop()
  }
}

async function startWithUi(who: Implementation, options: ServerOptions, folder: string): Promise<{ server: Server; origin: string }> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const server = await startServer(who, {
    ...options,
    port,
    settings: {
      PREFECT_SERVER_UI_ENABLED: 'true',
      PREFECT_SERVER_UI_STATIC_DIRECTORY: join(folder, who),
      // The reference tells its UI another port than its own.
      ...(who === 'reference' ? { PREFECT_SERVER_UI_API_URL: `${origin}/api` } : {}),
      ...options.settings,
    },
  })
  return { server, origin }
}

interface Place {
  origin: string
  base: string
  ui: 'v1' | 'v2'
  label: string
}

/** Opens one page after the other and waits until each shows what it must; nothing may fail meanwhile. Screenshots are kept. */
async function walk(tally: Tally, browser: Browser, place: Place, pages: readonly UiPage[], made: Seed): Promise<void> {
  const { origin, base, ui, label } = place
  const visited = await visit(browser, origin, ui)
  const { page, faults } = visited
  for (const { path, shows } of pages) {
    const name = typeof path === 'string' ? path : path(made)
    const short = name.replaceAll(/[0-9a-f-]{36}/g, 'id')
    await tally.check(`${ui} ${short}`, () =>
      withoutFaults(visited, `${label}-${ui}${short.replaceAll('/', '-')}`, async () => {
        await page.goto(`${origin}${base}${name}`)
        for (const text of shows) await page.getByText(text).filter({ visible: true }).first().waitFor()
      }),
    )
    faults()
  }
  await visited.close()
}

/** Does one task after the other, each in a browser that knows nothing yet. */
async function act(tally: Tally, browser: Browser, { origin, base, ui, label }: Place, made: Seed): Promise<void> {
  for (const { name, work } of tasks) {
    await tally.check(name, async () => {
      const visited = await visit(browser, origin, ui)
      const desk = {
        page: visited.page,
        seed: made,
        open: async (path: string) => void (await visited.page.goto(`${origin}${base}${path}`)),
      }
      try {
        await withoutFaults(visited, `${label}-${name.replaceAll(' ', '-')}`, () => work(desk))
      } finally {
        await visited.close()
      }
    })
  }
}

/** Fails with all that went wrong on the page. A screenshot is kept. */
async function withoutFaults({ page, faults }: Visit, screenshot: string, work: () => Promise<void>): Promise<void> {
  let problem: unknown
  try {
    await work()
  } catch (error) {
    problem = error
  }
  await page.screenshot({ path: artifact(`browser-${screenshot}.png`) })
  const all = [...(problem === undefined ? [] : [problem instanceof Error ? problem.message : String(problem)]), ...faults()]
  if (all.length > 0) throw new Error(all.join('\n'))
}
