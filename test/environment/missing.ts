/** Thrown when the machine lacks what a test needs. The test is skipped with this reason (with CI=true that fails the run). */
export class Missing extends Error {
  override name = 'Missing'
}

/** Remembers the first answer of `find`, also when it was that something is missing. */
export function once<Result>(find: () => Promise<Result>): () => Promise<Result> {
  let found: Promise<Result> | undefined
  return () => {
    found ??= find()
    return found
  }
}
