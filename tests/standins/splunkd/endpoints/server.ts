import type { KvStore } from '../kvstore/store.ts'
import { entryReply, GENERATOR, listReply } from '../rest/atom.ts'
import { jsonReply, Refusal, xmlReply } from '../rest/reply.ts'
import type { Route } from '../rest/router.ts'
import type { Sessions } from '../rest/sessions.ts'
import { escapeXml } from '../xml.ts'

/** A bulletin message, as Splunk Web shows it at the top. */
export interface Bulletin {
  readonly name: string
  readonly severity: 'info' | 'warn' | 'error'
  readonly text: string
}

export interface ServerFacts {
  readonly serverHost: string
  readonly kv: KvStore
  readonly sessions: Sessions
  readonly bulletins: () => readonly Bulletin[]
}

/** `server/info`, `kvstore/status`, `messages`, `auth/login` and `authentication/current-context`. */
export function serverRoutes(facts: ServerFacts): Route[] {
  const { kv, sessions } = facts
  const system = { app: 'system', owner: 'nobody', sharing: 'system' } as const
  return [
    {
      method: 'GET',
      path: 'server/info',
      answer: (request) =>
        entryReply(request, {
          ...system,
          name: 'server-info',
          content: {
            serverName: facts.serverHost,
            host: facts.serverHost,
            ...GENERATOR,
            guid: '00000000-0000-4000-8000-000000000000',
            os_name: 'Linux',
            isFree: false,
            product_type: 'enterprise',
            server_roles: ['indexer', 'search_head', 'kv_store'],
            kvStoreStatus: kv.status,
          },
        }),
    },
    {
      method: 'GET',
      path: 'kvstore/status',
      answer: (request) =>
        entryReply(request, {
          ...system,
          name: 'status',
          content: { current: { status: kv.status, port: 8191 } },
        }),
    },
    {
      method: 'GET',
      path: 'messages',
      answer: (request) =>
        listReply(
          request,
          facts.bulletins().map(({ name, severity, text }) => ({
            ...system,
            name,
            content: { severity, message: text, [name]: text },
          })),
        ),
    },
    {
      method: 'POST',
      path: 'auth/login',
      answer: (request) => {
        const key = sessions.login(request.form.get('username'), request.form.get('password'))
        if (key === undefined) throw new Refusal(401, 'Login failed', 'WARN')
        return request.wantsJson
          ? jsonReply({ sessionKey: key, message: '', code: '' })
          : xmlReply(`<response>\n  <sessionKey>${escapeXml(key)}</sessionKey>\n</response>`)
      },
    },
    {
      method: 'GET',
      path: 'authentication/current-context',
      answer: (request) =>
        entryReply(request, {
          ...system,
          name: 'context',
          content: {
            username: request.session?.user ?? '',
            roles: ['admin'],
            capabilities: [
              'list_storage_passwords',
              'edit_storage_passwords',
              'edit_modinput',
              'admin_all_objects',
            ],
          },
        }),
    },
  ]
}
