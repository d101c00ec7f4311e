/**
 * Rules about a deployment's concurrency limit. A run takes a slot when it becomes PENDING, before a worker provides its
 * infrastructure, and holds it under a lease, whose id goes from state to state, until it ends.
 */
import type { ConcurrencyOptions } from '../facts.ts'
import type { FlowRun } from '../run.ts'
import { AwaitingConcurrencySlot, anyState, anyStateBut, Cancelled, only } from '../states.ts'
import { type OrchestrationSettings, type Rule, secondsFrom, type Transition } from '../transition.ts'
import { keepsLeases, workersThatTakeSlots } from '../versions.ts'

const holdsSlot = only('PENDING', 'RUNNING', 'CANCELLING')

/** How long infrastructure may take to start before the slot is lost. */
const graceSeconds = (options: ConcurrencyOptions | null, settings: OrchestrationSettings): number =>
  options?.grace_period_seconds ?? settings.initialDeploymentLeaseDuration

/** The run's deployment, with the row of its limit when it has one. */
function deploymentOf({ run, facts, slots }: Transition<FlowRun>) {
  const deployment = facts.deployments.get(run.deployment_id ?? '')
  if (deployment === undefined) return undefined
  const id = deployment.concurrency_limit_id
  return { limitId: id, limit: id === null ? undefined : slots.limit(id), options: deployment.concurrency_options }
}

/** Workers send null for a lease that they do not know of; the run would lose its slot's holder. */
export const PreserveDeploymentConcurrencyLeaseId: Rule<FlowRun> = {
  name: 'PreserveDeploymentConcurrencyLeaseId',
  from: anyState,
  to: anyState,
  transform: true,
  before(initial, proposed) {
    proposed.state_details.deployment_concurrency_lease_id ??= initial?.state_details.deployment_concurrency_lease_id ?? null
  },
}

/** No more runs of a deployment than its limit are under way; others wait in a queue or are cancelled, as it chose. */
export const SecureFlowConcurrencySlots: Rule<FlowRun> = {
  name: 'SecureFlowConcurrencySlots',
  from: anyStateBut('PENDING', 'RUNNING', 'CANCELLING'),
  to: only('PENDING'),
  needs({ run }, needs) {
    if (run.deployment_id !== null) needs.deployments.add(run.deployment_id)
  },
  before(_initial, proposed, transition) {
    const { run, slots, now, settings, entropy, clientVersion } = transition
    if (run.deployment_id === null || (clientVersion !== null && workersThatTakeSlots.has(clientVersion))) return
    const deployment = deploymentOf(transition)
    if (deployment === undefined) return transition.abort('Deployment not found.')
    const { limit, options } = deployment
    if (limit === undefined) return
    if (limit.limit === 0) {
      return transition.abort('The deployment concurrency limit is 0. The flow will deadlock if submitted again.')
    }
    const expires_at = secondsFrom(now, graceSeconds(options, settings))
    const lease = { id: entropy.uuid(), resource_ids: [limit.id], slots: 1, holder: null, expires_at }
    if (slots.acquire(lease)) {
      proposed.state_details.deployment_concurrency_lease_id = lease.id
      return
    }
    const state =
      options?.collision_strategy === 'CANCEL_NEW'
        ? Cancelled({ message: 'Deployment concurrency limit reached.' })
        : AwaitingConcurrencySlot(secondsFrom(now, settings.deploymentConcurrencySlotWaitSeconds))
    transition.reject(state, 'Deployment concurrency limit reached.')
  },
  cleanup({ slots }) {
    slots.giveBack()
  },
}

