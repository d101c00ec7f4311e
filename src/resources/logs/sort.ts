import { type SortWord, sort } from '../filtering/sort.ts'

export const LogSort = sort('LogSort', 'log', ['TIMESTAMP_ASC', 'TIMESTAMP_DESC'])
export type LogSort = SortWord<typeof LogSort>
