/** Rules about task runs whose result may be known already. */
import type { TaskRun } from '../run.ts'
import { anyState, only } from '../states.ts'
import type { Rule } from '../transition.ts'

/** Work is not done again when a completed state with the same cache key is still valid: the run gets that state. */
export const CacheRetrieval: Rule<TaskRun> = {
  name: 'CacheRetrieval',
  from: anyState,
  to: only('RUNNING'),
  needs({ proposed: { state_details } }, needs) {
    if (state_details.cache_key && !state_details.refresh_cache) needs.cacheKeys.add(state_details.cache_key)
  },
  before(_initial, { state_details }, transition) {
    const { cache_key: key, refresh_cache: refresh } = state_details
    const cached = key && !refresh ? transition.facts.cachedStates.get(key) : undefined
    if (cached) transition.reject({ ...cached, name: 'Cached' }, 'Retrieved state from cache')
  },
}

/** Remembers a completed state under its cache key. A key that is too long is complained about, and still works. */
export const CacheInsertion: Rule<TaskRun> = {
  name: 'CacheInsertion',
  from: anyState,
  to: only('COMPLETED'),
  before(_initial, proposed, transition) {
    const longest = transition.settings.maxCacheKeyLength
    const key = proposed.state_details.cache_key ?? ''
    if ([...key].length > longest) transition.reject(proposed, `Cache key exceeded maximum allowed length of ${longest} characters.`)
  },
  after(_initial, validated, { writes }) {
    if (!validated?.state_details.cache_key) return
    const { cache_key, cache_expiration } = validated.state_details
    writes.cachedStates.push({ cache_key, cache_expiration, task_run_state_id: validated.id })
  },
}
