import type { Dispatcher } from '../actors/dispatcher.ts'
import type { Settings } from '../config/settings.ts'
import { log } from '../logging/log.ts'
import { operations } from '../resources/index.ts'

/** Registers the block types that every server has, when the settings say so. A failure is told and keeps nobody from starting. */
export function registerBlocks(settings: Settings, dispatcher: Dispatcher): Promise<void> {
  if (!settings.get('PREFECT_SERVER_REGISTER_BLOCKS_ON_START')) return Promise.resolve()
  const operation = operations.findIndex(({ name }) => name === 'register_blocks')
  const request = { operation, params: [], query: '', headers: {}, body: new Uint8Array(0) }
  return new Promise((resolve) => {
    const pending = dispatcher.submit(request, ({ status }) => {
      if (status >= 300) log.error({ status }, 'the built-in block types could not be registered')
      resolve()
    })
    if (pending === undefined) resolve()
  })
}
