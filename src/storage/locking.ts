import { sql } from './sql.ts'

/**
 * Row locks for the rest of the transaction. SQLite has one writer and needs none. Always in the order of the ids, and the
 * tables in this order, so that groups that cross each other never deadlock: flow_run, task_run, concurrency_limit,
 * concurrency_limit_v2, deployment, work_queue, work_pool.
 */
export const forChange = sql.dialect({ sqlite: sql.empty, postgres: sql.raw(' FOR NO KEY UPDATE') })
/** For rows that are to be deleted. */
export const forDeletion = sql.dialect({ sqlite: sql.empty, postgres: sql.raw(' FOR UPDATE') })
/** For parents that must not go away meanwhile. */
export const forReference = sql.dialect({ sqlite: sql.empty, postgres: sql.raw(' FOR KEY SHARE') })
