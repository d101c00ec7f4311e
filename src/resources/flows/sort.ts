import { type SortWord, sort } from '../filtering/sort.ts'

export const FlowSort = sort('FlowSort', 'flow', ['CREATED_DESC', 'UPDATED_DESC', 'NAME_ASC', 'NAME_DESC'])
export type FlowSort = SortWord<typeof FlowSort>
