/** The manifests: they render, Kubernetes' own schemas accept them, and they say what the README promises. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { Missing, once } from '../environment/missing.ts'
import { root } from '../environment/paths.ts'
import { findCommand, run } from '../environment/processes.ts'
import type { Tally } from '../tally.ts'

const folders = ['k8s', ...['autoscaling', 'ingress', 'managed', 'registry', 'single-node'].map((name) => `k8s-overlays/${name}`)]
const schemasVersion = '1.37.0'

interface Manifest {
  kind: string
  metadata: { name: string; namespace?: string }
  spec?: { replicas?: number; template?: { spec: PodSpec } }
}

interface PodSpec {
  securityContext?: { runAsNonRoot?: boolean }
  imagePullSecrets?: { name: string }[]
  containers: {
    name: string
    args?: string[]
    securityContext?: { readOnlyRootFilesystem?: boolean }
    resources?: object
    livenessProbe?: object
  }[]
}

export async function kubernetes(tally: Tally): Promise<void> {
  for (const folder of folders) {
    await tally.check(`${folder} renders, and its manifests are valid`, async () => {
      await validate(await render(folder))
    })
  }
  await tally.check('containers are confined, probed and limited', async () => {
    for (const { metadata, spec } of await manifests('k8s')) {
      const pod = spec?.template?.spec
      if (pod === undefined) continue
      if (pod.securityContext?.runAsNonRoot !== true) throw new Error(`${metadata.name} may run as root`)
      for (const { name, securityContext, resources, livenessProbe } of pod.containers) {
        if (securityContext?.readOnlyRootFilesystem !== true) throw new Error(`${name} may write to its image`)
        if (resources === undefined || livenessProbe === undefined) throw new Error(`${name} has no limits or no probe`)
      }
    }
  })
  await tally.check('two pods for the API, two for services of which one leads', async () => {
    const found = await manifests('k8s')
    const api = deployment(found, 'prefect-api')
    const services = deployment(found, 'prefect-services')
    if (api.spec?.replicas !== 2 || services.spec?.replicas !== 2) throw new Error('not two replicas of each')
    if (!argsOf(api).includes('--no-services') || argsOf(services)[0] !== 'services') throw new Error('they are started otherwise')
    if (found.some(({ metadata, kind }) => kind !== 'Namespace' && metadata.namespace !== 'prefect')) throw new Error('another namespace')
  })
  await tally.check('the patches of the README apply', async () => {
    const patch = '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"atcr-creds"}]}}}}'
    for (const name of ['prefect-api', 'prefect-services']) {
      const one = JSON.stringify(deployment(await manifests('k8s'), name))
      const patched = await kubectl(['patch', '--local', '--filename=-', '--type=strategic', `--patch=${patch}`, '--output=json'], one)
      const result: Manifest = JSON.parse(patched)
      if (result.spec?.template?.spec.imagePullSecrets?.[0]?.name !== 'atcr-creds') throw new Error(`${name} is not patched`)
    }
  })
}

async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const command = findCommand('kubectl')
  if (command === null) throw new Missing('there is no kubectl')
  const { code, output } = await run(command, args, { cwd: root, ...(input !== undefined && { input }) })
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${output}`)
  return output
}

const render = (folder: string): Promise<string> => kubectl(['kustomize', folder])

async function manifests(folder: string): Promise<Manifest[]> {
  return parseAllDocuments(await render(folder)).map((document) => document.toJS() as Manifest)
}

function deployment(found: readonly Manifest[], name: string): Manifest {
  const one = found.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name)
  if (one === undefined) throw new Error(`there is no deployment ${name}`)
  return one
}

const argsOf = ({ spec }: Manifest): readonly string[] => spec?.template?.spec.containers[0]?.args ?? []

async function validate(text: string): Promise<void> {
  const { code, output } = await run(await validator(), ['--strict', '-'], { input: text })
  if (code !== 0) throw new Error(output)
}

/** A package of Python that carries the schemas. */
const validator = once(async () => {
  const venv = join(homedir(), '.cache/prefect-server-tests', `kubernetes-validate-${schemasVersion}`)
  const command = join(venv, 'bin/kubernetes-validate')
  if (existsSync(command)) return command
  const python = findCommand('python3')
  if (python === null) throw new Missing('there is no Python for kubernetes-validate')
  for (const args of [
    ['-m', 'venv', venv],
    ['-m', 'pip', 'install', '--quiet', `kubernetes-validate==${schemasVersion}`],
  ]) {
    const { code, output } = await run(args[1] === 'venv' ? python : join(venv, 'bin/python'), args)
    if (code !== 0) throw new Error(`${args.join(' ')}: ${output}`)
  }
  return command
})
