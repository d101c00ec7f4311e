import { by, type FilterValue, filter } from '../filtering/filter.ts'
import { text } from '../filtering/words.ts'

export const BlockTypeFilter = filter('BlockTypeFilter', 'block_type', { name: by(text, ['like_']), slug: by(text, ['any_']) })
export type BlockTypeFilter = FilterValue<typeof BlockTypeFilter>
