/** What the API answers about events and automations. */
import { Trigger } from '../../events/automations/triggers.ts'
import * as s from '../../schema/index.ts'
import { component, uri } from '../component.ts'

/** Any of the actions that an automation may take. */
const actions = s.list(
  s.union(
    component('DoNothing'),
    component('RunDeployment'),
    component('PauseDeployment'),
    component('ResumeDeployment'),
    component('CancelFlowRun'),
    component('DeleteFlowRun'),
    component('ChangeFlowRunState'),
    component('PauseWorkQueue'),
    component('ResumeWorkQueue'),
    component('SendNotification'),
    component('CallWebhook'),
    component('PauseAutomation'),
    component('ResumeAutomation'),
    component('SuspendFlowRun'),
    component('ResumeFlowRun'),
    component('PauseWorkPool'),
    component('ResumeWorkPool'),
  ),
)

export const ReceivedEvent = s.model('ReceivedEvent', {
  occurred: s.datetime(),
  event: s.string(),
  resource: component('Resource'),
  related: s.optional(s.list(component('RelatedResource')), null),
  payload: s.optional(s.dict(), null),
  id: s.uuid(),
  follows: s.optional(s.nullable(s.uuid()), null),
  received: s.optional(s.datetime(), null),
})

export const EventPage = s.model('EventPage', {
  events: s.list(ReceivedEvent),
  total: s.integer(),
  next_page: s.nullable(uri()),
})

export const EventCount = s.model('EventCount', {
  value: s.string(),
  label: s.string(),
  count: s.integer(),
  start_time: s.datetime(),
  end_time: s.datetime(),
})

export const Automation = s.model('Automation', {
  name: s.string(),
  description: s.optional(s.string(), ''),
  enabled: s.optional(s.boolean(), true),
  tags: s.optional(s.list(s.string()), null),
  trigger: Trigger,
  actions: actions,
  actions_on_trigger: s.optional(actions, null),
  actions_on_resolve: s.optional(actions, null),
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
})
