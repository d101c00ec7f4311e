/** What stands for a value that is not there. Attributes of it are it again; what computes with it fails. */
import { repr } from './printing.ts'
import { PythonError, PythonObject, typeName, type Value } from './values.ts'

export class Undefined extends PythonObject {
  readonly typeName = 'ChainableUndefined'
  readonly #message: () => string
  readonly #error: 'UndefinedError' | 'SecurityError'

  constructor(message: () => string, error: 'UndefinedError' | 'SecurityError' = 'UndefinedError') {
    super()
    this.#message = message
    this.#error = error
  }

  static named(name: string): Undefined {
    return new Undefined(() => `${repr(name)} is undefined`)
  }
  /** No such attribute or item of a value. */
  static of(value: Value, name: Value): Undefined {
    return new Undefined(() =>
      typeof name === 'string'
        ? `${repr(describe(value))} has no attribute ${repr(name)}`
        : `${describe(value)} has no element ${repr(name)}`,
    )
  }
  static unsafe(value: Value, name: string): Undefined {
    return new Undefined(() => `access to attribute ${repr(name)} of ${repr(typeName(value))} object is unsafe.`, 'SecurityError')
  }

  /** The error of an operation that needs a value. */
  error(): PythonError {
    return new PythonError(this.#error, this.#message())
  }
  override item(): Value {
    return this
  }
  override iterate(): Iterable<Value> {
    return []
  }
  override length(): number {
    return 0
  }
  override repr(): string {
    return 'Undefined'
  }
  override str(): string {
    return ''
  }
  override equals(other: Value): boolean {
    return other instanceof Undefined
  }
  override compare(): never {
    throw this.error()
  }
  override hashKey(): string {
    return 'undefined'
  }
}

/** Where the class of an object is defined, which messages about its attributes tell. */
const modules: Record<string, string> = {
  Markup: 'markupsafe.Markup',
  Namespace: 'jinja2.utils.Namespace',
  _GroupTuple: 'jinja2.filters._GroupTuple',
  DateTime: 'pendulum.datetime.DateTime',
  AsyncLoopContext: 'jinja2.runtime.AsyncLoopContext',
  LoopContext: 'jinja2.runtime.LoopContext',
  Macro: 'jinja2.runtime.Macro',
  UUID: 'uuid.UUID',
  timedelta: 'datetime.timedelta',
  ReceivedEvent: 'prefect.server.events.schemas.events.ReceivedEvent',
  Resource: 'prefect.server.events.schemas.events.Resource',
  RelatedResource: 'prefect.server.events.schemas.events.RelatedResource',
  Automation: 'prefect.server.events.schemas.automations.Automation',
  EventTrigger: 'prefect.server.events.schemas.automations.EventTrigger',
  CompoundTrigger: 'prefect.server.events.schemas.automations.CompoundTrigger',
  SequenceTrigger: 'prefect.server.events.schemas.automations.SequenceTrigger',
  Firing: 'prefect.server.events.schemas.automations.Firing',
  State: 'prefect.server.schemas.states.State',
  Flow: 'prefect.server.schemas.core.Flow',
  TaskRun: 'prefect.server.schemas.core.TaskRun',
  WorkPool: 'prefect.server.schemas.core.WorkPool',
  ConcurrencyLimitV2: 'prefect.server.schemas.core.ConcurrencyLimitV2',
  FlowRunResponse: 'prefect.server.schemas.responses.FlowRunResponse',
  DeploymentResponse: 'prefect.server.schemas.responses.DeploymentResponse',
  WorkQueueWithStatus: 'prefect.server.schemas.responses.WorkQueueWithStatus',
  LabelDiver: 'prefect.server.events.schemas.labelling.LabelDiver',
}

function describe(value: Value): string {
  if (value === null) return 'None'
  const name = typeName(value)
  return `${modules[name] ?? name} object`
}
