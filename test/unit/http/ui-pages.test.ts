import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type UiOptions, UiPages } from '../../../src/http/ui/pages.ts'
import { uiPaths } from '../../../src/http/ui/paths.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prefect-ui-'))
  writeFileSync(join(folder, 'secret'), 'secret')
  for (const version of ['v1', 'v2']) {
    mkdirSync(join(folder, version, 'assets'), { recursive: true })
    writeFileSync(join(folder, version, 'index.html'), `${version} at "/PREFECT_UI_SERVE_BASE_REPLACE_PLACEHOLDER/assets"`)
    writeFileSync(join(folder, version, 'assets/logo.svg'), '<svg>/PREFECT_UI_SERVE_BASE_REPLACE_PLACEHOLDER</svg>')
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

function pages(options: Partial<UiOptions> = {}): UiPages {
  const folders = { v1: join(folder, 'v1'), v2: join(folder, 'v2') }
  return new UiPages({
    serveBase: '/',
    folders,
    preferred: 'v2',
    apiUrl: 'http://here/api',
    csrfProtection: false,
    authentication: false,
    ...options,
  })
}

function ask(ui: UiPages, path: string, headers: Record<string, string> = { accept: 'text/html' }, method = 'GET'): string {
  const [head = '', query = ''] = path.split('?')
  const reply = ui.answer({ method, path: head, query, headers, params: [] })
  if (reply === undefined) return 'nothing'
  const location = reply.headers.find(([name]) => name === 'location')?.[1]
  return `${reply.status} ${location ?? Buffer.from(reply.body).toString()}`
}

describe('paths', () => {
  test.each([
    ['/', '/', '/v2', '/ui-settings'],
    ['', '/', '/v2', '/ui-settings'],
    ['/prefect/', '/prefect', '/prefect/v2', '/prefect/ui-settings'],
    ['prefect', '/prefect', '/prefect/v2', '/prefect/ui-settings'],
    ['/v2', '/', '/v2', '/ui-settings'],
    ['/prefect/v2', '/prefect', '/prefect/v2', '/prefect/ui-settings'],
  ])('%s', (serveBase, v1, v2, settings) => {
    expect(uiPaths(serveBase)).toEqual({ base: { v1, v2 }, settings })
  })
})

describe('pages', () => {
  const script = { accept: '*/*' }
  test.each<[string, Partial<UiOptions>, string, Record<string, string> | undefined, string]>([
    ['the root is the preferred UI', {}, '/', undefined, '307 /v2/'],
    ['a redirect keeps the query', {}, '/?a=1', undefined, '307 /v2/?a=1'],
    ['v1 may be preferred', { preferred: 'v1' }, '/', undefined, '200 v1 at "/assets"'],
    ['so may the browser', {}, '/', { accept: 'text/html', cookie: 'a=b; prefect_ui_version=v1' }, '200 v1 at "/assets"'],
    ['a script is not sent elsewhere', {}, '/', script, '200 v1 at "/assets"'],
    ['links into v1 are kept', {}, '/runs', undefined, '200 v1 at "/assets"'],
    ['v2 has pages of its own', {}, '/v2/runs/1', undefined, '200 v2 at "/v2/assets"'],
    ['v2 without its slash', {}, '/v2', undefined, '200 v2 at "/v2/assets"'],
    ['a page is for browsers alone', {}, '/v2/runs/1', script, 'nothing'],
    ['refused by its quality', {}, '/v2/runs/1', { accept: 'text/html;q=0, */*' }, 'nothing'],
    ['a file', {}, '/assets/logo.svg', script, '200 <svg>/PREFECT_UI_SERVE_BASE_REPLACE_PLACEHOLDER</svg>'],
    ['nothing outside', {}, '/../secret', script, 'nothing'],
    ['nothing outside, of v2', {}, '/v2/../../secret', script, 'nothing'],
    ['a base of its own', { serveBase: '/x' }, '/x/', undefined, '307 /x/v2/'],
    ['nothing beside the base', { serveBase: '/x' }, '/', undefined, 'nothing'],
    ['without a UI', { folders: {} }, '/', undefined, 'nothing'],
  ])('%s', (_, options, path, headers, expected) => {
    expect(ask(pages(options), path, headers)).toBe(expected)
  })

  test('a UI that is missing sends to the other one', () => {
    expect(ask(pages({ folders: { v1: join(folder, 'v1') } }), '/v2/runs')).toBe('307 /runs')
    expect(ask(pages({ folders: { v2: join(folder, 'v2') } }), '/')).toBe('307 /v2/')
  })

  test('a file that the browser has is not sent again', () => {
    const ui = pages()
    const request = { method: 'GET', path: '/v2/assets/logo.svg', query: '', params: [] }
    const etag = ui.answer({ ...request, headers: {} })?.headers.find(([name]) => name === 'etag')?.[1] ?? ''
    expect(ui.answer({ ...request, headers: { 'if-none-match': etag } })?.status).toBe(304)
    expect(ui.answer({ ...request, headers: { 'if-none-match': '"other"' } })?.status).toBe(200)
  })

  test('files are only read', () => {
    expect(ask(pages(), '/assets/logo.svg', {}, 'POST')).toContain('405')
    expect(ask(pages(), '/assets/none.svg', {}, 'POST')).toBe('nothing')
  })

  test('settings', () => {
    expect(JSON.parse(ask(pages({ authentication: true }), '/ui-settings').slice(4))).toEqual({
      api_url: 'http://here/api',
      csrf_enabled: false,
      auth: 'BASIC',
      flags: [],
      default_ui: 'v2',
      available_uis: ['v1', 'v2'],
      v1_base_url: '/',
      v2_base_url: '/v2',
    })
    expect(JSON.parse(ask(pages({ folders: {} }), '/ui-settings').slice(4))).toMatchObject({ available_uis: [], v1_base_url: null })
  })
})
