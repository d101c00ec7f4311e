import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { main } from '../../../src/cli/main.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'))
  vi.stubEnv('PREFECT_HOME', folder)
  vi.stubEnv('PREFECT_PROFILES_PATH', join(folder, 'profiles.toml'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

interface Outcome {
  code: number
  out: string
  error: string
}

async function run(...args: string[]): Promise<Outcome> {
  const written = { out: '', error: '' }
  const catchAll = (key: 'out' | 'error') => (text: unknown) => {
    written[key] += String(text)
    return true
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(catchAll('out'))
  vi.spyOn(process.stderr, 'write').mockImplementation(catchAll('error'))
  vi.spyOn(console, 'log').mockImplementation((text) => catchAll('out')(`${text}\n`))
  vi.spyOn(console, 'error').mockImplementation((text) => catchAll('error')(`${text}\n`))
  return { code: await main(args), ...written }
}

test('--version', async () => {
  expect(await run('--version')).toEqual({ code: 0, out: expect.stringMatching(/^3\.8\.8-\d+ \(Prefect 3\.8\.8\)\n$/), error: '' })
})

test('--help names every command', async () => {
  const { code, out } = await run('--help')
  expect(code).toBe(0)
  for (const word of ['start', 'services', 'database', 'status', 'config', '--host', '--port', '--services']) expect(out).toContain(word)
})

test('database --help names its commands', async () => {
  const { code, out } = await run('database', '--help')
  expect(code).toBe(0)
  for (const word of ['upgrade', 'reset', 'info', 'stamp', 'drain']) expect(out).toContain(`database ${word}`)
})

describe('called wrongly: one sentence and exit code 2', () => {
  test.each([
    [['nonsense'], 'prefect-server: Unknown argument: nonsense\n'],
    [['--prot', '1'], 'prefect-server: Unknown argument: prot\n'],
    [['database'], 'prefect-server: Which database command? upgrade, info, reset, stamp, drain\n'],
    [['database', 'stamp'], 'prefect-server: Not enough non-option arguments: got 0, need at least 1\n'],
    [['database', 'reset'], 'prefect-server: Delete all data in the database? There is nobody to ask: say --yes.\n'],
  ])('%j', async (args, error) => {
    expect(await run(...args)).toEqual({ code: 2, out: '', error })
  })

  test('database downgrade says why there is none', async () => {
    const { code, error } = await run('database', 'downgrade', '-1', '--yes')
    expect(code).toBe(2)
    expect(error).toMatch(/^prefect-server: There is no downgrade: [^\n]+\n$/)
  })
})

describe('settings that cannot be used: one sentence and exit code 1', () => {
  test.each([
    [
      { PREFECT_SERVER_API_PORT: 'x' },
      [],
      'prefect-server: PREFECT_SERVER_API_PORT in the environment is "x", but must be a whole number.\n',
    ],
    [{}, ['--port', 'x'], 'prefect-server: --port in the command line is "x", but must be a whole number.\n'],
    [{ PREFECT_UI_ENABLED: 'x' }, ['config'], 'prefect-server: PREFECT_UI_ENABLED in the environment is "x", but must be true or false.\n'],
  ])('%o %j', async (environment, args, error) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
    expect(await run(...args)).toEqual({ code: 1, out: '', error })
  })
})

describe('config', () => {
  test('shows values and where they come from, without secrets', async () => {
    vi.stubEnv('PREFECT_UI_ENABLED', 'false')
    vi.stubEnv('PREFECT_SERVER_API_AUTH_STRING', 'admin:hush')
    vi.stubEnv('PREFECT_DATABASE_URL', 'postgres://user:hush@host/name')
    const { code, out } = await run('config')
    expect(code).toBe(0)
    expect(out).toContain('PREFECT_SERVER_UI_ENABLED=false  (PREFECT_UI_ENABLED in the environment)\n')
    expect(out).toContain('PREFECT_SERVER_API_AUTH_STRING=**********  (the environment)\n')
    expect(out).toContain('PREFECT_SERVER_API_HOST=127.0.0.1  (default)\n')
    expect(out).toContain('PREFECT_DATABASE_BACKEND=postgres  (default)\n')
    expect(out).not.toContain('hush')
  })

  test('--json', async () => {
    const { code, out } = await run('config', '--json')
    const { profile, settings } = JSON.parse(out)
    expect(code).toBe(0)
    expect(profile).toBe('ephemeral')
    expect(settings).toContainEqual({
      name: 'PREFECT_SERVER_API_PORT',
      path: 'server.api.port',
      use: 'server',
      value: 4200,
      source: 'default',
      key: null,
    })
  })
})

describe('status', () => {
  const answering = async (answers: Record<string, [number, unknown]>, work: (url: string) => Promise<void>): Promise<void> => {
    const server = createServer((request, response) => {
      const [status, body] = answers[request.url ?? ''] ?? [404, {}]
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api`)
    } finally {
      server.close()
    }
  }

  test('of a server that is ready', async () => {
    await answering({ '/api/health': [200, true], '/api/ready': [200, {}], '/api/admin/version': [200, '3.8.8'] }, async (url) => {
      vi.stubEnv('PREFECT_API_URL', url)
      expect(await run('status')).toEqual({ code: 0, out: `${url} is ready, version 3.8.8\n`, error: '' })
    })
  })

  test('of a cluster: a line for each pod', async () => {
    const pod = {
      host: 'one',
      pid: 7,
      api: { ready: true, requests: 2, websockets: 3 },
      services: { role: 'leading', term: 5, loops: [{ name: 'scheduler', last_error: 'no luck' }] },
      broker: { backend: 'redis', connected: false },
      database: { backend: 'postgres', waiting: 1, running: 4 },
    }
    const answers: Record<string, [number, unknown]> = {
      '/api/health': [200, true],
      '/api/ready': [200, {}],
      '/api/admin/version': [200, '3.8.8'],
      '/api/admin/pods': [200, { pods: [pod, { ...pod, host: 'two', api: null, services: null }] }],
    }
    await answering(answers, async (url) => {
      const { out } = await run('status', '--url', url)
      expect(out.split('\n').slice(1, -1)).toEqual([
        '  one:7  API ready, 2 requests under way, 3 websockets; leading, term 5; broker redis away; database postgres, 1 waiting, 4 running; scheduler fails: no luck',
        '  two:7  no API; no services; broker redis away; database postgres, 1 waiting, 4 running',
      ])
    })
  })

  test('of a server whose database does not answer', async () => {
    await answering({ '/api/health': [200, true], '/api/ready': [503, {}], '/api/admin/version': [200, '3.8.8'] }, async (url) => {
      const { code, out } = await run('status', '--url', url, '--json')
      expect(code).toBe(1)
      expect(JSON.parse(out)).toEqual({ url, status: 'not ready', version: '3.8.8', pods: [], problem: `${url}/ready answers 503` })
    })
  })

  test('of no server', async () => {
    const { code, out } = await run('status', '--url', 'http://127.0.0.1:9/api')
    expect(code).toBe(1)
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:9\/api is unreachable: .+\n$/)
  })
})

test('database commands work on the database of the settings', async () => {
  expect((await run('database', 'upgrade', '--yes')).code).toBe(0)
  const { code, out } = await run('database', 'info')
  expect(code).toBe(0)
  expect(out).toMatch(/[0-9a-f]{12}/)
  expect((await run('database', 'reset', '--yes')).code).toBe(0)
  expect((await run('database', 'stamp', 'head', '--yes')).code).toBe(0)
})
