import { type SortWord, sort } from '../filtering/sort.ts'

export const DeploymentSort = sort('DeploymentSort', 'deployment', ['CREATED_DESC', 'UPDATED_DESC', 'NAME_ASC', 'NAME_DESC'])
export type DeploymentSort = SortWord<typeof DeploymentSort>
