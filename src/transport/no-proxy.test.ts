import { expect, it } from 'vitest'
import { goesDirect } from './no-proxy.ts'

it.each<[string | undefined, string, boolean]>([
  [undefined, 'https://api.example.com', false],
  ['', 'https://api.example.com', false],
  ['*', 'https://api.example.com', true],
  ['api.example.com', 'https://api.example.com', true],
  ['API.Example.COM', 'https://api.example.com', true],
  ['example.com', 'https://api.example.com', true],
  ['.example.com', 'https://api.example.com', true],
  ['*.example.com', 'https://api.example.com', true],
  ['ample.com', 'https://api.example.com', false],
  ['other.com,example.com', 'https://api.example.com', true],
  [' other.com  example.com ', 'https://api.example.com', true],
  ['example.com:443', 'https://api.example.com', true],
  ['example.com:8443', 'https://api.example.com', false],
  ['example.com:8443', 'https://api.example.com:8443', true],
  ['10.0.0.0/8', 'https://10.20.30.40', true],
  ['10.0.0.0/8', 'https://11.20.30.40', false],
  ['10.20.30.40', 'https://10.20.30.40:8443', true],
  ['127.0.0.1:80', 'http://127.0.0.1', true],
  ['0.30.40', 'https://10.20.30.40', false],
  ['::1', 'https://[::1]:8443', true],
  ['[::1]:8443', 'https://[::1]:8443', true],
  ['[::1]:9', 'https://[::1]:8443', false],
  ['fd00::/8', 'https://[fd12:3456::1]', true],
  ['fd00::/8', 'https://10.0.0.1', false],
  ['10.0.0.0/nonsense', 'https://10.0.0.1', false],
  ['.', 'https://api.example.com', false],
])('NO_PROXY %j and %s: direct %s', (noProxy, url, direct) => {
  expect(goesDirect(url, noProxy)).toBe(direct)
})
