import { type SortWord, sort } from '../filtering/sort.ts'

export const VariableSort = sort('VariableSort', 'variable', ['CREATED_DESC', 'UPDATED_DESC', 'NAME_DESC', 'NAME_ASC'])
export type VariableSort = SortWord<typeof VariableSort>
