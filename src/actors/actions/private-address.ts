/** Addresses that are nobody's on the internet: requests of users do not go there when their block says so. */
import { lookup as resolve } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { pythonRepr } from '../../values/python-text.ts'

const networks = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['240.0.0.0', 4],
  ['::', 127],
  ['::ffff:0:0', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['fc00::', 7],
  ['fe80::', 10],
] as const

const blocked = { ipv4: new BlockList(), ipv6: new BlockList() }
for (const [network, prefix] of networks) {
  const family = network.includes(':') ? 'ipv6' : 'ipv4'
  blocked[family].addSubnet(network, prefix, family)
}

export function isPrivateAddress(address: string): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  return blocked[family].check(address, family)
}

/** Why a host must not be asked, or its addresses. */
export async function publicAddresses(host: string): Promise<{ addresses: string[] } | { problem: string }> {
  const found = isIP(host) === 0 ? await addressesOf(host) : [host]
  if (found.length === 0) return { problem: 'It could not be resolved.' }
  const hidden = found.find(isPrivateAddress)
  return hidden === undefined ? { addresses: found } : { problem: `It resolves to the private address ${hidden}.` }
}

async function addressesOf(host: string): Promise<string[]> {
  try {
    return (await resolve(host, { all: true })).map(({ address }) => address)
  } catch {
    return []
  }
}

/** What is wrong with an address to be asked, or null; in the reference's words. */
export async function restrictedUrlProblem(url: string): Promise<string | null> {
  const invalid = `${pythonRepr(url)} is not a valid URL.`
  if (!/^https?:/i.test(url)) return `${invalid}  Only HTTP and HTTPS URLs are allowed.`
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : ''
  if (host === '') return invalid
  const found = await publicAddresses(host)
  return 'problem' in found ? `${invalid}  ${found.problem}` : null
}
