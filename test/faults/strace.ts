/** strace, with which tests watch a server's system calls or end it at one of them. */
import { Missing, once } from '../environment/missing.ts'
import { findCommand, run } from '../environment/processes.ts'

export const strace = once(async () => {
  const command = findCommand('strace')
  if (command === null) throw new Missing('no strace')
  const tried = await run(command, ['-o', '/dev/null', 'true'])
  if (tried.code !== 0) throw new Missing(`strace may not trace here: ${tried.output.trim()}`)
  return command
})
