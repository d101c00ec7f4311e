import type { GroupedRoute } from './grouped.ts'
import type { Route } from './route.ts'

/** What an actor can run: a route of the API, or a CALL that other actors make. */
export type Operation = Route | GroupedRoute
