/** Counts what passed, failed and was skipped, and says so as it happens. */
import { Missing } from './environment/missing.ts'

export class Tally {
  passed = 0
  failed = 0
  skipped = 0

  pass(count = 1): void {
    this.passed += count
  }

  /** With CI=true a machine has to provide everything: a skip is a failure then. */
  skip(what: string, reason: string, count = 1): void {
    if (process.env['CI'] === 'true') this.fail(what, `would be skipped, which CI=true forbids: ${reason}`, count)
    else {
      this.skipped += count
      console.log(`  skipped  ${what}: ${reason}`)
    }
  }

  fail(what: string, why: string, count = 1): void {
    this.failed += count
    console.log(`  FAILED   ${what}: ${why}`)
  }

  /** One check that passes when `work` ends well. Gives what it gave, or undefined. */
  async check<Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> {
    const began = performance.now()
    try {
      const result = await work()
      this.pass()
      console.log(`  passed   ${what} (${seconds(performance.now() - began)})`)
      return result
    } catch (error) {
      if (error instanceof Missing) this.skip(what, error.message)
      else this.fail(what, describe(error))
      return undefined
    }
  }

  /** Runs a part of a step that counts its checks itself: what it lacks or throws is one skip or failure. */
  async part(what: string, work: () => Promise<void>): Promise<void> {
    console.log(`  ${what}`)
    try {
      await work()
    } catch (error) {
      if (error instanceof Missing) this.skip(what, error.message)
      else this.fail(what, describe(error))
    }
  }

  add(other: Tally): void {
    this.passed += other.passed
    this.failed += other.failed
    this.skipped += other.skipped
  }

  toString(): string {
    return `${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`
  }
}

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

/** Errors of our own say everything in their message; of all others the place matters too. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.name === 'Error' ? error.message : (error.stack ?? error.message)
}
