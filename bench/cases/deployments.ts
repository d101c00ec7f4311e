/** What `prefect deploy` and whoever runs deployments ask for. */
import type { Case } from '../case.ts'

const template = {
  job_configuration: { command: '{{ command }}', env: '{{ env }}', image: '{{ image }}' },
  variables: {
    type: 'object',
    properties: {
      command: { anyOf: [{ type: 'string' }, { type: 'null' }], default: null },
      env: { type: 'object', additionalProperties: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      image: { type: 'string', default: 'python' },
    },
  },
}

/** The parameters are checked against a schema, the job variables against the pool's template. */
export const runsOfDeployment: Case = {
  name: 'create flow runs of a deployment',
  unit: 'run',
  connections: { ours: [16, 64, 128], reference: [1, 4, 16] },
  bar: { sqlite: 80, postgres: 50 },
  async prepare({ api, database }) {
    await api.create('/work_pools/', { name: 'pool', type: 'process', base_job_template: template })
    const deployment = await api.create('/deployments/', {
      flow_id: await api.create('/flows/', { name: 'deployed' }),
      name: 'bench',
      work_pool_name: 'pool',
      tags: ['bench'],
      parameters: { n: 1 },
      parameter_openapi_schema: {
        type: 'object',
        properties: { n: { type: 'integer' }, text: { type: 'string', default: 'x' } },
        required: ['n'],
      },
    })
    const body = JSON.stringify({ parameters: { n: 2 }, job_variables: { image: 'bench' } })
    return {
      kind: 'requests',
      unitsPerRequest: 1,
      count: () => database.number('SELECT count(*) FROM flow_run'),
      next: () => ({ method: 'POST', path: `/api/deployments/${deployment}/create_flow_run`, body }),
    }
  },
}
