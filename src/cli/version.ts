import packageJson from '../../package.json' with { type: 'json' }

/** The version of this package: the reference's, and a number of our own. */
export const version: string = packageJson.version

/** The version of the reference whose API, schema and behaviour this server has. */
export const referenceVersion: string = version.replace(/-.*/, '')

/** The version of the API alone, as the reference counts it; `GET /version` answers it. */
export const apiVersion = '0.8.4'
