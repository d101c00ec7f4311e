import type { StartOptions } from './start.ts'
import { findUi } from './ui/locate.ts'

/** Where to point the client and the browser, as the reference says it when it starts. */
export function pageAddress(options: StartOptions, port: number): string {
  const { settings, host, api, services } = options
  if (!api) return 'Prefect services are running.\n'
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const base = settings.get('PREFECT_SERVER_API_BASE_PATH') ?? '/api'
  return `
Configure Prefect to communicate with the server with:

    prefect config set PREFECT_API_URL=${address}${base}

View the API reference documentation at ${address}/docs

${dashboard(options, address)}
${services ? '' : '\nBackground services run elsewhere (--no-services).\n'}
`
}

function dashboard({ settings }: StartOptions, address: string): string {
  if (!settings.get('PREFECT_SERVER_UI_ENABLED')) return 'The dashboard is disabled. Set PREFECT_UI_ENABLED=1 to enable it.'
  if (Object.keys(findUi(settings)).length === 0) return 'The dashboard is not installed. Run `prefect-server ui install` to get it.'
  return `Check out the dashboard at ${address}`
}
