import { BlockList, isIP } from 'node:net'

/**
 * Whether a host is to be reached without the proxy, by a list as `NO_PROXY` holds it: names (which cover the names
 * below them, with or without a dot or `*.` in front), addresses, address ranges (`10.0.0.0/8`), any of these with
 * `:port`, or `*` for every host. Entries are separated by commas or blanks.
 * @param url the URL that is to be reached.
 */
export function goesDirect(url: string, noProxy: string | undefined): boolean {
  const { hostname, port, protocol } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const actualPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port
  return (noProxy ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => covers(entry, host, actualPort))
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  const [, name = '', wantedPort] = /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? []
  if (wantedPort !== undefined && wantedPort !== port) return false
  const wanted = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '')
  if (wanted === '') return false
  const family = isIP(host)
  if (family === 0) return host === wanted || host.endsWith(`.${wanted}`)
  return inRange(host, family === 4 ? 'ipv4' : 'ipv6', wanted)
}

function inRange(host: string, family: 'ipv4' | 'ipv6', wanted: string): boolean {
  const [address = '', prefix] = wanted.split('/')
  if (isIP(address) !== (family === 'ipv4' ? 4 : 6)) return false
  const bits = prefix === undefined ? (family === 'ipv4' ? 32 : 128) : Number(prefix)
  if (!Number.isInteger(bits) || bits < 0 || bits > (family === 'ipv4' ? 32 : 128)) return false
  const range = new BlockList()
  range.addSubnet(address, bits, family)
  return range.check(host, family)
}
