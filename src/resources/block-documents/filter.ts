import { by, type FilterValue, filter } from '../filtering/filter.ts'
import { flag, text, uuid } from '../filtering/words.ts'

/** Without a word about anonymous documents it gives none of them. */
export const BlockDocumentFilter = filter(
  'BlockDocumentFilter',
  'block_document',
  {
    id: by(uuid, ['any_']),
    is_anonymous: by(flag, ['eq_']),
    block_type_id: by(uuid, ['any_']),
    name: by(text, ['any_', 'like_']),
  },
  { operator: true, defaults: { is_anonymous: { eq_: false } } },
)
export type BlockDocumentFilter = FilterValue<typeof BlockDocumentFilter>
