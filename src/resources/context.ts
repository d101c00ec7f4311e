/** What a handler may use: its transaction, its clock, the settings, and the two ways to tell others what happened. */
import type { Settings } from '../config/settings.ts'
import type { Event } from '../events/event.ts'
import type { Transaction } from '../storage/database.ts'
import type { Timestamp } from '../values/timestamp.ts'

export interface Context {
  readonly tx: Transaction
  /** One reading of the clock for the whole request. */
  readonly now: Timestamp
  readonly settings: Settings
  /** Commits the event together with the request's writes (through the outbox). */
  emit(event: Event): void
  /** Tells other actors and pods after the commit. News may be lost; whatever must not be lost is in the database. */
  publish(topic: Topic, payload: unknown): void
}

/** News between actors and pods. */
export type Topic =
  | 'events' // events that were committed, for /events/out and the triggers
  | 'logs' // log rows, for /logs/out
  | 'scheduled-task-runs' // a background task run waits for a task worker
  | 'pending-deletions' // what deleted runs left behind waits to be deleted
  | 'trigger-batches' // events wait to be seen by the triggers
  | 'triggered-actions' // actions of automations wait to be performed
  | 'polled-queues' // ids of work queues that somebody polled, to be noted in the database
  | 'cleanup' // a work pool has something for its workers to clean up
  | 'polled-deployments' // ids of deployments that somebody polled, likewise
  | 'work-pools' // a work pool, one of its queues or its storage changed, for the worker channel
