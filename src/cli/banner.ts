import type { StartOptions } from './start.ts'

/** Where to point the client and the browser, as the reference says it when it starts. */
export function pageAddress({ settings, host, api, services }: StartOptions, port: number): string {
  if (!api) return 'Prefect services are running.\n'
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const base = settings.get('PREFECT_SERVER_API_BASE_PATH') ?? '/api'
  return `
Configure Prefect to communicate with the server with:

    prefect config set PREFECT_API_URL=${address}${base}

View the API reference documentation at ${address}/docs
${services ? '' : '\nBackground services run elsewhere (--no-services).\n'}
`
}
