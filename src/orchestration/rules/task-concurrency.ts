/** Rules about the limits on tags: how many task runs with a tag may run at the same time. */
import type { Needs } from '../facts.ts'
import type { TaskRun } from '../run.ts'
import type { ConcurrencyLimit, TagLimit } from '../slots.ts'
import { anyState, only } from '../states.ts'
import { type Rule, type StateRequest, secondsFrom, type Transition } from '../transition.ts'
import { clampedPoissonInterval } from '../waiting.ts'

/** The clients of these limits do not renew leases; so the lease outlives every run. */
const leaseSeconds = 100 * 365 * 24 * 60 * 60

const tagOf = (limit: ConcurrencyLimit): string => limit.name.slice('tag:'.length)
const deadlock = (tag: string): string => `The concurrency limit on tag "${tag}" is 0 and will deadlock if the task tries to run again.`
const byText = (left: string, right: string): number => (left < right ? -1 : 1)

const needsTags = ({ run }: StateRequest<TaskRun>, needs: Needs): void => {
  for (const tag of run.tags) needs.tags.add(tag)
}

function globalLimits({ run, slots }: Transition<TaskRun>): ConcurrencyLimit[] {
  const tags = [...new Set(run.tags)].sort(byText)
  return tags.flatMap((tag) => slots.limitNamed(`tag:${tag}`) ?? [])
}

function tagLimits({ run, slots }: Transition<TaskRun>): TagLimit[] {
  const tags = [...new Set(run.tags)].sort(byText)
  return tags.flatMap((tag) => slots.tagLimit(tag) ?? [])
}

/** A task starts when each of its tags has a slot left, and waits otherwise; a limit of 0 would make it wait forever. */
export const SecureTaskConcurrencySlots: Rule<TaskRun> = {
  name: 'SecureTaskConcurrencySlots',
  from: anyState,
  to: only('RUNNING'),
  needs: needsTags,
  before(_initial, _proposed, transition) {
    const active = globalLimits(transition).filter((limit) => limit.active)
    if (!takeGlobalSlots(active, transition)) return
    const covered = new Set(active.map(tagOf))
    const limits = tagLimits(transition)
    if (limits.some((limit) => !covered.has(limit.tag))) takeTagSlots(limits, transition)
    if (transition.proposed === null) transition.slots.giveBack()
  },
  cleanup({ slots }) {
    slots.giveBack()
  },
}

/** One slot of each limit under one lease. False when the run has to wait. */
function takeGlobalSlots(active: readonly ConcurrencyLimit[], transition: Transition<TaskRun>): boolean {
  const { run, slots, now, settings, entropy } = transition
  for (const limit of active) if (limit.limit === 0) transition.abort(deadlock(tagOf(limit)))
  const open = active.filter((limit) => limit.limit > 0)
  const lease = {
    id: entropy.uuid(),
    resource_ids: open.map((limit) => limit.id),
    slots: 1,
    holder: { type: 'task_run', id: run.id } as const,
    expires_at: secondsFrom(now, leaseSeconds),
  }
  if (open.length === 0 || slots.acquire(lease)) return true

  // About as long as the fullest limit's slots are usually held, and different for each of those who wait.
  const longest = settings.tagConcurrencySlotWaitSeconds
  const fullest = open.reduce((most, limit) => (limit.active_slots / limit.limit > most.active_slots / most.limit ? limit : most))
  const average = Math.min(fullest.avg_slot_occupancy_seconds || longest, longest)
  const seconds = Math.round(clampedPoissonInterval(average, entropy.random()))
  transition.wait(seconds, `Concurrency limit reached for tags: ${open.map(tagOf).join(', ')}`)
  return false
}

function takeTagSlots(limits: readonly TagLimit[], transition: Transition<TaskRun>): void {
  const { run, slots, settings } = transition
  for (const limit of limits) {
    if (limit.concurrency_limit === 0) transition.abort(deadlock(limit.tag))
    else if (limit.active_slots.length < limit.concurrency_limit) slots.takeTag(limit, run.id)
    else {
      const seconds = Math.trunc(settings.tagConcurrencySlotWaitSeconds)
      transition.wait(seconds, `Concurrency limit for the ${limit.tag} tag has been reached`)
    }
  }
}

/** A task run that does not run holds no slots, however it came to its state. */
export const ReleaseTaskConcurrencySlots: Rule<TaskRun> = {
  name: 'ReleaseTaskConcurrencySlots',
  from: anyState,
  to: anyState,
  transform: true,
  needs(request, needs) {
    needsTags(request, needs)
    if (request.run.tags.length > 0) needs.leaseHolders.add(request.run.id)
  },
  after(_initial, validated, transition) {
    if (validated?.type === 'RUNNING' || validated?.type === 'CANCELLING') return
    const { run, slots } = transition
    const limits = globalLimits(transition).map((limit) => limit.id)
    for (const lease of slots.leasesHeldBy(run.id, limits)) slots.release(lease.id)
    for (const limit of tagLimits(transition)) slots.releaseTag(limit.tag, run.id)
  },
}
