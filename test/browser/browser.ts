/** Chromium without a screen, and what a page must not do: complain in the console, or ask in vain. */
import { type Browser, chromium, type Page } from 'playwright-core'
import { Missing } from '../environment/missing.ts'
import { findCommand } from '../environment/processes.ts'

/** Generous: the machine may be busy. What is there sooner is not waited for. */
const patienceMilliseconds = 60_000

export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? findCommand('chromium')
  if (executablePath === null) throw new Missing('no chromium (Debian: chromium)')
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}

/** A page with its faults: errors in the console, uncaught exceptions and requests that failed. */
export interface Visit {
  page: Page
  /** The faults since it was asked last. */
  faults(): string[]
  close(): Promise<void>
}

/** Faults of the UI itself, on the reference too: v2 looks for its pictures of states outside of its base path, v1 for one without a name. */
const known = /^404 GET \/(ico\/undefined|completed|failed|crashed|cancelled|cancelling|running|pending|scheduled|paused)\.svg$/

/** Opens a page for the UI at `origin`. Only `origin` is reachable: what the UI asks of other hosts is neither sent nor a fault. */
export async function visit(browser: Browser, origin: string, ui: 'v1' | 'v2'): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, locale: 'en-US', timezoneId: 'UTC' })
  context.setDefaultTimeout(patienceMilliseconds)
  await context.addCookies([{ name: 'prefect_ui_version', value: ui, url: origin }])
  await context.route(
    (url) => url.origin !== origin,
    (route) => route.abort('blockedbyclient'),
  )
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    const { url } = message.location()
    const elsewhere = url !== '' && !url.startsWith(origin)
    // A refusal is seen as a response; the console only repeats it.
    if (message.type() === 'error' && !elsewhere && !/^Failed to load resource/.test(message.text()))
      faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`))
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} ${response.request().method()} ${response.url().slice(origin.length)}`)
  })
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? ''
    // Who leaves a page gives up what it was still asking.
    if (request.url().startsWith(origin) && reason !== 'net::ERR_ABORTED') faults.push(`${reason} ${request.method()} ${request.url()}`)
  })
  return {
    page,
    faults: () => faults.splice(0).filter((fault) => !known.test(fault)),
    close: () => context.close(),
  }
}
