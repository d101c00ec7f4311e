/** Events, and the automations that act on them. */
import { identity } from './identity.ts'

export const events = `
CREATE TABLE events (
  occurred timestamptz NOT NULL,
  event text NOT NULL,
  resource_id text NOT NULL,
  resource jsonb NOT NULL,
  related_resource_ids jsonb DEFAULT '[]' NOT NULL,
  related jsonb DEFAULT '[]' NOT NULL,
  payload jsonb NOT NULL,
  received timestamptz NOT NULL,
  recorded timestamptz NOT NULL,
  follows uuid,
  ${identity},
  CONSTRAINT pk_events PRIMARY KEY (id)
);
CREATE INDEX ix_events__event__id ON events (event, id);
CREATE INDEX ix_events__event_occurred ON events (event, occurred);
CREATE INDEX ix_events__event_occurred_id ON events (event, occurred, id);
CREATE INDEX ix_events__event_resource_id_occurred ON events (event, resource_id, occurred);
CREATE INDEX ix_events__occurred ON events (occurred);
CREATE INDEX ix_events__occurred_id ON events (occurred, id);
CREATE INDEX ix_events__related_gin ON events USING gin (related);
CREATE INDEX ix_events__related_resource_ids_gin ON events USING gin (related_resource_ids);
CREATE INDEX ix_events__updated ON events (updated);

CREATE TABLE event_resources (
  occurred timestamptz NOT NULL,
  resource_id text NOT NULL,
  resource_role text NOT NULL,
  resource json NOT NULL,
  event_id uuid NOT NULL,
  ${identity},
  CONSTRAINT pk_event_resources PRIMARY KEY (id)
);
CREATE INDEX ix_event_resources__event_id ON event_resources (event_id);
CREATE INDEX ix_event_resources__occurred ON event_resources (occurred);
CREATE INDEX ix_event_resources__resource_id__occurred ON event_resources (resource_id, occurred);
CREATE INDEX ix_event_resources__updated ON event_resources (updated);

CREATE TABLE automation (
  name varchar NOT NULL,
  description varchar NOT NULL,
  enabled boolean DEFAULT true NOT NULL,
  trigger jsonb NOT NULL,
  actions jsonb NOT NULL,
  actions_on_trigger jsonb DEFAULT '[]' NOT NULL,
  actions_on_resolve jsonb DEFAULT '[]' NOT NULL,
  ${identity},
  tags jsonb DEFAULT '[]' NOT NULL,
  CONSTRAINT pk_automation PRIMARY KEY (id)
);
CREATE INDEX ix_automation__updated ON automation (updated);

CREATE TABLE automation_bucket (
  automation_id uuid NOT NULL,
  trigger_id uuid NOT NULL,
  bucketing_key jsonb NOT NULL,
  last_event jsonb,
  start timestamptz NOT NULL,
  "end" timestamptz NOT NULL,
  count integer NOT NULL,
  last_operation varchar,
  triggered_at timestamptz,
  ${identity},
  CONSTRAINT pk_automation_bucket PRIMARY KEY (id)
);
CREATE INDEX ix_automation_bucket__automation_id__end ON automation_bucket (automation_id, "end");
CREATE INDEX ix_automation_bucket__updated ON automation_bucket (updated);
CREATE UNIQUE INDEX uq_automation_bucket__automation_id__trigger_id__bucketing_key ON automation_bucket (automation_id, trigger_id, bucketing_key);

CREATE TABLE automation_event_follower (
  leader_event_id uuid NOT NULL,
  follower_event_id uuid NOT NULL,
  received timestamptz NOT NULL,
  follower jsonb NOT NULL,
  ${identity},
  scope varchar NOT NULL,
  CONSTRAINT pk_automation_event_follower PRIMARY KEY (id)
);
CREATE INDEX ix_ae_follower_scope_leader ON automation_event_follower (scope, leader_event_id);
CREATE INDEX ix_automation_event_follower__leader_event_id ON automation_event_follower (leader_event_id);
CREATE INDEX ix_automation_event_follower__received ON automation_event_follower (received);
CREATE INDEX ix_automation_event_follower__scope ON automation_event_follower (scope);
CREATE INDEX ix_automation_event_follower__updated ON automation_event_follower (updated);
CREATE UNIQUE INDEX uq_follower_for_scope ON automation_event_follower (scope, follower_event_id);

CREATE TABLE automation_related_resource (
  automation_id uuid NOT NULL,
  resource_id varchar,
  automation_owned_by_resource boolean DEFAULT false NOT NULL,
  ${identity},
  CONSTRAINT pk_automation_related_resource PRIMARY KEY (id)
);
CREATE INDEX ix_automation_related_resource__resource_id ON automation_related_resource (resource_id);
CREATE INDEX ix_automation_related_resource__updated ON automation_related_resource (updated);
CREATE UNIQUE INDEX uq_automation_related_resource__automation_id__resource_id ON automation_related_resource (automation_id, resource_id);

CREATE TABLE composite_trigger_child_firing (
  automation_id uuid NOT NULL,
  parent_trigger_id uuid NOT NULL,
  child_trigger_id uuid NOT NULL,
  child_firing_id uuid NOT NULL,
  child_fired_at timestamptz,
  child_firing jsonb NOT NULL,
  ${identity},
  CONSTRAINT pk_composite_trigger_child_firing PRIMARY KEY (id)
);
CREATE INDEX ix_composite_trigger_child_firing__updated ON composite_trigger_child_firing (updated);
CREATE UNIQUE INDEX uq_composite_trigger_child_firing__a_id__pt_id__ct__id ON composite_trigger_child_firing (automation_id, parent_trigger_id, child_trigger_id);
`
