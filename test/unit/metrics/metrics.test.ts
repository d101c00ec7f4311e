import { expect, test } from 'vitest'
import { Metrics } from '../../../src/metrics/metrics.ts'

test('metrics in the text format of Prometheus', () => {
  const metrics = new Metrics()
  const requests = metrics.counter('requests_total', 'Requests.', ['route', 'status'])
  const latency = metrics.histogram('latency_seconds', 'Latency.', [0.1, 1], ['route'])
  metrics.gauge('unused', 'Nothing was observed.')
  const depth = metrics.gauge('depth', 'Depth.')
  requests.of('/a', '200').add()
  requests.of('/a', '200').add(2)
  requests.of('/"b"\\\n', '500').add()
  for (const value of [0.05, 0.1, 0.5, 3]) latency.of('/a').observe(value)
  depth.of().set(-1.5)
  expect(metrics.text()).toBe(`# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{route="/a",status="200"} 3
requests_total{route="/\\"b\\"\\\\\\n",status="500"} 1
# HELP latency_seconds Latency.
# TYPE latency_seconds histogram
latency_seconds_bucket{route="/a",le="0.1"} 2
latency_seconds_bucket{route="/a",le="1"} 3
latency_seconds_bucket{route="/a",le="+Inf"} 4
latency_seconds_sum{route="/a"} 3.65
latency_seconds_count{route="/a"} 4
# HELP depth Depth.
# TYPE depth gauge
depth -1.5
`)
})
