/** Every operation of the server, in one table: the front end routes by it, the actors run by it. */
import type { Operation } from './operation.ts'
import { routes as variables } from './variables/routes.ts'

export const operations: readonly Operation[] = [...variables]
