const mostResults = 1000
/** Longer texts are not worth their memory. */
const longestText = 65_536

/** What a pure function made of a text, kept for the next time: requests ask the same few things again and again. */
export class Remembered<Result> {
  readonly #results = new Map<string, Result>()

  get(text: string, compute: () => Result): Result {
    if (text.length > longestText) return compute()
    const known = this.#results.get(text)
    if (known !== undefined) return known
    const result = compute()
    if (this.#results.size >= mostResults) this.#results.clear()
    this.#results.set(text, result)
    return result
  }
}
