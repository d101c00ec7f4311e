/** The ways in which all scenarios are compared: plainly on each database, with auth and CSRF, and under a base path. */
import type { Backend } from '../environment/servers.ts'

export interface Pass {
  title: string
  backend: Backend
  /** Settings of both servers. */
  settings: Readonly<Record<string, string>>
  /** What diff.py and fuzz.py have to know about them. */
  access: readonly string[]
  /** Folders of the oracle's scenarios beside the general ones. */
  folders: readonly string[]
  /** Regular expressions on `file::scenario`. */
  only?: string
  skip?: string
  /** Sequences of 60 requests that the fuzzer plays. */
  fuzz: number
}

const auth = 'admin:secret'
const secured = { PREFECT_SERVER_API_AUTH_STRING: auth, PREFECT_SERVER_CSRF_PROTECTION_ENABLED: 'true' }

/** What says most about auth, CSRF and paths: creation, redirects, websockets, file downloads. */
const short = '^(flows|flow_runs|task_runs|small|websockets|auth|concurrency)\\.yaml::'

/** `full` compares everything with every setting, otherwise the last two passes are shorter. */
export function passes(full: boolean): readonly Pass[] {
  const shorter = full ? {} : { only: short }
  return [
    { title: 'SQLite', backend: 'sqlite', settings: {}, access: [], folders: [], fuzz: full ? 170 : 17 },
    { title: 'PostgreSQL', backend: 'postgres', settings: {}, access: [], folders: ['postgres'], fuzz: full ? 170 : 17 },
    {
      title: 'auth and CSRF, SQLite',
      backend: 'sqlite',
      settings: secured,
      access: ['--auth', auth, '--csrf'],
      folders: ['auth'],
      skip: 'csrf when it is off',
      fuzz: full ? 34 : 3,
      ...shorter,
    },
    {
      title: 'base path, PostgreSQL',
      backend: 'postgres',
      settings: { PREFECT_SERVER_API_BASE_PATH: '/some/base/api' },
      access: [],
      folders: [],
      fuzz: full ? 34 : 3,
      ...shorter,
    },
  ]
}
