/** CPU time and memory of a process and its children, from /proc (Linux). */
import { readdirSync, readFileSync } from 'node:fs'

export interface Usage {
  /** CPU time spent so far. */
  milliseconds: number
  /** Resident memory now. */
  megabytes: number
}

const millisecondsPerTick = 10

export function usageOf(pid: number): Usage {
  const total: Usage = { milliseconds: 0, megabytes: 0 }
  for (const member of family(pid)) {
    try {
      const fields = readFileSync(`/proc/${member}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      total.milliseconds += (Number(fields[11]) + Number(fields[12])) * millisecondsPerTick
      const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${member}/status`, 'utf8'))?.[1]
      total.megabytes += Number(kilobytes ?? 0) / 1024
    } catch {
      // ended while we looked: it uses nothing any more
    }
  }
  return total
}

function family(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
      children.set(parent, [...(children.get(parent) ?? []), Number(name)])
    } catch {
      // ended meanwhile
    }
  }
  const found = [pid]
  for (const member of found) found.push(...(children.get(member) ?? []))
  return found
}
