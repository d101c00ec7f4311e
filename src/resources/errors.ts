/**
 * Errors that are answers. A handler throws one, `http/` writes it in the reference's shape; every other exception is a
 * fault and answers 500. The table of shapes is in `errorReply`.
 */
import type { ValidationIssue } from '../schema/index.ts'
import type { DatabaseError } from '../storage/database.ts'
import type { Reply } from './route.ts'

export class ApiError extends Error {
  readonly status: number
  readonly body: unknown
  readonly headers: Record<string, string>
  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`HTTP ${status}`)
    this.name = 'ApiError'
    this.status = status
    this.body = body
    this.headers = headers
  }
}

/** What a handler of the reference raises itself: `{"detail": …}`. */
export const httpError = (status: number, detail: unknown, headers?: Record<string, string>): ApiError =>
  new ApiError(status, { detail }, headers)

/** `{"detail": "Flow not found"}` with the reference's own wording for the object. */
export const notFound = (detail: string): ApiError => httpError(404, detail)

/** An object that was missing deeper down: `{"exception_message": …}`. */
export const objectNotFound = (message: string): ApiError => new ApiError(404, { exception_message: message })

/** The general answer to a violated constraint. */
export const integrityConflict = (): ApiError =>
  new ApiError(409, {
    detail: 'Data integrity conflict. This usually means a unique or foreign key constraint was violated. See server logs for details.',
  })

/** A request that its schemas refuse, with everything that is wrong with it. */
export const invalidRequest = (issues: readonly ValidationIssue[], requestBody: unknown): ApiError =>
  new ApiError(422, { exception_message: 'Invalid request received.', exception_detail: issues, request_body: requestBody })

export function errorReply(error: ApiError): Reply {
  return { status: error.status, body: error.body, headers: error.headers }
}

/** Certainly nothing has happened; worth another try. */
export const unavailable = (): ApiError => new ApiError(503, { exception_message: 'Service Unavailable' }, { 'retry-after': '1' })

/** What a database refuses, as answers. 503 promises that nothing was committed: clients repeat it. */
export function databaseErrorReply(error: DatabaseError): Reply {
  switch (error.kind) {
    case 'integrity':
      return errorReply(integrityConflict())
    case 'invalid':
      return { status: 422, body: { exception_message: 'Invalid request received.', exception_detail: [], request_body: null } }
    case 'unknown_commit':
      return internalErrorReply()
    default:
      return errorReply(unavailable())
  }
}

export function internalErrorReply(): Reply {
  return { status: 500, body: { exception_message: 'Internal Server Error' } }
}
