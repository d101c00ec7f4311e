/** The key that block documents are encrypted with: the operator's, or one that is made and kept in the database. */
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../values/json.ts'
import type { Context } from '../context.ts'
import { Fernet, FernetError } from './fernet.ts'

const name = 'ENCRYPTION_KEY'

type KeyPlace = Pick<Context, 'tx' | 'settings'>

/** Encrypts a document's data; makes the key when there is none. */
export async function encryptData(context: Context, data: JsonObject): Promise<string> {
  const { tx, now } = context
  let key = await findKey(context)
  if (key === undefined) {
    const row = { created: now, updated: now, key: name, value: { fernet_key: Fernet.newKey() } }
    await tx.execute(insertInto('configuration', row, { onConflict: 'nothing' }))
    key = await storedKey(tx)
  }
  return new Fernet(key ?? '').encrypt(JSON.stringify(data))
}

/** Gives what decrypts documents; the key is looked up once for all of them. */
export async function dataDecryption(place: KeyPlace): Promise<(token: string) => JsonObject> {
  const key = await findKey(place)
  if (key === undefined) throw new FernetError('there is no encryption key')
  const fernet = new Fernet(key)
  return (token) => {
    const data = parseJson(fernet.decrypt(token))
    if (!isJsonObject(data)) throw new FernetError('the data of a block document is no object')
    return data
  }
}

async function findKey({ tx, settings }: KeyPlace): Promise<string | undefined> {
  const given = settings.get('PREFECT_SERVER_ENCRYPTION_KEY')
  return given === null || given === '' ? await storedKey(tx) : given
}

async function storedKey(tx: Transaction): Promise<string | undefined> {
  const [row] = await tx.query<{ value: { fernet_key: string } }>(sql`SELECT value FROM configuration WHERE key = ${name}`)
  return row?.value.fernet_key
}
