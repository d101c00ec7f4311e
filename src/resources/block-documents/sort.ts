import { sql } from '../../storage/sql.ts'
import { type SortWord, sort } from '../filtering/sort.ts'

export const BlockDocumentSort = sort('BlockDocumentSort', 'block_document', ['NAME_DESC', 'NAME_ASC', 'BLOCK_TYPE_AND_NAME_ASC'], {
  BLOCK_TYPE_AND_NAME: [sql.id('block_document', 'block_type_name'), sql.id('block_document', 'name')],
})
export type BlockDocumentSort = SortWord<typeof BlockDocumentSort>
