/** Lets one piece of work run at a time, in the order of arrival. */
export class Queue {
  #tail: Promise<unknown> = Promise.resolve()

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(work)
    this.#tail = result.then(ignore, ignore)
    return result
  }

  /** Resolves when everything that was queued is done. */
  async idle(): Promise<void> {
    await this.#tail
  }
}

const ignore = (): void => {}
