/** The web UI of a server with these settings. */
import type { Settings } from '../../config/settings.ts'
import type { ServerOptions } from '../../http/options.ts'
import { UiPages } from '../../http/ui/pages.ts'
import { findUi } from './locate.ts'

/** What answers outside the API. Without the UI its settings are there all the same: other pages may ask for them. */
export function uiPages(settings: Settings): NonNullable<ServerOptions['fallback']> {
  const pages = new UiPages({
    serveBase: settings.get('PREFECT_SERVER_UI_SERVE_BASE'),
    folders: settings.get('PREFECT_SERVER_UI_ENABLED') ? findUi(settings) : {},
    preferred: settings.get('PREFECT_SERVER_UI_V2_ENABLED') ? 'v2' : 'v1',
    apiUrl: apiUrl(settings),
    csrfProtection: settings.get('PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED'),
    authentication: Boolean(settings.get('PREFECT_SERVER_API_AUTH_STRING')),
  })
  return (request) => pages.answer(request)
}

/** A path unless somebody named an address: so the UI finds the API whatever host, port or proxy it came through. */
function apiUrl(settings: Settings): string {
  const named = settings.origin('PREFECT_SERVER_UI_API_URL') === undefined ? null : settings.get('PREFECT_SERVER_UI_API_URL')
  return named ?? settings.get('PREFECT_SERVER_API_BASE_PATH') ?? '/api'
}
