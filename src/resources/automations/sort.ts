import { type SortWord, sort } from '../filtering/sort.ts'

export const AutomationSort = sort('AutomationSort', 'automation', ['CREATED_DESC', 'UPDATED_DESC', 'NAME_ASC', 'NAME_DESC'])
export type AutomationSort = SortWord<typeof AutomationSort>
