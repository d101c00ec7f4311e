/**
 * Finds the route for a method and a path: a tree of path segments.
 *
 * The reference tries its routes one after the other and takes the first that has path and method, else the first that
 * has the path (405). So several branches of the tree may match, and the order in the table decides between them.
 */
export interface RouterEntry<Target> {
  methods: readonly string[]
  /**
   * `/flow_runs/{id:uuid}/set_state`: `{name}` is any segment that is not empty, `{name:uuid}` a UUID in any spelling,
   * `{name:path}` all the rest.
   */
  path: string
  target: Target
}

export interface RouteMatch<Target> {
  target: Target
  /** In the path's order; UUIDs in canonical form. */
  params: string[]
}

/** The path exists, for other methods: those of the first route that has it. */
export interface OtherMethods {
  allow: string
}

interface Leaf<Target> {
  order: number
  entry: RouterEntry<Target>
}

interface Branch<Target> {
  literals: Map<string, Branch<Target>>
  uuid: Branch<Target> | undefined
  text: Branch<Target> | undefined
  rest: Branch<Target> | undefined
  leaves: Leaf<Target>[]
}

interface Search<Target> {
  method: string
  segments: readonly string[]
  params: string[]
  full: { order: number; match: RouteMatch<Target> } | undefined
  partial: Leaf<Target> | undefined
}

const parameter = /^\{\w+(?::(\w+))?\}$/
const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

export class Router<Target> {
  readonly #root: Branch<Target> = emptyBranch()

  constructor(entries: readonly RouterEntry<Target>[]) {
    for (const [order, entry] of entries.entries()) this.#branchFor(entry.path).leaves.push({ order, entry })
  }

  /** The route, or what the path allows instead, or undefined when nothing has the path. `path` is decoded. */
  find(method: string, path: string): RouteMatch<Target> | OtherMethods | undefined {
    const search: Search<Target> = { method, segments: path.split('/'), params: [], full: undefined, partial: undefined }
    walk(this.#root, 0, search)
    if (search.full !== undefined) return search.full.match
    return search.partial && { allow: search.partial.entry.methods.join(', ') }
  }

  #branchFor(path: string): Branch<Target> {
    let branch = this.#root
    for (const segment of path.split('/')) {
      const kind = parameter.exec(segment)
      if (kind === null) {
        const next = branch.literals.get(segment) ?? emptyBranch()
        branch.literals.set(segment, next)
        branch = next
      } else if (kind[1] === 'uuid') branch = branch.uuid ??= emptyBranch()
      else if (kind[1] === 'path') branch = branch.rest ??= emptyBranch()
      else if (kind[1] === undefined || kind[1] === 'str') branch = branch.text ??= emptyBranch()
      else throw new RangeError(`the router knows no parameter like ${segment}`)
    }
    return branch
  }
}

function emptyBranch<Target>(): Branch<Target> {
  return { literals: new Map(), uuid: undefined, text: undefined, rest: undefined, leaves: [] }
}

function walk<Target>(branch: Branch<Target>, index: number, search: Search<Target>): void {
  const segment = search.segments[index]
  if (segment === undefined) {
    for (const leaf of branch.leaves) consider(leaf, search)
    return
  }
  const literal = branch.literals.get(segment)
  if (literal !== undefined) walk(literal, index + 1, search)
  if (branch.text !== undefined && segment !== '') walkWith(segment, branch.text, index + 1, search)
  if (branch.uuid !== undefined && uuid.test(segment)) walkWith(canonicalUuid(segment), branch.uuid, index + 1, search)
  if (branch.rest !== undefined) walkWith(search.segments.slice(index).join('/'), branch.rest, search.segments.length, search)
}

function walkWith<Target>(param: string, branch: Branch<Target>, index: number, search: Search<Target>): void {
  search.params.push(param)
  walk(branch, index, search)
  search.params.pop()
}

function consider<Target>(leaf: Leaf<Target>, search: Search<Target>): void {
  const { order, entry } = leaf
  if (entry.methods.includes(search.method)) {
    if (search.full === undefined || order < search.full.order) {
      search.full = { order, match: { target: entry.target, params: [...search.params] } }
    }
  } else if (search.partial === undefined || order < search.partial.order) search.partial = leaf
}

function canonicalUuid(text: string): string {
  if (text.length === 36 && text === text.toLowerCase()) return text
  const hex = text.replaceAll('-', '').toLowerCase()
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
