import { type Passwords, passwordName, type StoredPassword } from '../passwords.ts'
import { type Entry, entryReply, listReply } from '../rest/atom.ts'
import { Refusal } from '../rest/reply.ts'
import type { RestRequest } from '../rest/request.ts'
import type { Route } from '../rest/router.ts'

const PATH = 'storage/passwords'
const MASK = '********'

/** `search=realm=x` or `search=x`: a field's exact value, or text anywhere in the name. */
function searched(entries: readonly Entry[], search: string | null): readonly Entry[] {
  if (!search) return entries
  const [field = '', value] = search.split(/=(.*)/s, 2)
  if (value === undefined) return entries.filter((entry) => entry.name.includes(search))
  const wanted = value.replace(/^"(.*)"$/s, '$1')
  return entries.filter((entry) => entry.content[field] === wanted)
}

function onlyArguments(request: RestRequest, allowed: readonly string[]): void {
  for (const name of request.form.keys()) {
    if (name !== 'output_mode' && !allowed.includes(name)) {
      throw new Refusal(400, `Argument "${name}" is not supported by this handler.`)
    }
  }
}

/** `storage/passwords`. */
export function passwordRoutes(passwords: Passwords): Route[] {
  const entry = (stored: StoredPassword): Entry => ({
    name: passwordName(stored.realm, stored.username),
    app: stored.app,
    owner: stored.owner,
    sharing: stored.sharing,
    content: {
      clear_password: passwords.masked ? MASK : stored.password,
      encr_password: '$7$stand-in',
      password: MASK,
      realm: stored.realm === '' ? null : stored.realm,
      username: stored.username,
    },
  })
  const appOf = (request: RestRequest): string => request.app ?? 'search'
  const singleNamespace = (request: RestRequest): string => {
    if (request.app === '-' || request.owner === '-')
      throw new Refusal(400, 'A namespace with - cannot be written to.')
    return appOf(request)
  }
  return [
    {
      method: 'GET',
      path: PATH,
      answer: (request) => {
        const entries = passwords.seenFrom(appOf(request)).map(entry)
        return listReply(request, searched(entries, request.query.get('search')))
      },
    },
    {
      method: 'POST',
      path: PATH,
      answer: (request) => {
        const app = singleNamespace(request)
        onlyArguments(request, ['name', 'password', 'realm'])
        const [username, password] = [request.form.get('name'), request.form.get('password')]
        if (!username) throw new Refusal(400, 'Cannot perform action "POST" without a target name to act on.')
        if (!password) throw new Refusal(400, 'The following required arguments are missing: password.')
        const owner = request.owner ?? 'nobody'
        const stored = passwords.add({
          realm: request.form.get('realm') ?? '',
          username,
          password,
          app,
          owner,
        })
        return entryReply(request, entry(stored), 201)
      },
    },
    {
      method: 'GET',
      path: `${PATH}/:name`,
      answer: (request, { name = '' }) => entryReply(request, entry(passwords.get(appOf(request), name))),
    },
    {
      method: 'POST',
      path: `${PATH}/:name`,
      answer: (request, { name = '' }) => {
        const app = singleNamespace(request)
        onlyArguments(request, ['password'])
        const password = request.form.get('password')
        if (!password) throw new Refusal(400, 'The following required arguments are missing: password.')
        return entryReply(request, entry(passwords.change(app, name, password)))
      },
    },
    {
      method: 'DELETE',
      path: `${PATH}/:name`,
      answer: (request, { name = '' }) => {
        const app = singleNamespace(request)
        passwords.remove(app, name)
        return listReply(request, passwords.seenFrom(app).map(entry))
      },
    },
  ]
}