/** A run whose slot was given to others while its infrastructure started must not run beside them. */
export const ValidateDeploymentConcurrencyAtRunning: Rule<FlowRun> = {
  name: 'ValidateDeploymentConcurrencyAtRunning',
  from: only('PENDING'),
  to: only('RUNNING'),
  needs({ run, initial, clientVersion }, needs) {
    const leaseId = initial?.state_details.deployment_concurrency_lease_id
    if (!leaseId || !keepsLeases(clientVersion ?? null) || run.deployment_id === null) return
    needs.leases.add(leaseId)
    needs.deployments.add(run.deployment_id)
  },
  before(initial, proposed, transition) {
    if (initial === null) return
    const { run, slots, now, settings, entropy, clientVersion } = transition
    const leaseId = initial.state_details.deployment_concurrency_lease_id
    proposed.state_details.deployment_concurrency_lease_id = leaseId
    // Older clients renew nothing: that their lease is gone says nothing.
    if (leaseId === null || !keepsLeases(clientVersion)) return
    const deployment = deploymentOf(transition)
    if (deployment?.limit === undefined) return
    const expires_at = secondsFrom(now, graceSeconds(deployment.options, settings))
    if (slots.renew(leaseId, expires_at)) return
    const holder = { type: 'flow_run', id: run.id } as const
    const lease = { id: entropy.uuid(), resource_ids: [deployment.limit.id], slots: 1, holder, expires_at }
    if (slots.acquire(lease)) {
      proposed.state_details.deployment_concurrency_lease_id = lease.id
      return
    }
    const message = 'Deployment concurrency slot lost during provisioning - no slots available to continue execution'
    transition.reject(Cancelled({ message }), 'Deployment concurrency limit reached after lease expiry.')
  },
}

/** Clients that renew no lease would lose their slot while they run: it goes on without one. */
export const RemoveDeploymentConcurrencyLeaseForOldClientVersions: Rule<FlowRun> = {
  name: 'RemoveDeploymentConcurrencyLeaseForOldClientVersions',
  from: only('PENDING'),
  to: only('RUNNING', 'CANCELLING'),
  needs({ initial, clientVersion }, needs) {
    const leaseId = initial?.state_details.deployment_concurrency_lease_id
    if (leaseId && !keepsLeases(clientVersion ?? null)) needs.leases.add(leaseId)
  },
  after(initial, _validated, { slots, clientVersion }) {
    const leaseId = initial?.state_details.deployment_concurrency_lease_id
    if (leaseId && !keepsLeases(clientVersion)) slots.revoke(leaseId)
  },
}

/** A run that is not under way holds no slot; except one that retries in its own process, which stays alive meanwhile. */
export const ReleaseFlowConcurrencySlots: Rule<FlowRun> = {
  name: 'ReleaseFlowConcurrencySlots',
  from: anyState,
  to: anyState,
  transform: true,
  needs({ run, initial, proposed }, needs) {
    if (initial === null || run.deployment_id === null || !holdsSlot.has(initial.type) || holdsSlot.has(proposed.type)) return
    needs.deployments.add(run.deployment_id)
    const leaseId = initial.state_details.deployment_concurrency_lease_id
    if (leaseId !== null) needs.leases.add(leaseId)
  },
  after(initial, validated, transition) {
    const { run, slots, status } = transition
    if (initial === null || validated === null || run.deployment_id === null) return
    if (!holdsSlot.has(initial.type) || holdsSlot.has(validated.type)) return
    if (validated.name === 'AwaitingRetry' && validated.type === 'SCHEDULED' && status === 'REJECT') return
    const limitId = deploymentOf(transition)?.limitId ?? null
    const leaseId = initial.state_details.deployment_concurrency_lease_id
    if (leaseId !== null) slots.release(leaseId, limitId)
    else if (limitId !== null) slots.decrement([limitId], 1)
  },
}

/** Runs that nobody picks up must not gather as Late where the deployment cancels what exceeds its limit. */
export const EnforceDeploymentConcurrencyOnLate: Rule<FlowRun> = {
  name: 'EnforceDeploymentConcurrencyOnLate',
  from: only('SCHEDULED'),
  to: only('SCHEDULED'),
  needs({ run, proposed }, needs) {
    if (proposed.name === 'Late' && run.deployment_id !== null) needs.deployments.add(run.deployment_id)
  },
  before(_initial, proposed, transition) {
    if (proposed.name !== 'Late') return
    const deployment = deploymentOf(transition)
    if (deployment?.limit === undefined || deployment.options?.collision_strategy !== 'CANCEL_NEW') return
    if (deployment.limit.active_slots < deployment.limit.limit) return
    const cancelled = Cancelled({ message: 'Deployment concurrency limit reached.' })
    transition.reject(cancelled, 'Deployment concurrency limit is full and uses the CANCEL_NEW strategy.')
  },
}
